import { expect, test } from 'bun:test'
import { randomNumbers } from '../rtp/testing/bytes.ts'
import { SRTP_PROFILES } from './keys.ts'
import { createSrtpTransform } from './srtp-transform.ts'
import { ENGINES } from './testing/engines.ts'
import { bufferWith, pairOfKeys, rtcpPacket, rtpPacket } from './testing/packets.ts'

const RUNS = process.env['DUET_LONG'] === '1' ? 1_000_000 : 2000
/** Numbers that differ from run to run; the title shows it. */
const seed = 1 + Math.floor(Math.random() * 0x7fff_fffe)
const random = randomNumbers(seed)

const CASES = ENGINES.flatMap(([name, engine]) =>
  SRTP_PROFILES.map((profile) => [`${profile} by ${name}`, profile, engine] as const),
)

test.each(CASES)(
  `%s: random and changed packets throw nothing and are refused (seed ${seed})`,
  (_name, profile, engine) => {
    const [left, right] = pairOfKeys(profile)
    const sender = createSrtpTransform(left, engine)
    const receiver = createSrtpTransform(right, engine)
    for (let run = 0; run < RUNS; run += 1) {
      const isRtcp = random(2) === 0
      const packet = isRtcp
        ? rtcpPacket(random(3), random(60))
        : rtpPacket({
            sequence: run & 0xffff,
            ssrc: random(3),
            payload: new Uint8Array(random(60)),
          })
      const buffer = bufferWith(packet)
      const full = isRtcp
        ? sender.protectRtcp(buffer, packet.length)
        : sender.protectRtp(buffer, packet.length)
      expect(full).toBeGreaterThan(packet.length)
      const end = buffer.length
      const last = buffer[end - 1]
      const at = random(full)
      buffer[at] = (buffer[at] ?? 0) ^ (1 + random(255))
      if (random(5) === 0) for (let byte = 0; byte < full; byte += 1) buffer[byte] = random(256)
      const length = random(4) === 0 ? random(full) : full
      const copy = buffer.slice()
      expect(receiver.unprotectRtp(buffer, length)).toBeLessThan(0)
      expect(receiver.unprotectRtcp(copy, length)).toBeLessThan(0)
      expect(buffer[end - 1]).toBe(last ?? 0)
    }
    // Nothing of it was remembered: a good packet is read as the first.
    const good = rtpPacket({ sequence: 65_000, ssrc: 9 })
    const buffer = bufferWith(good)
    expect(receiver.unprotectRtp(buffer, sender.protectRtp(buffer, good.length))).toBe(good.length)
    sender.close()
    receiver.close()
  },
  600_000,
)
