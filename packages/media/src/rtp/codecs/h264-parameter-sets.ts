import { writeUint16 } from '../big-endian.ts'
import { MAX_PARAMETER_SET_BYTES, MAX_PARAMETER_SETS } from '../limits.ts'
import { BitReader } from './bit-reader.ts'
import { readSequenceParameters } from './h264-sps.ts'

/** NAL unit types (ITU-T H.264 table 7-1). */
export const NAL = {
  slice: 1,
  partitionA: 2,
  idr: 5,
  sps: 7,
  pps: 8,
  delimiter: 9,
  filler: 12,
} as const

/** Profiles whose configuration says how pictures are coloured (ISO/IEC 14496-15 §5.3.3.1.2). */
const HIGH_PROFILES = new Set([100, 110, 122, 144])

/** The parameter sets that a decoder has to know, as they came last. */
export class ParameterSets {
  #sps: Uint8Array[] = []
  /** By their ids. */
  readonly #pps = new Map<number, Uint8Array>()
  #pictureSize = 0
  #description: Uint8Array | undefined

  /** Of the picture, as `packPictureSize` makes it; 0 when it is not known. */
  get pictureSize(): number {
    return this.#pictureSize
  }

  /** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1); undefined: sets are missing. */
  get description(): Uint8Array | undefined {
    if (this.#sps.length === 0 || this.#pps.size === 0) return undefined
    this.#description ??= describe(this.#sps, [...this.#pps.values()])
    return this.#description
  }

  get all(): Uint8Array[] {
    return [...this.#sps, ...this.#pps.values()]
  }

  /** Sequence parameter sets follow, which take the place of all before. */
  begin(): void {
    this.#sps = []
    this.#description = undefined
  }

  /** Keeps a NAL unit that is a parameter set; false when it can't be one, or there are too many. */
  add(unit: Uint8Array): boolean {
    if (unit.length > MAX_PARAMETER_SET_BYTES) return false
    this.#description = undefined
    const type = unit[0]! & 0x1f
    if (type === NAL.sps) {
      // Profile, constraints and level stand in the description.
      if (unit.length < 4 || this.#sps.length === MAX_PARAMETER_SETS) return false
      this.#sps.push(unit)
      this.#pictureSize = readSequenceParameters(unit, 1, unit.length).pictureSize
      return this.#pictureSize > 0
    }
    if (type !== NAL.pps || unit.length < 2) return false
    const id = new BitReader(unit, 1, unit.length).unsignedGolomb()
    // The latest one is the last.
    this.#pps.delete(id)
    this.#pps.set(id, unit)
    for (const oldest of this.#pps.keys()) {
      if (this.#pps.size <= MAX_PARAMETER_SETS) break
      this.#pps.delete(oldest)
    }
    return true
  }
}

function describe(sps: readonly Uint8Array[], pps: readonly Uint8Array[]): Uint8Array {
  const [first] = sps
  const isHigh = HIGH_PROFILES.has(first![1]!)
  const record = new Uint8Array(7 + sizeOf(sps) + sizeOf(pps) + (isHigh ? 4 : 0))
  // Version, profile, constraints, level; lengths of four bytes.
  record.set([1, first![1]!, first![2]!, first![3]!, 0xff])
  let at = writeSets(record, 5, { mark: 0xe0, sets: sps })
  at = writeSets(record, at, { mark: 0, sets: pps })
  if (isHigh) {
    const { chroma, lumaBits, chromaBits } = readSequenceParameters(first!, 1, first!.length)
    record.set([0xfc | chroma, 0xf8 | (lumaBits - 8), 0xf8 | (chromaBits - 8), 0], at)
  }
  return record
}

/** With the length before each. */
function sizeOf(sets: readonly Uint8Array[]): number {
  return sets.reduce((sum, { length }) => sum + 2 + length, 0)
}

function writeSets(
  record: Uint8Array,
  start: number,
  { mark, sets }: { mark: number; sets: readonly Uint8Array[] },
): number {
  let at = start
  record[at] = mark | sets.length
  at += 1
  for (const set of sets) {
    writeUint16(record, at, set.length)
    record.set(set, at + 2)
    at += 2 + set.length
  }
  return at
}
