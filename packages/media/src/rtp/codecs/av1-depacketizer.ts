import { OBU, readAv1Sequence } from './av1-sequence.ts'
import type { CodedFrame, Depacketizer, Payloads } from './depacketizer.ts'
import { Stretches } from './stretches.ts'

/** Bits of the aggregation header (RTP payload format for AV1 §4.4). */
const CONTINUES = 0x80
const CONTINUED = 0x40
/** Bits of an OBU header (AV1 specification §5.3.2). */
const HAS_EXTENSION = 0x04
const HAS_SIZE = 0x02
/** Bits of a frame header (§5.9.2): show_existing_frame and frame_type, which is 0 for key frames. */
const NO_KEY_FRAME = 0xe0
/** A leb128 has at most so many bytes here: sizes are below 2^28. */
const MAX_SIZE_BYTES = 4

/** Of one frame at a time: its OBUs. */
const obus = new Stretches()

/** RTP payload format for AV1: a frame is a temporal unit. */
export const av1Depacketizer: Depacketizer = {
  read(payloads) {
    if (!readElements(payloads)) return 'broken'
    const { bytes } = payloads
    let size = 0
    for (let obu = 0; obu < obus.count; obu = obus.next(obu)) {
      const written = writtenSize(bytes, obu)
      if (written < 0) return 'broken'
      size += written
    }
    return size === 0 ? 'nothing' : write(payloads, size)
  },
}

/** Finds the OBUs of all payloads; false when they are not whole. */
function readElements({ bytes, starts, ends, count }: Payloads): boolean {
  obus.clear()
  let isOpen = false
  for (let index = 0; index < count; index += 1) {
    const header = bytes[starts[index]!]!
    if (((header & CONTINUES) !== 0) !== isOpen) return false
    if (!readPacket(bytes, starts[index]!, ends[index]!)) return false
    isOpen = (header & CONTINUED) !== 0
  }
  return !isOpen
}

/** §4.4 and §4.5: elements with their lengths, but for the last one of those that W counts. */
function readPacket(bytes: Uint8Array, start: number, end: number): boolean {
  const header = bytes[start]!
  const count = (header >> 4) & 3
  let at = start + 1
  let isFirst = (header & CONTINUES) === 0
  for (let index = 1; at < end; index += 1) {
    let length = end - at
    if (index !== count) {
      const sizeBytes = leb128Bytes(bytes, at, end)
      if (sizeBytes === 0) return false
      length = readLeb128(bytes, at, sizeBytes)
      at += sizeBytes
    }
    if (length > end - at) return false
    if (length > 0 && !obus.add(at, at + length, isFirst)) return false
    isFirst = true
    at += length
    if (index === count) return at === end
  }
  return count === 0
}

/** Bytes that an OBU takes with its size; 0: it is left out; -1: it can't be one. */
function writtenSize(bytes: Uint8Array, obu: number): number {
  const first = obus.starts[obu]!
  const header = bytes[first]!
  const size = obus.size(obu, obus.next(obu))
  // obu_forbidden_bit
  if ((header & 0x80) !== 0) return -1
  if (typeOf(header) === OBU.temporalDelimiter) return 0
  const headerBytes = headerSize(header)
  if (obus.ends[obu]! - first < headerBytes) return -1
  if ((header & HAS_SIZE) === 0) return size + leb128Size(size - headerBytes)
  const sizeBytes = leb128Bytes(bytes, first + headerBytes, obus.ends[obu]!)
  const isRight =
    sizeBytes > 0 &&
    headerBytes + sizeBytes + readLeb128(bytes, first + headerBytes, sizeBytes) === size
  return isRight ? size : -1
}

function write(payloads: Payloads, size: number): CodedFrame | 'broken' {
  const { bytes } = payloads
  const data = payloads.lend(size)
  const target = { bytes: data, at: 0 }
  let sequence: Uint8Array | undefined
  let isKey: boolean | undefined
  for (let obu = 0; obu < obus.count; obu = obus.next(obu)) {
    const header = bytes[obus.starts[obu]!]!
    const type = typeOf(header)
    if (type === OBU.temporalDelimiter) continue
    const start = target.at
    writeObu(bytes, obu, target)
    const written = target.bytes.subarray(start, target.at)
    if (type === OBU.sequenceHeader) sequence = written
    if (type === OBU.frame || type === OBU.frameHeader) {
      isKey ??= ((written[contentOf(written)] ?? NO_KEY_FRAME) & NO_KEY_FRAME) === 0
    }
  }
  if (!sequence) return payloads.frame(data)
  const content = contentOf(sequence)
  const parameters = readAv1Sequence(sequence, content, sequence.length)
  const { pictureSize, isReduced } = parameters
  if (pictureSize === 0) return 'broken'
  // All frames of a reduced header are key frames, and say nothing of it.
  const isKeyFrame = isReduced || isKey === true
  if (!isKeyFrame) return payloads.frame(data)
  return payloads.frame(data, pictureSize, describe(parameters, sequence))
}

function writeObu(bytes: Uint8Array, obu: number, target: { bytes: Uint8Array; at: number }): void {
  const first = obus.starts[obu]!
  const next = obus.next(obu)
  const header = bytes[first]!
  let skipped = 0
  if ((header & HAS_SIZE) === 0) {
    skipped = headerSize(header)
    target.bytes[target.at] = header | HAS_SIZE
    if (skipped === 2) target.bytes[target.at + 1] = bytes[first + 1]!
    target.at += skipped
    let size = obus.size(obu, next) - skipped
    for (; size > 0x7f; size >>>= 7) {
      target.bytes[target.at] = 0x80 | (size & 0x7f)
      target.at += 1
    }
    target.bytes[target.at] = size
    target.at += 1
  }
  obus.copy(bytes, { first: obu, next, skipped }, target)
}

/** AV1CodecConfigurationRecord (AV1 in ISO base media file format §2.3). */
function describe(
  { profile, level, tier, color }: ReturnType<typeof readAv1Sequence>,
  sequence: Uint8Array,
): Uint8Array {
  const record = new Uint8Array(4 + sequence.length)
  const { highBitdepth, twelveBit, monochrome, subsamplingX, subsamplingY } = color
  record[0] = 0x81
  record[1] = (profile << 5) | level
  record[2] =
    (tier << 7) |
    (highBitdepth << 6) |
    (twelveBit << 5) |
    (monochrome << 4) |
    (subsamplingX << 3) |
    (subsamplingY << 2) |
    color.samplePosition
  record.set(sequence, 4)
  return record
}

function typeOf(header: number): number {
  return (header >> 3) & 15
}

function headerSize(header: number): number {
  return (header & HAS_EXTENSION) === 0 ? 1 : 2
}

/** Where the content begins of an OBU that has a size. */
function contentOf(obu: Uint8Array): number {
  const start = headerSize(obu[0]!)
  return start + leb128Bytes(obu, start, obu.length)
}

/** Bytes of the number at `at`; 0: it is cut off or too long. */
function leb128Bytes(bytes: Uint8Array, at: number, end: number): number {
  for (let count = 1; count <= MAX_SIZE_BYTES && at + count <= end; count += 1) {
    if ((bytes[at + count - 1]! & 0x80) === 0) return count
  }
  return 0
}

function readLeb128(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let index = 0; index < count; index += 1) value |= (bytes[at + index]! & 0x7f) << (7 * index)
  return value
}

function leb128Size(value: number): number {
  let size = 1
  for (let rest = value; rest > 0x7f; rest >>>= 7) size += 1
  return size
}
