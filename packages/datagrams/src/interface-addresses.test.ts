import { expect, test } from 'bun:test'
import { familyOf, formatIp, ipFromBits, parseIp } from '@duet/stun'
import { bindAddresses, interfaceAddresses } from './interface-addresses.ts'

test.each(['192.0.2.1', '2001:db8::1'])('%s is bound as it is', (text) => {
  const ip = parseIp(text) ?? ipFromBits(0)
  expect(bindAddresses(ip).map(formatIp)).toEqual([text])
})

test('0.0.0.0 stands for all addresses of IPv4, :: for those of IPv6, too', () => {
  const all = interfaceAddresses()
  expect(all.map(formatIp)).toContain('127.0.0.1')
  expect(bindAddresses(ipFromBits(0))).toEqual(all.filter((ip) => familyOf(ip) === 4))
  expect(bindAddresses(ipFromBits(0n))).toEqual(all)
})
