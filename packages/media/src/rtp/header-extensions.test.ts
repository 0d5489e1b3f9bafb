import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { ExtensionWriter } from './extension-writer.ts'
import {
  elementBytes,
  elementId,
  elementOffset,
  findElement,
  firstElement,
  hasTwoByteForm,
  nextElement,
  NO_EXTENSION,
  rewriteElementIds,
} from './header-extensions.ts'
import { hasExtension, rtpHeaderBytes } from './rtp-packet.ts'
import { fromHex } from './testing/bytes.ts'

const HEADER = '9060 0001 00000002 00000003'

/** All elements as `id: value`. */
function elementsOf(packet: Uint8Array): string[] {
  const header = rtpHeaderBytes(packet, packet.length)
  const found: string[] = []
  let at = firstElement(packet, header)
  while (at !== NO_EXTENSION) {
    const start = elementOffset(at)
    const value = packet.subarray(start, start + elementBytes(at)).toHex()
    found.push(`${elementId(packet, at)}: ${value}`)
    at = nextElement(packet, header, at)
  }
  return found
}

test.each([
  ['one byte each', `${HEADER} bede0001 10aa 20bb`, ['1: aa', '2: bb']],
  ['padding between', `${HEADER} bede0002 10aa0000 32112233`, ['1: aa', '3: 112233']],
  [
    'the longest of the one-byte form',
    `${HEADER} bede0005 5f${'ab'.repeat(16)}000000`,
    [`5: ${'ab'.repeat(16)}`],
  ],
  ['a stop', `${HEADER} bede0002 10aaf0bb 20cc0000`, ['1: aa']],
  ['one that is cut off', `${HEADER} bede0001 10aa 21bb`, ['1: aa']],
  ['two-byte form', `${HEADER} 10000002 0102aabb 15000000`, ['1: aabb', '21: ']],
  ['two-byte form with application bits', `${HEADER} 100f0001 ff01aa00`, ['255: aa']],
  ['two-byte form that is cut off', `${HEADER} 10000001 0101aa 02`, ['1: aa']],
  ['two-byte form with a length that is too long', `${HEADER} 10000001 0105aabb`, []],
  ['another profile', `${HEADER} abcd0001 10aa20bb`, []],
  ['after CSRCs', '9160 0001 00000002 00000003 00000004 bede0001 10aa0000', ['1: aa']],
  ['an empty extension', `${HEADER} bede0000 10aa`, []],
  ['no extension', '8060 0001 00000002 00000003 bede0001 10aa0000', []],
])('RFC 8285: %s', (_name, hex, expected) => {
  const packet = fromHex(hex)
  expect(elementsOf(packet)).toEqual(expected)
  for (const element of expected) {
    const [id, value = ''] = element.split(': ')
    const found = findElement(packet, rtpHeaderBytes(packet, packet.length), Number(id))
    expect(elementBytes(found)).toBe(value.length / 2)
  }
  expect(findElement(packet, rtpHeaderBytes(packet, packet.length), 9)).toBe(NO_EXTENSION)
})

test.each([
  ['one-byte form', `${HEADER} bede0002 10aa2100 11301122`, ['7: aa', '1: 11']],
  ['two-byte form', `${HEADER} 10000003 0101aa02 02001103 01220000`, ['7: aa', '1: 0011']],
])('ids are rewritten in place and others taken out: %s', (_name, hex, expected) => {
  const packet = fromHex(hex)
  const ids = new Uint8Array(256)
  ids[1] = 7
  if (hasTwoByteForm(packet)) ids[2] = 1
  else ids[3] = 1
  rewriteElementIds(packet, rtpHeaderBytes(packet, packet.length), ids)
  expect(elementsOf(packet)).toEqual(expected)
})

test('an id that the one-byte form cannot hold takes the element out', () => {
  const packet = fromHex(`${HEADER} bede0001 10aa20bb`)
  const ids = new Uint8Array(256)
  ids[1] = 15
  ids[2] = 2
  rewriteElementIds(packet, rtpHeaderBytes(packet, packet.length), ids)
  expect(elementsOf(packet)).toEqual(['2: bb'])
})

describe('the writer', () => {
  const writer = new ExtensionWriter()

  test('writes a header extension, padded to a word', () => {
    const packet = new Uint8Array(64).fill(0xee)
    packet.set(fromHex('8160 0001 00000002 00000003 00000004'))
    writer.begin(packet, false)
    expect(writer.add(1, fromHex('61'))).toBe(true)
    expect(writer.addUint24(2, 0x12_34_56)).toBe(true)
    expect(writer.addUint16(14, 0xabcd)).toBe(true)
    const end = writer.end()
    expect(packet.subarray(0, end).toHex()).toBe(
      fromHex('9160 0001 00000002 00000003 00000004 bede0003 1061 22123456 e1abcd 000000').toHex(),
    )
    expect(rtpHeaderBytes(packet, end)).toBe(end)
  })

  test('without elements there is no extension', () => {
    const packet = fromHex(`${HEADER} bede0001 10aa0000`)
    writer.begin(packet, true)
    expect(writer.end()).toBe(12)
    expect(hasExtension(packet)).toBe(false)
  })

  test.each([
    ['an id of 0', false, 0, 1],
    ['an id of 15 in the one-byte form', false, 15, 1],
    ['an empty value in the one-byte form', false, 1, 0],
    ['17 bytes in the one-byte form', false, 1, 17],
    ['an id of 0 in the two-byte form', true, 0, 1],
    ['an id of 256', true, 256, 1],
    ['256 bytes', true, 1, 256],
  ])('refuses %s', (_name, isTwoByte, id, size) => {
    const packet = new Uint8Array(400)
    packet.set(fromHex(HEADER))
    writer.begin(packet, isTwoByte)
    expect(writer.add(id, new Uint8Array(size))).toBe(false)
    expect(writer.end()).toBe(12)
  })

  test('stops where the buffer ends', () => {
    const packet = new Uint8Array(24)
    packet.set(fromHex(HEADER))
    writer.begin(packet, false)
    expect(writer.add(1, new Uint8Array(7))).toBe(true)
    expect(writer.addUint16(2, 1)).toBe(false)
    expect(writer.end()).toBe(24)
  })

  test('takes elements over from another packet, with other ids', () => {
    const source = fromHex(`${HEADER} bede0002 10aa21bb cc30dd00`)
    const ids = new Uint8Array(256)
    ids[1] = 4
    ids[3] = 20
    const packet = new Uint8Array(64)
    packet.set(fromHex(HEADER))
    writer.begin(packet, true)
    writer.addFrom(source, rtpHeaderBytes(source, source.length), ids)
    writer.addUint16(9, 0x0102)
    const end = writer.end()
    expect(elementsOf(packet.subarray(0, end))).toEqual(['4: aa', '20: dd', '9: 0102'])
  })

  test('what is written is found', () => {
    const elements = (maxId: number, minLength: number, maxLength: number) =>
      fc.uniqueArray(
        fc.tuple(fc.integer({ min: 1, max: maxId }), fc.uint8Array({ minLength, maxLength })),
        { selector: ([id]) => id, maxLength: 12 },
      )
    const oneByte = fc.tuple(fc.constant(false), elements(14, 1, 16))
    const twoByte = fc.tuple(fc.constant(true), elements(255, 0, 255))
    fc.assert(
      fc.property(fc.oneof(oneByte, twoByte), ([isTwoByte, list]) => {
        const packet = new Uint8Array(4096)
        packet.set(fromHex('8060 0001 00000002 00000003'))
        writer.begin(packet, isTwoByte)
        for (const [id, value] of list) expect(writer.add(id, value)).toBe(true)
        const end = writer.end()
        expect(end % 4).toBe(0)
        expect(rtpHeaderBytes(packet, end)).toBe(end)
        expect(elementsOf(packet.subarray(0, end))).toEqual(
          list.map(([id, value]) => `${id}: ${value.toHex()}`),
        )
      }),
      { numRuns: 500 },
    )
  })
})
