import { expect, test } from 'bun:test'
import { fromHex, randomNumbers } from '../rtp/testing/bytes.ts'
import { Published } from './testing/published.ts'

const isLong = process.env['DUET_LONG'] === '1'
const PACKETS = isLong ? 3_000_000 : 40_000
/** So many make what is kept for good. */
const WARM_UP = 10_000
const ALLOWED_GROWTH_BYTES = 8_000_000
/** Numbers that differ from run to run; the title shows it. */
const seed = 1 + Math.floor(Math.random() * 0x7fff_fffe)
const random = randomNumbers(seed)

/** A key frame and others, one payload each. */
const PAYLOADS = {
  VP8: ['10 9077019d012a0005d0020007', '10 91aabb', '00 cc', '90f0 8111 22 33 91'],
  VP9: ['8c 11 82498342004ff02cf60638241c184a1804187fd5f9bf3ff1', 'cc 12 86004050', 'c8 12 8600'],
  H264: [
    '78 001a 6764001facd9405005bb0110000003001000000300a0f1831960 0006 68ebe3cb22c0 0004 65888400',
    '419a0200',
    '7c81 9a',
    '7c41 bb',
  ],
  AV1: ['28 0c 08000000043d06d4daf90040 30 10aa', '10 30 30aa', '50 30 30aa', '90 bb'],
} as const

/** Packets in an order, with numbers, times and contents as no publisher of sound mind sends them. */
class BadPublisher {
  readonly published: Published
  readonly #payloads: Uint8Array[]
  #sequence = random(65_536)
  #timestamp = random(2 ** 32)

  constructor(codec: keyof typeof PAYLOADS) {
    this.published = new Published(codec)
    this.#payloads = PAYLOADS[codec].map(fromHex)
  }

  send(): void {
    const { published } = this
    this.#sequence += random(500) === 0 ? random(65_536) : 1 + (random(10) === 0 ? random(4) : 0)
    if (random(3) > 0) this.#timestamp += random(200) === 0 ? random(2 ** 32) : 3_000
    published.send({
      kind: random(4) === 0 ? 'audio' : 'video',
      sequence: this.#sequence - (random(6) === 0 ? random(20) : 0),
      timestamp: this.#timestamp,
      payload: this.#payload(),
      hasMarker: random(4) > 0,
      padding: random(10) === 0 ? random(256) : 0,
      isRepeated: random(10) === 0,
    })
    if (random(3) === 0) published.pass(20 * random(4))
    if (random(100) === 0) published.isPrompt = !published.isPrompt
    if (random(50) === 0) {
      const kind = random(2) === 0 ? 'audio' : 'video'
      published.report(kind, random(2) === 0 ? random(2 ** 32) : 1e12, random(2 ** 32))
    }
    if (random(2_000) === 0) published.video.restart(random(2 ** 32))
  }

  #payload(): Uint8Array {
    const bytes = this.#payloads[random(this.#payloads.length)]!.slice()
    if (random(3) === 0) bytes[random(bytes.length)] = random(256)
    if (random(20) === 0) return bytes.slice(0, random(bytes.length))
    return random(100) === 0 ? new Uint8Array(random(1_200)).fill(random(256)) : bytes
  }
}

test.each(Object.keys(PAYLOADS) as (keyof typeof PAYLOADS)[])(
  `%s: whatever comes, frames come in order and memory stays as it is (seed ${seed})`,
  (codec) => {
    const publisher = new BadPublisher(codec)
    const { published } = publisher
    const count = { audio: 0, video: 0 }
    const lastMs = { audio: -Infinity, video: -Infinity }
    published.frames.push = ({ kind, timeMs, data }) => {
      count[kind] += 1
      expect(timeMs).toBeGreaterThanOrEqual(lastMs[kind])
      expect(timeMs).toBeLessThanOrEqual(published.nowMs)
      expect(data.length).toBeGreaterThan(0)
      lastMs[kind] = timeMs
      return 0
    }
    const send = (packets: number): number => {
      for (let sent = 0; sent < packets; sent += 1) publisher.send()
      published.asked.length = 0
      Bun.gc(true)
      return process.memoryUsage().heapUsed
    }
    const before = send(WARM_UP)
    expect(send(PACKETS) - before).toBeLessThan(ALLOWED_GROWTH_BYTES)
    expect(count.audio).toBeGreaterThan(PACKETS / 20)
    expect(count.video).toBeGreaterThan(PACKETS / 100)
  },
  600_000,
)
