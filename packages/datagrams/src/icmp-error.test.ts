import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { readIcmpError } from './icmp-error.ts'

/** What Linux wrote for a closed port: the error, and behind it the address of the host that told. */
const CLOSED_IPV4 = '6f000000020303000000000000000000020000007f0000010000000000000000'
const CLOSED_IPV6 =
  '6f0000000301040000000000000000000a000000000000000000000000000000000000000000000100000000'
/** The same for datagrams that were too long, with an MTU of 1280. */
const TOO_LONG_IPV4 = '5a000000020304000005000000000000020000007f0000010000000000000000'
const [IPV4, IPV6] = [
  [0, 11],
  [41, 25],
] as const

/** A `struct cmsghdr` with its data. */
function control([level, type]: readonly [number, number], hex: string): number[] {
  const data = Uint8Array.fromHex(hex)
  const bytes = new Uint8Array(16 + data.length + (-data.length & 7))
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(16 + data.length), true)
  view.setInt32(8, level, true)
  view.setInt32(12, type, true)
  bytes.set(data, 16)
  return [...bytes]
}

function readBytes(bytes: readonly number[]): ReturnType<typeof readIcmpError> {
  // It lies among others.
  const all = Uint8Array.of(
    ...Array<number>(8).fill(0xff),
    ...bytes,
    ...Array<number>(64).fill(0xff),
  )
  return readIcmpError(new DataView(all.buffer), 8, bytes.length)
}

describe('the extended error of a socket', () => {
  test.each([
    ['a closed port, IPv4', control(IPV4, CLOSED_IPV4), { type: 3, code: 3, info: 0 }],
    ['a closed port, IPv6', control(IPV6, CLOSED_IPV6), { type: 1, code: 4, info: 0 }],
    ['a small MTU', control(IPV4, TOO_LONG_IPV4), { type: 3, code: 4, info: 1280 }],
    [
      'behind something else',
      [...control([1, 29], '0102030405'), ...control(IPV6, CLOSED_IPV6)],
      { type: 1, code: 4, info: 0 },
    ],
  ])('is read: %s', (_name, bytes, expected) => {
    expect(readBytes(bytes)).toEqual(expected)
  })

  test.each([
    ['that this machine found', control(IPV4, CLOSED_IPV4.replace('6f00000002', '6f00000001'))],
    ['of a time stamp', control(IPV4, CLOSED_IPV4.replace('6f00000002', '6f00000004'))],
    ['of another level', control([1, 11], CLOSED_IPV4)],
    ['that is cut', control(IPV4, CLOSED_IPV4.slice(0, 30))],
    ['of which nothing came', []],
    ['that says it is longer', control(IPV4, CLOSED_IPV4).with(0, 200)],
    ['that says it is shorter than its header', control(IPV4, CLOSED_IPV4).with(0, 3)],
  ])('is none: %s', (_name, bytes) => {
    expect(readBytes(bytes)).toBeUndefined()
  })

  test('never makes it throw or run on, whatever it is', () => {
    const length = fc.constantFrom(0, 1, 15, 16, 17, 32, 48, 64, 200)
    const piece = fc.tuple(length, fc.constantFrom(IPV4, IPV6, [1, 29] as const))
    const rest = fc.uint8Array({ maxLength: 100 })
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), rest, (pieces, last) => {
        const bytes = pieces.flatMap(([says, kind]) => control(kind, CLOSED_IPV4).with(0, says))
        const error = readBytes([...bytes, ...last])
        if (error) expect(error.type).toBeLessThan(256)
      }),
    )
  })
})
