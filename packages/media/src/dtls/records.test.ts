import { describe, expect, test } from 'bun:test'
import { pack, recordsOf, renumbered } from './records.ts'
import { record } from './testing/craft.ts'

const body = (length: number) => new Uint8Array(length).fill(7)
const plain = record({ type: 22, epoch: 0, number: 5, body: body(20) })
const secret = record({ type: 21, epoch: 1, number: 0, body: body(26) })

describe('recordsOf', () => {
  test('finds every record with its type and epoch', () => {
    const found = recordsOf(Buffer.concat([plain, secret]))
    expect(found.map(({ type, epoch, bytes }) => [type, epoch, bytes.length])).toEqual([
      [22, 0, 33],
      [21, 1, 39],
    ])
  })

  test('stops at the first that is not whole', () => {
    const datagram = Buffer.concat([plain, secret])
    const counts = Array.from(
      { length: datagram.length + 1 },
      (_, length) => recordsOf(datagram.subarray(0, length)).length,
    )
    expect(counts.slice(0, 33)).toEqual(Array(33).fill(0))
    expect(counts.slice(33, 72)).toEqual(Array(39).fill(1))
    expect(counts[72]).toBe(2)
  })

  test('finds a record within a view', () => {
    const around = new Uint8Array(100)
    around.set(plain, 40)
    expect(recordsOf(around.subarray(40, 73))).toHaveLength(1)
  })
})

test('renumbered changes the number, and only in the copy', () => {
  const high = record({ type: 22, epoch: 0, body: body(20) })
  high.fill(0xff, 5, 11)
  const [found] = recordsOf(high)
  expect(renumbered(found!, 5)).toEqual(plain)
  expect(high.subarray(5, 11)).toEqual(new Uint8Array(6).fill(0xff))
})

describe('pack', () => {
  test.each([
    [[], []],
    [[500], [500]],
    [[500, 700], [1200]],
    [
      [500, 701],
      [500, 701],
    ],
    [
      [400, 400, 400, 400],
      [1200, 400],
    ],
    [
      [1300, 100],
      [1300, 100],
    ],
    [
      [100, 1300, 100],
      [100, 1300, 100],
    ],
  ])('records of %j bytes become datagrams of %j', (sizes, packed) => {
    const records = sizes.map(body)
    const datagrams = pack(records, 1200)
    expect(datagrams.map(({ length }) => length)).toEqual(packed)
    expect(Buffer.concat(datagrams)).toEqual(Buffer.concat(records))
  })

  test('gives bytes that `slice` copies, unlike those of a Buffer', () => {
    expect(pack([plain], 1200)[0]!.constructor).toBe(Uint8Array)
  })
})
