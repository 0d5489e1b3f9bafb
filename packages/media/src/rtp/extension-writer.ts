import { writeUint16, writeUint24, writeUint32 } from './big-endian.ts'
import {
  elementBytes,
  elementId,
  elementOffset,
  firstElement,
  nextElement,
  NO_EXTENSION,
  ONE_BYTE_PROFILE,
  TWO_BYTE_PROFILE,
} from './header-extensions.ts'
import { extensionStart, setHasExtension } from './rtp-packet.ts'

const EXTENSION_HEADER_BYTES = 4
const MAX_ONE_BYTE_ID = 14
const MAX_ONE_BYTE_SIZE = 16
const MAX_TWO_BYTE_SIZE = 255

/**
 * Writes the header extension of one packet after the other (RFC 8285): `begin`, then elements,
 * then `end`. One of them serves for all packets, so that none is made for each.
 */
export class ExtensionWriter {
  #target: Uint8Array = new Uint8Array(0)
  #start = 0
  #at = 0
  #isTwoByte = false

  /**
   * Begins the header extension of the packet at the start of `target`, whose fixed header and
   * CSRCs are there already. A form of one byte holds ids 1 to 14 and values of 1 to 16 bytes.
   */
  begin(target: Uint8Array, isTwoByte: boolean): void {
    this.#target = target
    this.#start = extensionStart(target)
    this.#at = this.#start + EXTENSION_HEADER_BYTES
    this.#isTwoByte = isTwoByte
  }

  /**
   * Makes room for an element; returns where its value is to be written, or -1 when the form can't
   * hold it or `target` ends.
   */
  reserve(id: number, size: number): number {
    const at = this.#at
    if (this.#isTwoByte) {
      const isHeld = id > 0 && id <= 255 && size >= 0 && size <= MAX_TWO_BYTE_SIZE
      if (!isHeld || at + 2 + size > this.#target.length) return -1
      this.#target[at] = id
      this.#target[at + 1] = size
      this.#at = at + 2 + size
      return at + 2
    }
    const isHeld = id > 0 && id <= MAX_ONE_BYTE_ID && size > 0 && size <= MAX_ONE_BYTE_SIZE
    if (!isHeld || at + 1 + size > this.#target.length) return -1
    this.#target[at] = (id << 4) | (size - 1)
    this.#at = at + 1 + size
    return at + 1
  }

  /** Adds an element with a value of bytes, such as a MID. */
  add(id: number, value: Uint8Array): boolean {
    const offset = this.reserve(id, value.length)
    if (offset < 0) return false
    this.#target.set(value, offset)
    return true
  }

  /** Adds an element with a value of 16 bits, such as a transport-wide sequence number. */
  addUint16(id: number, value: number): boolean {
    const offset = this.reserve(id, 2)
    if (offset < 0) return false
    writeUint16(this.#target, offset, value)
    return true
  }

  /** Adds an element with a value of 24 bits, such as an abs-send-time. */
  addUint24(id: number, value: number): boolean {
    const offset = this.reserve(id, 3)
    if (offset < 0) return false
    writeUint24(this.#target, offset, value)
    return true
  }

  /**
   * Adds the elements of another packet with other ids: `ids[old]` is the new id, 0 leaves the
   * element away. What the form can't hold is left away, too.
   */
  addFrom(source: Uint8Array, sourceHeaderBytes: number, ids: Readonly<Uint8Array>): void {
    let found = firstElement(source, sourceHeaderBytes)
    while (found !== NO_EXTENSION) {
      const id = ids[elementId(source, found)] ?? 0
      if (id !== 0) this.#copyElement(id, source, found)
      found = nextElement(source, sourceHeaderBytes, found)
    }
  }

  #copyElement(id: number, source: Uint8Array, found: number): void {
    const from = elementOffset(found)
    const size = elementBytes(found)
    const to = this.reserve(id, size)
    if (to < 0) return
    // Values are a few bytes: a loop is quicker than a view and `set`.
    for (let index = 0; index < size; index += 1) {
      this.#target[to + index] = source[from + index] ?? 0
    }
  }

  /**
   * Ends the header extension, padded to 32 bits, and sets the packet's X bit; without an element
   * there is no extension. Returns where the payload begins.
   */
  end(): number {
    const target = this.#target
    const content = this.#start + EXTENSION_HEADER_BYTES
    if (this.#at === content) {
      setHasExtension(target, false)
      return this.#start
    }
    const bytes = (this.#at - content + 3) & ~3
    for (let at = this.#at; at < content + bytes; at += 1) target[at] = 0
    const profile = this.#isTwoByte ? TWO_BYTE_PROFILE : ONE_BYTE_PROFILE
    writeUint32(target, this.#start, (profile << 16) | (bytes >> 2))
    setHasExtension(target, true)
    return content + bytes
  }
}
