import type { MediaFrame } from '@duet/media'

const SPS = 7
/** Up to here types are the picture itself, which parameter sets come before. */
const LAST_SLICE = 5

/**
 * H264: makes sure that a key frame brings its parameter sets, which others may have put into its description
 * only: in a file whose picture changes its size, and behind frames of another origin, they must be there.
 */
export function withParameterSets(frame: MediaFrame): MediaFrame {
  if (frame.codec !== 'H264' || !frame.isKeyFrame || !frame.description) return frame
  if (hasParameterSets(frame.data)) return frame
  const sets = parameterSetsOf(frame.description)
  return { ...frame, data: Buffer.concat([...sets, frame.data]) }
}

function hasParameterSets(data: Uint8Array): boolean {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length)
  for (let at = 0; at + 5 <= bytes.length; at += 4 + bytes.readUInt32BE(at)) {
    const type = (bytes[at + 4] ?? 0) & 0x1f
    if (type === SPS) return true
    if (type <= LAST_SLICE) return false
  }
  return false
}

/** Those of an avcC, each with its length in four bytes (ISO/IEC 14496-15 §5.3.3.1). */
function parameterSetsOf(description: Uint8Array): Uint8Array[] {
  const sets: Uint8Array[] = []
  let at = 5
  for (const mask of [0x1f, 0xff]) {
    const count = (description[at] ?? 0) & mask
    at += 1
    for (let i = 0; i < count; i++) {
      const [high = 0, low = 0] = description.subarray(at, at + 2)
      const length = high * 256 + low
      if (at + 2 + length > description.length) return sets
      sets.push(Buffer.of(0, 0, high, low), description.subarray(at + 2, at + 2 + length))
      at += 2 + length
    }
  }
  return sets
}
