import {
  readUint16,
  readUint24,
  readUint32,
  writeUint16,
  writeUint24,
  writeUint32,
} from '../big-endian.ts'
import { MAX_FEEDBACK_PACKETS } from '../limits.ts'
import { FEEDBACK_HEADER_BYTES, writeRtcpHeader } from './rtcp-header.ts'
import { FEEDBACK_FORMAT, RTCP_TYPE, type TransportFeedback } from './rtcp-packet.ts'

/** What is said of one packet (draft §3.1.1). */
const STATUS = { notReceived: 0, smallDelta: 1, largeDelta: 2 } as const
/** Deltas are in steps of 250 µs, the reference time in steps of 64 ms (draft §3.1). */
const TICK_US = 250
const TICKS_PER_REFERENCE = 256
const REFERENCE_WRAP = 2 ** 24
/** Up to the chunks. */
const FIXED_BYTES = FEEDBACK_HEADER_BYTES + 8
const MAX_RUN = 0x1fff
const ONE_BIT_SYMBOLS = 14
const TWO_BIT_SYMBOLS = 7
const PADDING_BIT = 0x20

/** The statuses of the feedback that is read or written just now. */
const statuses = new Uint8Array(MAX_FEEDBACK_PACKETS)

/** Reads the feedback in `bytes[start..end)`; undefined when it is malformed or far too long. */
export function readTransportFeedback(
  bytes: Uint8Array,
  start: number,
  end: number,
): TransportFeedback | undefined {
  if (start + FIXED_BYTES > end) return undefined
  const count = readUint16(bytes, start + 14)
  if (count > MAX_FEEDBACK_PACKETS) return undefined
  const firstDelta = readStatuses(bytes, { at: start + FIXED_BYTES, end, count })
  if (firstDelta < 0) return undefined
  const arrivals = new Float64Array(count)
  let ticks = readUint24(bytes, start + 16) * TICKS_PER_REFERENCE
  let at = firstDelta
  for (let index = 0; index < count; index += 1) {
    const status = statuses[index]
    if (status === STATUS.notReceived) arrivals[index] = Number.NaN
    else {
      const size = status === STATUS.smallDelta ? 1 : 2
      if (at + size > end) return undefined
      ticks += size === 1 ? (bytes[at] ?? 0) : (readUint16(bytes, at) << 16) >> 16
      arrivals[index] = ticks * TICK_US
      at += size
    }
  }
  return {
    type: 'transport-feedback',
    sender: readUint32(bytes, start + 4),
    media: readUint32(bytes, start + 8),
    baseSequence: readUint16(bytes, start + 12),
    feedbackCount: bytes[start + 19] ?? 0,
    arrivals,
  }
}

/** Reads the chunks into `statuses` (draft §3.1.3, §3.1.4); returns where they end, or -1. */
function readStatuses(
  bytes: Uint8Array,
  { at, end, count }: { at: number; end: number; count: number },
): number {
  let next = at
  for (let known = 0; known < count; next += 2) {
    if (next + 2 > end) return -1
    const chunk = readUint16(bytes, next)
    const isRun = (chunk & 0x8000) === 0
    const symbolBits = (chunk & 0x4000) === 0 ? 1 : 2
    const symbols = isRun ? chunk & MAX_RUN : 14 / symbolBits
    // A run of nothing would let a chunk say nothing.
    if (symbols === 0) return -1
    const last = Math.min(count, known + symbols)
    for (let shift = 14 - symbolBits; known < last; known += 1, shift -= symbolBits) {
      const status = isRun ? (chunk >> 13) & 3 : (chunk >> shift) & (symbolBits === 1 ? 1 : 3)
      // 3 is reserved.
      if (status === 3) return -1
      statuses[known] = status
    }
  }
  return next
}

/**
 * Writes feedback at `offset`: as many of the arrivals, from the first on, as `target` has room for
 * and the format can express; `feedbackPackets` says how many. Times are of any clock of
 * microseconds, in steps of 250. Returns its end, or `offset` when none has arrived or fits.
 */
export function writeTransportFeedback(
  target: Uint8Array,
  offset: number,
  feedback: Omit<TransportFeedback, 'type'>,
): number {
  const { arrivals } = feedback
  const first = arrivals.findIndex((time) => !Number.isNaN(time))
  if (first < 0) return offset
  const reference = referenceOf(arrivals[first])
  const count = classify(arrivals, first, target.length - offset)
  if (count <= first) return offset
  const firstDelta = writeStatuses(target, offset + FIXED_BYTES, count)
  let at = firstDelta
  let last = reference * TICKS_PER_REFERENCE
  for (let index = 0; index < count; index += 1) {
    if (statuses[index] === STATUS.notReceived) continue
    const ticks = ticksOf(arrivals[index])
    if (statuses[index] === STATUS.smallDelta) target[at] = ticks - last
    else writeUint16(target, at, ticks - last)
    at += statuses[index] === STATUS.smallDelta ? 1 : 2
    last = ticks
  }
  const padding = -(at - offset) & 3
  const size = at + padding - offset
  const { transportWide } = FEEDBACK_FORMAT
  writeRtcpHeader(target, offset, { count: transportWide, type: RTCP_TYPE.transportFeedback, size })
  if (padding > 0) {
    target[offset] = (target[offset] ?? 0) | PADDING_BIT
    target.fill(0, at, at + padding)
    target[at + padding - 1] = padding
  }
  writeUint32(target, offset + 4, feedback.sender)
  writeUint32(target, offset + 8, feedback.media)
  writeUint16(target, offset + 12, feedback.baseSequence)
  writeUint16(target, offset + 14, count)
  writeUint24(target, offset + 16, modulo(reference, REFERENCE_WRAP))
  target[offset + 19] = feedback.feedbackCount
  return offset + size
}

/** Of how many packets the feedback at `offset` speaks. */
export function feedbackPackets(bytes: Uint8Array, offset: number): number {
  return readUint16(bytes, offset + 14)
}

function ticksOf(timeUs: number | undefined): number {
  return Math.round((timeUs ?? 0) / TICK_US)
}

function referenceOf(timeUs: number | undefined): number {
  return Math.floor(ticksOf(timeUs) / TICKS_PER_REFERENCE)
}

function modulo(value: number, wrap: number): number {
  return ((value % wrap) + wrap) % wrap
}

/**
 * Fills `statuses`; returns of how many packets the feedback can speak within `room` bytes. `first`
 * is the first that arrived.
 */
function classify(arrivals: Float64Array, first: number, room: number): number {
  const limit = Math.min(arrivals.length, MAX_FEEDBACK_PACKETS)
  // Those that are lost before it are one run, if they fill a vector.
  const leading = first >= ONE_BIT_SYMBOLS ? first : 0
  let last = referenceOf(arrivals[first]) * TICKS_PER_REFERENCE
  let deltaBytes = 0
  for (let index = 0; index < limit; index += 1) {
    const time = arrivals[index] ?? Number.NaN
    let status: number = STATUS.notReceived
    if (!Number.isNaN(time)) {
      const delta = ticksOf(time) - last
      if (delta < -0x8000 || delta > 0x7fff) return index
      status = delta >= 0 && delta <= 0xff ? STATUS.smallDelta : STATUS.largeDelta
      last += delta
      deltaBytes += status
    }
    // No chunk but the last one covers fewer packets than a vector of two bits each.
    const vectors = Math.ceil(Math.max(0, index + 1 - leading) / TWO_BIT_SYMBOLS)
    const chunkBytes = 2 * (leading > 0 ? vectors + 1 : vectors)
    if (((FIXED_BYTES + chunkBytes + deltaBytes + 3) & ~3) > room) return index
    statuses[index] = status
  }
  return limit
}

/** Writes the chunks of the first `count` of `statuses`; returns where they end. */
function writeStatuses(target: Uint8Array, offset: number, count: number): number {
  let at = offset
  for (let index = 0; index < count; at += 2) {
    const run = runFrom(index, count)
    const isLarge = hasLargeDelta(index, Math.min(count, index + ONE_BIT_SYMBOLS))
    const symbols = Math.min(isLarge ? TWO_BIT_SYMBOLS : ONE_BIT_SYMBOLS, count - index)
    if (run >= symbols) {
      writeUint16(target, at, ((statuses[index] ?? 0) << 13) | run)
      index += run
    } else {
      writeUint16(target, at, isLarge ? twoBitVector(index, symbols) : oneBitVector(index, symbols))
      index += symbols
    }
  }
  return at
}

function runFrom(start: number, count: number): number {
  let end = start + 1
  while (end < count && end - start < MAX_RUN && statuses[end] === statuses[start]) end += 1
  return end - start
}

function hasLargeDelta(start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    if (statuses[index] === STATUS.largeDelta) return true
  }
  return false
}

function oneBitVector(start: number, symbols: number): number {
  let chunk = 0x8000
  for (let index = 0; index < symbols; index += 1) {
    chunk |= (statuses[start + index] ?? 0) << (13 - index)
  }
  return chunk
}

function twoBitVector(start: number, symbols: number): number {
  let chunk = 0xc000
  for (let index = 0; index < symbols; index += 1) {
    chunk |= (statuses[start + index] ?? 0) << (12 - 2 * index)
  }
  return chunk
}
