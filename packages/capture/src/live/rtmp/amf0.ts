/** Types of values (AMF 0, §2.1). */
const NUMBER = 0x00
const BOOLEAN = 0x01
const STRING = 0x02
const OBJECT = 0x03
const NULL = 0x05
const UNDEFINED = 0x06
const ECMA_ARRAY = 0x08
const OBJECT_END = 0x09
const LONG_STRING = 0x0c

/** Objects within objects: what describes a stream has none. */
const MAX_DEPTH = 8

/** A string value with its type; one that is too long for its length is a long one (§2.14). */
export function stringValue(text: string): Uint8Array {
  const bytes = Buffer.from(text)
  const isLong = bytes.length > 0xffff
  const head = Buffer.alloc(isLong ? 5 : 3)
  head[0] = isLong ? LONG_STRING : STRING
  if (isLong) head.writeUInt32BE(bytes.length, 1)
  else head.writeUInt16BE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

/** The string at a place, where one is. */
export function readString(bytes: Buffer, at: number): string | undefined {
  if (bytes[at] !== STRING) return undefined
  return bytes.toString('utf8', at + 3, endOf(bytes, at))
}

/** Where the value at a place ends. Throws a RangeError for what is cut off, or none. */
export function endOf(bytes: Buffer, at: number, depth = 0): number {
  if (depth > MAX_DEPTH) throw new RangeError('values are too deep in each other')
  switch (bytes.readUInt8(at)) {
    case NUMBER:
      return within(bytes, at + 9)
    case BOOLEAN:
      return within(bytes, at + 2)
    case STRING:
      return within(bytes, at + 3 + bytes.readUInt16BE(at + 1))
    case LONG_STRING:
      return within(bytes, at + 5 + bytes.readUInt32BE(at + 1))
    case NULL:
    case UNDEFINED:
      return at + 1
    case OBJECT:
      return propertiesOf(bytes, at, depth).end
    case ECMA_ARRAY:
      return propertiesOf(bytes, at + 4, depth).end
    default:
      throw new RangeError('a value is of no type that is known')
  }
}

/** A property's key, and its value's place. */
export interface Property {
  key: string
  start: number
  end: number
}

/** What is in the object at a place (§2.5). Throws a RangeError for what is cut off, or none. */
export function propertiesOf(
  bytes: Buffer,
  at: number,
  depth = 0,
): { properties: Property[]; end: number } {
  const properties: Property[] = []
  let place = at + 1
  for (;;) {
    const start = within(bytes, place + 2 + bytes.readUInt16BE(place))
    if (start === place + 2 && bytes.readUInt8(start) === OBJECT_END) {
      return { properties, end: start + 1 }
    }
    const end = endOf(bytes, start, depth + 1)
    properties.push({ key: bytes.toString('utf8', place + 2, start), start, end })
    place = end
  }
}

function within(bytes: Buffer, end: number): number {
  if (end > bytes.length) throw new RangeError('a value is cut off')
  return end
}
