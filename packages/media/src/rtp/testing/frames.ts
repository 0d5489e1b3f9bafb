import { createDepacketizer, Payloads, type Depacketized } from '../codecs/depacketizer.ts'
import { pictureHeight, pictureWidth } from '../codecs/picture-size.ts'
import type { CodecName } from '../../sdp/codecs.ts'
import { fromHex } from './bytes.ts'

/** What became of a frame, to be compared. */
export type Outcome =
  | 'nothing'
  | 'broken'
  | { data: string; size?: readonly [number, number]; description?: string }

/** Puts payloads of one frame between others' bytes. */
export function payloadsOf(packets: readonly Uint8Array[], filler: number): Payloads {
  const payloads = new Payloads()
  const size = packets.reduce((sum, { length }) => sum + length + 20, 20)
  payloads.bytes = new Uint8Array(size).fill(filler)
  let at = 20
  for (const packet of packets) {
    payloads.bytes.set(packet, at)
    payloads.starts[payloads.count] = at
    payloads.ends[payloads.count] = at + packet.length
    payloads.count += 1
    at += packet.length + 20
  }
  return payloads
}

/** Reads frames, each of some packets in hexadecimal digits; what became of the last one. */
export function lastOf(
  codec: CodecName,
  frames: readonly (readonly string[])[],
  { filler, parameters = '' }: { filler: number; parameters?: string | undefined },
): Outcome {
  const depacketizer = createDepacketizer({
    name: codec,
    payloadType: 96,
    rtxPayloadType: undefined,
    clockRate: 90_000,
    channels: 1,
    parameters,
    feedback: [],
  })
  let last: Depacketized = 'nothing'
  for (const packets of frames) last = depacketizer.read(payloadsOf(packets.map(fromHex), filler))
  if (typeof last === 'string') return last
  const { data, isKeyFrame, pictureSize, description } = last
  return {
    data: data.toHex(),
    ...(isKeyFrame && codec !== 'OPUS'
      ? { size: [pictureWidth(pictureSize), pictureHeight(pictureSize)] as const }
      : {}),
    ...(description ? { description: description.toHex() } : {}),
  }
}
