import { readUint16 } from '../big-endian.ts'
import type { Depacketizer, Payloads } from './depacketizer.ts'
import { packPictureSize } from './picture-size.ts'
import { VP9_FLAG, vp9, vp9DescriptorEnd, vp9Structure } from './vp9.ts'

/** VP9 bitstream specification, Annex B: frames that one superframe has. */
const MAX_SUPERFRAME = 8

const sizes = new Uint32Array(MAX_SUPERFRAME)

/** RFC 9628: what follows the descriptors is the picture, whose layers are a superframe. */
export const vp9Depacketizer: Depacketizer = {
  read(payloads) {
    const { bytes, starts, ends } = payloads
    const first = starts[0]!
    const ownSize = vp9.pictureSize(bytes, first, ends[0]!)
    const pictureSize = (ownSize > 0 && largestLayer(bytes, first)) || ownSize
    const layers = takeDescriptors(payloads)
    if (layers === 0) return 'broken'
    const data = layers === 1 ? payloads.join() : joinSuperframe(payloads, layers)
    return payloads.frame(data, pictureSize)
  },
}

/** Moves on to what follows the descriptors; returns the count of layers, 0 if one is not whole. */
function takeDescriptors({ bytes, starts, ends, count }: Payloads): number {
  let layers = 0
  let isOpen = false
  for (let index = 0; index < count; index += 1) {
    const flags = bytes[starts[index]!]!
    const isStart = (flags & VP9_FLAG.frameStart) !== 0
    if (isStart === isOpen) return 0
    if (isStart) {
      if (layers === MAX_SUPERFRAME) return 0
      sizes[layers] = 0
      layers += 1
    }
    starts[index] = vp9DescriptorEnd(bytes, starts[index]!)
    const size = ends[index]! - starts[index]!
    if (size <= 0) return 0
    sizes[layers - 1]! += size
    isOpen = (flags & VP9_FLAG.frameEnd) === 0
  }
  return isOpen ? 0 : layers
}

/** VP9 bitstream specification, Annex B.3: sizes of four bytes between two equal marks. */
function joinSuperframe(payloads: Payloads, layers: number): Uint8Array {
  const indexBytes = 2 + 4 * layers
  const data = payloads.join(indexBytes)
  const view = new DataView(data.buffer, data.byteOffset + data.length - indexBytes)
  const mark = 0b110_11_000 | (layers - 1)
  view.setUint8(0, mark)
  for (let layer = 0; layer < layers; layer += 1) view.setUint32(1 + 4 * layer, sizes[layer]!, true)
  view.setUint8(indexBytes - 1, mark)
  return data
}

/** By the scalability structure (RFC 9628 §4.2.1); 0 when it does not tell. */
function largestLayer(bytes: Uint8Array, start: number): number {
  const structure = vp9Structure(bytes, start)
  if (structure < 0) return 0
  const head = bytes[structure] ?? 0
  if ((head & 0x10) === 0) return 0
  const last = structure + 1 + 4 * (head >> 5)
  return packPictureSize(readUint16(bytes, last), readUint16(bytes, last + 2))
}
