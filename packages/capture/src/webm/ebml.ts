/** Elements of EBML (RFC 8794) and Matroska (RFC 9559) that are written or read here. */
export const ID = {
  ebml: 0x1a45dfa3,
  ebmlVersion: 0x4286,
  ebmlReadVersion: 0x42f7,
  ebmlMaxIdLength: 0x42f2,
  ebmlMaxSizeLength: 0x42f3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  void: 0xec,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  dateUtc: 0x4461,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  flagLacing: 0x9c,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  codecDelay: 0x56aa,
  seekPreRoll: 0x56bb,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  audio: 0xe1,
  samplingFrequency: 0xb5,
  channels: 0x9f,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
  cueTrackPositions: 0xb7,
  cueTrack: 0xf7,
  cueClusterPosition: 0xf1,
} as const

/** An unknown size in eight bytes (RFC 8794 §6.2). */
const UNKNOWN_SIZE = Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)

/** An element with its contents one after the other. */
export function element(id: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, { byteLength }) => sum + byteLength, 0)
  return Buffer.concat([idBytes(id), sizeBytes(length), ...contents])
}

export function unsigned(id: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(6)
  bytes.writeUIntBE(value, 0, 6)
  const start = bytes.findIndex((byte) => byte !== 0)
  return element(id, bytes.subarray(start < 0 ? 5 : start))
}

export function float(id: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return element(id, bytes)
}

export function text(id: number, value: string): Uint8Array {
  return element(id, Buffer.from(value))
}

/** An identifier, or an element's beginning when its size is to be written besides. */
export function idBytes(id: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(id)
  return bytes.subarray(id < 0x100 ? 3 : id < 0x1_0000 ? 2 : id < 0x100_0000 ? 1 : 0)
}

/** A size in eight bytes, whatever it is, so that it can be replaced; unknown without one. */
export function longSize(size?: number): Uint8Array {
  if (size === undefined) return UNKNOWN_SIZE
  const bytes = Buffer.alloc(8)
  bytes.writeUIntBE(size, 2, 6)
  bytes[0] = 0x01
  return bytes
}

/** Exactly `length` bytes (at least 9) that say nothing. */
export function voidOf(length: number): Uint8Array {
  return Buffer.concat([idBytes(ID.void), longSize(length - 9), Buffer.alloc(length - 9)])
}

function sizeBytes(size: number): Uint8Array {
  if (size < 0x7f) return Uint8Array.of(0x80 | size)
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(0x1000_0000 | size)
  return bytes
}

/** The beginning of an element. `size` is undefined when it is unknown. */
export interface ElementHead {
  id: number
  headBytes: number
  size: number | undefined
}

/** Reads the beginning of an element; undefined when there are too few bytes, or it is none. */
export function readElement(bytes: Uint8Array, at: number): ElementHead | undefined {
  const idLength = vintLength(bytes[at])
  if (idLength === undefined || idLength > 4) return undefined
  const sizeAt = at + idLength
  const sizeLength = vintLength(bytes[sizeAt])
  if (sizeLength === undefined || sizeAt + sizeLength > bytes.length) return undefined
  const id = readNumber(bytes, at, idLength)
  let size = (bytes[sizeAt] ?? 0) & (0xff >> sizeLength)
  let isUnknown = size === 0xff >> sizeLength
  for (let i = 1; i < sizeLength; i++) {
    const byte = bytes[sizeAt + i] ?? 0
    isUnknown &&= byte === 0xff
    size = size * 256 + byte
  }
  return { id, headBytes: idLength + sizeLength, size: isUnknown ? undefined : size }
}

/** An unsigned number, exact up to 2^53. */
export function readNumber(bytes: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let i = 0; i < length; i++) value = value * 256 + (bytes[at + i] ?? 0)
  return value
}

function vintLength(first: number | undefined): number | undefined {
  return first === undefined || first === 0 ? undefined : Math.clz32(first) - 23
}
