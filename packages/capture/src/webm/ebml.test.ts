import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import {
  element,
  ID,
  idBytes,
  longSize,
  readElement,
  readNumber,
  unsigned,
  voidOf,
} from './ebml.ts'

test('elements are read as they were written', () => {
  const lengths = fc.constantFrom(0, 1, 0x7e, 0x7f, 0x80, 0x3fff, 70_000)
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(ID)), lengths, (id, length) => {
      const bytes = element(id, new Uint8Array(length))
      const head = readElement(bytes, 0)
      expect(head?.id).toBe(id)
      expect(head?.size).toBe(length)
      expect((head?.headBytes ?? 0) + length).toBe(bytes.length)
    }),
  )
})

test('numbers are read as they were written', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(0xffff), (low, high) => {
      const value = low + high * 2 ** 31
      const bytes = unsigned(ID.timestamp, value)
      const head = readElement(bytes, 0)
      expect(readNumber(bytes, head?.headBytes ?? 0, head?.size ?? 0)).toBe(value)
    }),
  )
})

test('a size may be unknown, and nothing has a length', () => {
  const bytes = Buffer.concat([idBytes(ID.segment), longSize()])
  expect(readElement(bytes, 0)).toEqual({ id: ID.segment, headBytes: 12, size: undefined })
  expect(voidOf(9).length).toBe(9)
  expect(readElement(voidOf(200), 0)).toEqual({ id: ID.void, headBytes: 9, size: 191 })
})

test('any bytes are an element or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), fc.nat(20), (bytes, at) => {
      const head = readElement(bytes, at)
      if (head) expect(head.headBytes).toBeWithin(2, 13)
    }),
  )
})
