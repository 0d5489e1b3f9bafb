import { describe, expect, test } from 'bun:test'
import { RTP_HEADER_BYTES, setSequence, setTimestamp } from '../rtp/rtp-packet.ts'
import type { Consumer } from './consumer.ts'
import type { Incoming } from './incoming.ts'
import { Producer } from './producer.ts'

const H264 = {
  name: 'H264',
  payloadType: 100,
  rtxPayloadType: 101,
  clockRate: 90_000,
  channels: 1,
  parameters: '',
  feedback: ['nack'],
} as const

/** Of a NAL unit: 7 are parameters, 5 a picture to begin with, 1 one that follows. */
type Sent = readonly [sequence: number, unit: number, timestamp: number]

/** The units that a player gets which comes after these were sent. */
function replayed(...order: readonly Sent[]): number[] {
  const producer = new Producer({
    kind: 'video',
    mid: '1',
    codec: { ...H264, feedback: [...H264.feedback] },
    extensions: [],
    ssrc: 7,
    rtxSsrc: 8,
    cache: { maxBytes: 65_536, keptMs: 1_000 },
  })
  for (const [sequence, unit, timestamp] of order) {
    const bytes = new Uint8Array(RTP_HEADER_BYTES + 2)
    bytes[0] = 0x80
    setSequence(bytes, sequence)
    setTimestamp(bytes, timestamp)
    bytes[RTP_HEADER_BYTES] = unit
    const { length } = bytes
    producer.receive({ bytes, length, headerBytes: RTP_HEADER_BYTES, isKeyFrame: false, nowMs: 0 })
  }
  const units: number[] = []
  const forward = ({ bytes, headerBytes }: Incoming) => void units.push(bytes[headerBytes] ?? 0)
  producer.replay({ forward } as Consumer, 100)
  return units
}

describe('what came since the last key frame', () => {
  const before: Sent = [9, 1, 87_000]
  const parameters: Sent = [10, 7, 90_000]
  const picture: Sent = [11, 5, 90_000]
  const next: Sent = [12, 1, 93_000]

  test('begins with the parameters of its picture, in whatever order they came', () => {
    expect(replayed(before, parameters, picture, next)).toEqual([7, 5, 1])
    expect(replayed(before, picture, parameters, next)).toEqual([7, 5, 1])
  })

  test('begins with the newest one', () => {
    expect(replayed([7, 5, 81_000], [8, 1, 84_000], before, parameters, picture)).toEqual([7, 5])
  })

  test('is nothing where some of it is missing', () => {
    expect(replayed(parameters, next)).toEqual([])
  })
})
