import { readUint16 } from './big-endian.ts'
import { extensionStart, hasExtension } from './rtp-packet.ts'

/** Elements with ids 1 to 14 and 1 to 16 bytes (RFC 8285 §4.2). */
export const ONE_BYTE_PROFILE = 0xbede
/** Elements with ids 1 to 255 and 0 to 255 bytes (RFC 8285 §4.3); its last 4 bits are free. */
export const TWO_BYTE_PROFILE = 0x1000
/** Ends the elements of the one-byte form (RFC 8285 §4.2). */
const ONE_BYTE_STOP_ID = 15
const EXTENSION_HEADER_BYTES = 4
/** Not there. */
export const NO_EXTENSION = -1

/** Where the value of an element that was found begins. */
export function elementOffset(found: number): number {
  return found >> 8
}

/** Bytes of the value of an element that was found. */
export function elementBytes(found: number): number {
  return found & 0xff
}

/** Whether the packet's header extension is in the two-byte form. */
export function hasTwoByteForm(bytes: Uint8Array): boolean {
  return hasExtension(bytes) && isTwoByte(readUint16(bytes, extensionStart(bytes)))
}

/**
 * Finds the element with `id`: its place and size for `elementOffset` and `elementBytes`, or
 * `NO_EXTENSION`. With `headerBytes` from `rtpHeaderBytes`.
 */
export function findElement(bytes: Uint8Array, headerBytes: number, id: number): number {
  let at = firstElement(bytes, headerBytes)
  while (at !== NO_EXTENSION) {
    if (elementId(bytes, at) === id) return at
    at = nextElement(bytes, headerBytes, at)
  }
  return NO_EXTENSION
}

/** The first element of a packet's header extension, as `findElement` returns one. */
export function firstElement(bytes: Uint8Array, headerBytes: number): number {
  if (!hasExtension(bytes)) return NO_EXTENSION
  const start = extensionStart(bytes)
  return elementFrom(bytes, start + EXTENSION_HEADER_BYTES, headerBytes)
}

/** The element after `at`, as `findElement` returns one. */
export function nextElement(bytes: Uint8Array, headerBytes: number, at: number): number {
  return elementFrom(bytes, elementOffset(at) + elementBytes(at), headerBytes)
}

/** The id of an element that was found. */
export function elementId(bytes: Uint8Array, found: number): number {
  const offset = elementOffset(found)
  return hasTwoByteForm(bytes) ? (bytes[offset - 2] ?? 0) : (bytes[offset - 1] ?? 0) >> 4
}

function isTwoByte(profile: number): boolean {
  return (profile & 0xfff0) === TWO_BYTE_PROFILE
}

/** The first element at `offset` or after it, past padding; `NO_EXTENSION` where they end. */
function elementFrom(bytes: Uint8Array, offset: number, end: number): number {
  const profile = readUint16(bytes, extensionStart(bytes))
  let at = offset
  while (at < end && bytes[at] === 0) at += 1
  if (isTwoByte(profile)) {
    const size = bytes[at + 1] ?? 0
    return at + 2 + size <= end ? ((at + 2) << 8) | size : NO_EXTENSION
  }
  const first = bytes[at] ?? 0
  const size = (first & 0x0f) + 1
  const isElement = profile === ONE_BYTE_PROFILE && first >> 4 !== ONE_BYTE_STOP_ID
  return isElement && at + 1 + size <= end ? ((at + 1) << 8) | size : NO_EXTENSION
}

/**
 * Gives the elements other ids in place: `ids[old]` is the new id, 0 takes the element out. An id
 * that the packet's form can't hold takes it out, too.
 */
export function rewriteElementIds(
  bytes: Uint8Array,
  headerBytes: number,
  ids: Readonly<Uint8Array>,
): void {
  const isTwoByteForm = hasTwoByteForm(bytes)
  let at = firstElement(bytes, headerBytes)
  while (at !== NO_EXTENSION) {
    const next = nextElement(bytes, headerBytes, at)
    const offset = elementOffset(at)
    const size = elementBytes(at)
    const id = ids[elementId(bytes, at)] ?? 0
    if (isTwoByteForm) {
      if (id === 0) bytes.fill(0, offset - 2, offset + size)
      else bytes[offset - 2] = id
    } else if (id === 0 || id >= ONE_BYTE_STOP_ID) bytes.fill(0, offset - 1, offset + size)
    else bytes[offset - 1] = (id << 4) | (size - 1)
    at = next
  }
}
