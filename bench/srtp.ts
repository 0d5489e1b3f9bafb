import {
  createNodeEngine,
  createSrtpTransform,
  openSslEngine,
  SRTP_OVERHEAD_BYTES,
  SRTP_PROFILES,
  type CipherEngine,
  type SrtpKeys,
  type SrtpProfile,
  type SrtpTransform,
} from '@duet/media'
import { summarize } from './statistics.ts'

const PAYLOAD_BYTES = [100, 300, 1100]
const HEADER_BYTES = 20
const ROUNDS = 5
const PACKETS = 20_000
/** Packets that are protected, then unprotected, each in a new buffer, as from the wire. */
const BATCH = 500

interface Contender {
  name: string
  engine: CipherEngine
  profile: SrtpProfile
  payload: number
  protect: number[]
  unprotect: number[]
}

/** Microseconds to protect and to unprotect a packet, each engine beside the other. */
export async function benchSrtp(): Promise<void> {
  const engines = [openSslEngine(), createNodeEngine()].filter((engine) => engine !== undefined)
  const contenders = SRTP_PROFILES.flatMap((profile) =>
    PAYLOAD_BYTES.flatMap((payload) =>
      engines.map((engine): Contender => {
        const name = `${profile} ${payload} B ${engine.name}`
        return { name, engine, profile, payload, protect: [], unprotect: [] }
      }),
    ),
  )
  // The first round warms up and does not count.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const contender of contenders) measure(contender, round > 0)
  }
  const width = Math.max(...contenders.map(({ name }) => name.length))
  console.log(`${'µs per packet, median (min-max)'.padEnd(width)}  protect           unprotect`)
  for (const { name, protect, unprotect } of contenders) {
    console.log(`${name.padEnd(width)}  ${cell(protect).padEnd(18)}${cell(unprotect)}`)
  }
}

function cell(values: readonly number[]): string {
  const { median, min, max } = summarize(values)
  return `${median.toFixed(2)} (${min.toFixed(2)}-${max.toFixed(2)})`
}

function measure(contender: Contender, isCounted: boolean): void {
  const { engine, profile, payload } = contender
  const [sending, receiving] = pairOfKeys(profile)
  const sender = createSrtpTransform(sending, engine)
  const receiver = createSrtpTransform(receiving, engine)
  const length = HEADER_BYTES + payload
  let protectNs = 0
  let unprotectNs = 0
  for (let first = 0; first < PACKETS; first += BATCH) {
    const buffers = Array.from({ length: BATCH }, (_, index) => packetBuffer(length, first + index))
    protectNs += timed(buffers, sender, length)
    unprotectNs += timedBack(buffers, receiver, {
      length: length + sizeOf(profile),
      expected: length,
    })
  }
  sender.close()
  receiver.close()
  if (!isCounted) return
  contender.protect.push(protectNs / PACKETS / 1000)
  contender.unprotect.push(unprotectNs / PACKETS / 1000)
}

function timed(buffers: readonly Uint8Array[], sender: SrtpTransform, length: number): number {
  const start = Bun.nanoseconds()
  let failures = 0
  for (const buffer of buffers) if (sender.protectRtp(buffer, length) < 0) failures += 1
  const spent = Bun.nanoseconds() - start
  if (failures > 0) throw new Error(`${failures} packets were not protected`)
  return spent
}

function timedBack(
  buffers: readonly Uint8Array[],
  receiver: SrtpTransform,
  { length, expected }: { length: number; expected: number },
): number {
  const start = Bun.nanoseconds()
  let failures = 0
  for (const buffer of buffers)
    if (receiver.unprotectRtp(buffer, length) !== expected) failures += 1
  const spent = Bun.nanoseconds() - start
  if (failures > 0) throw new Error(`${failures} packets were not unprotected`)
  return spent
}

function sizeOf(profile: SrtpProfile): number {
  return profile === 'SRTP_AES128_CM_SHA1_80' ? 10 : 16
}

/** An RTP packet with a header extension of one word. */
function packetBuffer(length: number, sequence: number): Uint8Array {
  const buffer = new Uint8Array(length + SRTP_OVERHEAD_BYTES)
  buffer.set([0x90, 96, sequence >> 8, sequence & 0xff, 0, 0, 0, 0, 0, 0, 0, 7, 0xbe, 0xde, 0, 1])
  return buffer
}

function pairOfKeys(profile: SrtpProfile): [SrtpKeys, SrtpKeys] {
  const keyBytes = profile === 'SRTP_AEAD_AES_256_GCM' ? 32 : 16
  const saltBytes = profile === 'SRTP_AES128_CM_SHA1_80' ? 14 : 12
  const master = () => ({
    key: crypto.getRandomValues(new Uint8Array(keyBytes)),
    salt: crypto.getRandomValues(new Uint8Array(saltBytes)),
  })
  const [local, remote] = [master(), master()]
  return [
    { profile, local, remote },
    { profile, local: remote, remote: local },
  ]
}
