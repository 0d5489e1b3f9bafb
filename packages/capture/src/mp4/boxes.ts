/** A box of ISO/IEC 14496-12 with its contents one after the other. */
export function box(type: string, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, { byteLength }) => sum + byteLength, 8)
  return Buffer.concat([u32(length), Buffer.from(type, 'latin1'), ...contents])
}

/** A box with a version and flags. */
export function fullBox(
  type: string,
  { version = 0, flags = 0 }: { version?: number; flags?: number },
  ...contents: readonly Uint8Array[]
): Uint8Array {
  return box(type, u32(version * 0x100_0000 + flags), ...contents)
}

export function u16(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 2)
  values.forEach((value, index) => bytes.writeUInt16BE(value, index * 2))
  return bytes
}

export function u32(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4))
  return bytes
}

/** Exact up to 2^53. */
export function u64(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 8)
  values.forEach((value, index) => bytes.writeUIntBE(value, index * 8 + 2, 6))
  return bytes
}

export function zeros(length: number): Uint8Array {
  return new Uint8Array(length)
}

export interface BoxHead {
  type: string
  headBytes: number
  /** With its head. */
  size: number
}

/** Reads the beginning of a box; undefined when there are too few bytes, or it is none. */
export function readBox(bytes: Uint8Array, at: number): BoxHead | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (at + 8 > view.length) return undefined
  const type = view.toString('latin1', at + 4, at + 8)
  const size = view.readUInt32BE(at)
  if (size >= 8) return { type, headBytes: 8, size }
  if (size !== 1 || at + 16 > view.length) return undefined
  const long = view.readUIntBE(at + 10, 6)
  return long >= 16 ? { type, headBytes: 16, size: long } : undefined
}

/** The boxes in `bytes`, as far as they are whole. */
export function readBoxes(bytes: Uint8Array): { type: string; data: Buffer }[] {
  const found: { type: string; data: Buffer }[] = []
  for (let at = 0; ;) {
    const head = readBox(bytes, at)
    if (!head || at + head.size > bytes.length) return found
    const start = bytes.byteOffset + at + head.headBytes
    found.push({
      type: head.type,
      data: Buffer.from(bytes.buffer, start, head.size - head.headBytes),
    })
    at += head.size
  }
}

/** The contents of the first box at the end of `path`, such as `['moov', 'trak']`. */
export function findBox(bytes: Uint8Array, path: readonly string[]): Buffer | undefined {
  let found: Buffer | undefined
  for (const type of path) {
    found = readBoxes(found ?? bytes).find((one) => one.type === type)?.data
    if (!found) return undefined
  }
  return found
}
