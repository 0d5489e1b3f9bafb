import { expect, test } from 'bun:test'
import { parseIp, type IpAddress } from './ip-address.ts'
import { decodeAddress, encodeAddress } from './plain-address.ts'
import { formatAddress, joinAddress } from './transport-address.ts'

const at = (ip: string, port: number) => joinAddress(parseIp(ip) as IpAddress, port)

test.each([
  ['192.0.2.1', 3478, '00010d96c0000201'],
  ['2001:db8::1', 443, '000201bb20010db8000000000000000000000001'],
])('%s is written as it is, and read again', (ip, port, bytes) => {
  const written = encodeAddress(at(ip, port))
  expect(written.toHex()).toBe(bytes)
  const read = decodeAddress(written)
  expect(read && formatAddress(read)).toBe(formatAddress(at(ip, port)))
})

test.each([
  '',
  '00',
  '00020d96c0000201',
  '000101bb20010db8000000000000000000000001',
  '00010d96c00002',
])('%p is no address', (bytes) => expect(decodeAddress(Uint8Array.fromHex(bytes))).toBeUndefined())
