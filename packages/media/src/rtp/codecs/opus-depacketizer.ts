import type { Depacketizer } from './depacketizer.ts'

/** RFC 7587 §4.2: one packet is one packet of Opus, also in a pause (§3.1.3). */
export const opusDepacketizer: Depacketizer = {
  read(payloads) {
    if (payloads.count !== 1) return 'broken'
    const frame = payloads.frame(payloads.join())
    frame.isKeyFrame = true
    return frame
  },
}
