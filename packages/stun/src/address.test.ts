import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { familyOf, formatIp, ipFromBits, parseIp, unmapIp } from './ip-address.ts'
import { formatAddress, ipOf, joinAddress, portOf } from './transport-address.ts'
import { decodeXorAddress, encodeXorAddress } from './values.ts'

const arbitraryIp = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }).map(ipFromBits),
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map(ipFromBits),
)
const arbitraryPort = fc.integer({ min: 0, max: 65_535 })

describe('IP addresses', () => {
  test.each([
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['64:ff9b::127.0.0.1', '64:ff9b::7f00:1'],
  ])('%s is read and written as %s', (text, canonical) => {
    const ip = parseIp(text)
    expect(ip === undefined ? undefined : formatIp(ip)).toBe(canonical)
  })

  test.each(['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1..2.3', 'a.b.c.d', '1.2.3.4 '])(
    '"%s" is no IPv4 address',
    (text) => expect(parseIp(text)).toBeUndefined(),
  )

  test.each([':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '12345::', '1.2.3.4::'])(
    '"%s" is no IPv6 address',
    (text) => expect(parseIp(text)).toBeUndefined(),
  )

  test('a mapped address is IPv4 in disguise', () => {
    const mapped = parseIp('::ffff:127.0.0.1')
    expect(mapped === undefined ? undefined : formatIp(unmapIp(mapped))).toBe('127.0.0.1')
  })

  test('text, transport address and attribute all go there and back', () => {
    fc.assert(
      fc.property(
        arbitraryIp,
        arbitraryPort,
        fc.uint8Array({ minLength: 12, maxLength: 12 }),
        (ip, port, transactionId) => {
          const address = joinAddress(ip, port)
          expect(parseIp(formatIp(ip))).toBe(ip)
          expect([ipOf(address), portOf(address)]).toEqual([ip, port])
          const value = encodeXorAddress(address, transactionId)
          expect(decodeXorAddress(value, transactionId)).toBe(address)
        },
      ),
    )
  })

  test('attack 4: an attribute whose family and length do not fit is refused', () => {
    const id = new Uint8Array(12)
    const ipv4 = encodeXorAddress(joinAddress(ipFromBits(1), 2), id)
    expect(decodeXorAddress(ipv4.with(1, 2), id)).toBeUndefined()
    expect(decodeXorAddress(ipv4.with(1, 3), id)).toBeUndefined()
    expect(decodeXorAddress(ipv4.subarray(0, 4), id)).toBeUndefined()
    const ipv6 = encodeXorAddress(joinAddress(ipFromBits(1n), 2), id)
    expect(decodeXorAddress(ipv6.with(1, 1), id)).toBeUndefined()
    expect(familyOf(ipFromBits(1n))).toBe(6)
  })

  test('an IPv6 transport address is written in brackets', () => {
    expect(formatAddress(joinAddress(ipFromBits(1n), 3478))).toBe('[::1]:3478')
  })
})
