import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { box, findBox, readBox, readBoxes, u32 } from './boxes.ts'

test('boxes are read as they were written', () => {
  const bytes = box('moov', box('trak', u32(7)), box('free'))
  expect(readBox(bytes, 0)).toEqual({ type: 'moov', headBytes: 8, size: bytes.length })
  expect(findBox(bytes, ['moov', 'trak'])?.equals(Buffer.from(u32(7)))).toBe(true)
  expect(findBox(bytes, ['moov', 'mdat'])).toBeUndefined()
})

test.each([
  [
    'a long size that is shorter than its head',
    Buffer.concat([u32(1), Buffer.from('mdat'), u32(0, 0)]),
  ],
  ['a size that is shorter than its head', Buffer.concat([u32(7), Buffer.from('mdat')])],
])('%s is none', (_, bytes) => {
  expect(readBox(bytes, 0)).toBeUndefined()
  expect(readBoxes(bytes)).toEqual([])
})

test('any bytes are read to an end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const length = readBoxes(bytes).reduce((sum, { data }) => sum + data.length, 0)
      expect(length).toBeLessThanOrEqual(bytes.length)
    }),
  )
})
