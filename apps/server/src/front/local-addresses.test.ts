import { expect, test } from 'bun:test'
import { sortAddresses } from './local-addresses.ts'
import { hostNames } from './names.ts'

const eth0 = (address: string) => ({ name: 'eth0', address })

test('loopback and link-local addresses are nobody else’s', () => {
  const found = ['127.0.0.1', '::1', '169.254.1.1', 'fe80::1', '192.168.1.5'].map(eth0)
  expect(sortAddresses(found)).toEqual({ lan: ['192.168.1.5'], global: [] })
})

test('IPv4 comes first, and what the internet routes is told apart', () => {
  const found = ['2a01:4f8::1', 'fd00::5', '5.9.1.2', '100.64.0.7', '10.0.0.5'].map(eth0)
  expect(sortAddresses(found)).toEqual({
    lan: ['100.64.0.7', '10.0.0.5', 'fd00::5'],
    global: ['5.9.1.2', '2a01:4f8::1'],
  })
})

test('interfaces of containers count only where there is nothing else', () => {
  const docker = { name: 'docker0', address: '172.17.0.1' }
  expect(sortAddresses([docker, eth0('192.168.1.5')]).lan).toEqual(['192.168.1.5'])
  expect(sortAddresses([docker]).lan).toEqual(['172.17.0.1'])
})

test('a host name without a domain is also found by multicast DNS', () => {
  expect(hostNames('Lake')).toEqual(['lake', 'lake.local'])
  expect(hostNames('lake.example')).toEqual(['lake.example'])
  expect(hostNames('localhost')).toEqual([])
  expect(hostNames('no_dns_name')).toEqual([])
})
