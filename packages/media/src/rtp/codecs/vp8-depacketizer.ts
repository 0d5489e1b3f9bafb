import type { Depacketizer } from './depacketizer.ts'
import { isVp8FrameStart, vp8, vp8DescriptorEnd } from './vp8.ts'

/** RFC 7741 §4.5: what follows the descriptors is the frame, whichever partitions it has. */
export const vp8Depacketizer: Depacketizer = {
  read(payloads) {
    const { bytes, starts, ends, count } = payloads
    const first = starts[0]!
    const isKeyFrame = vp8.isKeyFrameStart(bytes, first, ends[0]!)
    const pictureSize = isKeyFrame ? vp8.pictureSize(bytes, first, ends[0]!) : 0
    if (isKeyFrame && pictureSize === 0) return 'broken'
    for (let index = 0; index < count; index += 1) {
      const start = starts[index]!
      if (isVp8FrameStart(bytes[start]!) !== (index === 0)) return 'broken'
      starts[index] = vp8DescriptorEnd(bytes, start)
      if (starts[index]! >= ends[index]!) return 'broken'
    }
    return payloads.frame(payloads.join(), pictureSize)
  },
}
