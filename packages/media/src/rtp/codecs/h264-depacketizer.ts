import { readUint16, writeUint32 } from '../big-endian.ts'
import type { CodedFrame, Depacketized, Depacketizer, Payloads } from './depacketizer.ts'
import { NAL, ParameterSets } from './h264-parameter-sets.ts'
import { Stretches } from './stretches.ts'

const STAP_A = 24
const FU_A = 28
/** Of an FU header (RFC 6184 §5.8). */
const START_BIT = 0x80
const END_BIT = 0x40
const LENGTH_BYTES = 4

/** Of one frame at a time. A unit's first byte is not among its bytes, but in `headers`. */
const units = new Stretches()
const headers = new Uint8Array(units.starts.length)

/** RFC 6184: a frame is an access unit, its NAL units with their lengths before them. */
export class H264Depacketizer implements Depacketizer {
  readonly #sets = new ParameterSets()

  /** With the `sprop-parameter-sets` of the offer, if there are any (RFC 6184 §8.1). */
  constructor(sprop?: string) {
    for (const set of sprop?.split(',') ?? []) this.#sets.add(Buffer.from(set, 'base64'))
  }

  read(payloads: Payloads): Depacketized {
    if (!readUnits(payloads)) return 'broken'
    const slice = firstSlice()
    // Slices come in order: without the first one, it is no whole picture.
    if (slice >= 0 && !isPictureStart(payloads.bytes, slice)) return 'broken'
    if (!this.#remember(payloads.bytes)) return 'broken'
    if (slice < 0) return 'nothing'
    const isKeyFrame = (headers[slice]! & 0x1f) === NAL.idr
    return isKeyFrame ? this.#keyFrame(payloads) : payloads.frame(write(payloads, []))
  }

  #keyFrame(payloads: Payloads): CodedFrame | 'broken' {
    const { description, pictureSize } = this.#sets
    // None that came can begin with it.
    if (!description || pictureSize === 0) return 'broken'
    const hasSets = hasUnit(NAL.sps) && hasUnit(NAL.pps)
    const data = write(payloads, hasSets ? [] : this.#sets.all)
    return payloads.frame(data, pictureSize, description)
  }

  /** Keeps the parameter sets among the units; false when one can't be one. */
  #remember(bytes: Uint8Array): boolean {
    if (hasUnit(NAL.sps)) this.#sets.begin()
    for (let unit = 0; unit < units.count; unit = units.next(unit)) {
      const type = headers[unit]! & 0x1f
      if (type !== NAL.sps && type !== NAL.pps) continue
      if (!this.#sets.add(copyUnit(bytes, unit))) return false
    }
    return true
  }
}

/** Finds the NAL units of all payloads; false when they are not whole. */
function readUnits({ bytes, starts, ends, count }: Payloads): boolean {
  units.clear()
  let isOpen = false
  for (let index = 0; index < count; index += 1) {
    const [start, end] = [starts[index]!, ends[index]!]
    const type = bytes[start]! & 0x1f
    if (type === FU_A) {
      if (!readFragment(bytes, { start, end, isOpen })) return false
      isOpen = (bytes[start + 1]! & END_BIT) === 0
    } else if (isOpen) return false
    else if (type === STAP_A) {
      if (!readAggregate(bytes, start + 1, end)) return false
    } else if (type === 0 || type > STAP_A) return false
    else if (!addUnit({ header: bytes[start]!, start: start + 1, end, isFirst: true })) return false
  }
  return !isOpen
}

/** RFC 6184 §5.8: a fragment, of a unit that is open or of another one. */
function readFragment(
  bytes: Uint8Array,
  { start, end, isOpen }: { start: number; end: number; isOpen: boolean },
): boolean {
  if (start + 2 >= end) return false
  const fragment = bytes[start + 1]!
  const isFirst = (fragment & START_BIT) !== 0
  // One that is missing lies before it.
  if (isFirst === isOpen) return false
  const header = (bytes[start]! & 0xe0) | (fragment & 0x1f)
  return addUnit({ header, start: start + 2, end, isFirst })
}

/** RFC 6184 §5.7.1: units with their sizes before them. */
function readAggregate(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start
  while (at < end) {
    const unit = at + 2
    const next = unit + readUint16(bytes, at)
    if (next <= unit || next > end) return false
    if (!addUnit({ header: bytes[unit]!, start: unit + 1, end: next, isFirst: true })) return false
    at = next
  }
  return true
}

function addUnit(unit: { header: number; start: number; end: number; isFirst: boolean }): boolean {
  headers[units.count] = unit.header
  return units.add(unit.start, unit.end, unit.isFirst)
}

/** The first stretch of the first slice; -1 when there is none. */
function firstSlice(): number {
  for (let unit = 0; unit < units.count; unit = units.next(unit)) {
    const type = headers[unit]! & 0x1f
    // Data partitions B and C are no beginnings.
    if (type === NAL.slice || type === NAL.partitionA || type === NAL.idr) return unit
  }
  return -1
}

/** Slice header (ITU-T H.264 §7.3.3): first_mb_in_slice is 0, as one bit. */
function isPictureStart(bytes: Uint8Array, slice: number): boolean {
  const start = units.starts[slice]!
  return start < units.ends[slice]! && (bytes[start]! & 0x80) !== 0
}

function hasUnit(type: number): boolean {
  for (let unit = 0; unit < units.count; unit = units.next(unit)) {
    if ((headers[unit]! & 0x1f) === type) return true
  }
  return false
}

function copyUnit(bytes: Uint8Array, unit: number): Uint8Array {
  const next = units.next(unit)
  const copy = new Uint8Array(1 + units.size(unit, next))
  copy[0] = headers[unit]!
  units.copy(bytes, { first: unit, next, skipped: 0 }, { bytes: copy, at: 1 })
  return copy
}

/** ISO/IEC 14496-15 §5.3: the units, after those that are to come before them. */
function write(payloads: Payloads, before: readonly Uint8Array[]): Uint8Array {
  let size = 0
  for (const { length } of before) size += LENGTH_BYTES + length
  for (let unit = 0; unit < units.count; unit = units.next(unit)) {
    if (isKept(unit)) size += LENGTH_BYTES + 1 + units.size(unit, units.next(unit))
  }
  const target = { bytes: payloads.lend(size), at: 0 }
  for (const unit of before) {
    writeUint32(target.bytes, target.at, unit.length)
    target.bytes.set(unit, target.at + LENGTH_BYTES)
    target.at += LENGTH_BYTES + unit.length
  }
  for (let unit = 0; unit < units.count; unit = units.next(unit)) {
    if (!isKept(unit)) continue
    const next = units.next(unit)
    writeUint32(target.bytes, target.at, 1 + units.size(unit, next))
    target.bytes[target.at + LENGTH_BYTES] = headers[unit]!
    target.at += LENGTH_BYTES + 1
    units.copy(payloads.bytes, { first: unit, next, skipped: 0 }, target)
  }
  return target.bytes
}

/** A file says otherwise where a frame begins, and needs no filling. */
function isKept(unit: number): boolean {
  const type = headers[unit]! & 0x1f
  return type !== NAL.delimiter && type !== NAL.filler
}
