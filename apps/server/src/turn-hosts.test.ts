import { expect, test } from 'bun:test'
import { turnHosts } from './turn-hosts.ts'

const LAN = ['192.168.1.5', 'fd00::5']
const NOWHERE = { global: [], lan: [] }

test.each([
  ['the public addresses', { publicIp: ['8.8.4.4', '2001:4860::4'] }, ['8.8.4.4', '2001:4860::4']],
  ['public ones before the host', { host: ['10.0.0.2'], publicIp: ['8.8.4.4'] }, ['8.8.4.4']],
  ['the network’s own', {}, ['192.168.1.5']],
  ['the network’s own behind a wildcard', { host: ['0.0.0.0'] }, ['192.168.1.5']],
  ['the host', { host: ['duet.lan'] }, ['duet.lan']],
  ['the host that others reach', { host: ['127.0.0.1', 'fd00::5'] }, ['fd00::5']],
  ['loopback where there is nothing else', { host: ['127.0.0.1'] }, ['127.0.0.1']],
])('%s', (_name, config, hosts) => {
  const given = { host: [], publicIp: [], ...config }
  expect(turnHosts(given, { global: [], lan: LAN })).toEqual(hosts as [string])
})

test('an address on the internet goes first; a machine alone has loopback', () => {
  const anywhere = { host: [], publicIp: [] }
  expect(turnHosts(anywhere, { global: ['8.8.4.4'], lan: LAN })).toEqual(['8.8.4.4', LAN[0] ?? ''])
  expect(turnHosts(anywhere, { global: [], lan: ['fd00::5'] })).toEqual(['fd00::5'])
  expect(turnHosts(anywhere, NOWHERE)).toEqual(['127.0.0.1'])
})

test('a public address that was found goes first where it is reached, last where it is not', () => {
  const anywhere = { host: [], publicIp: [] }
  const local = { global: [], lan: ['192.168.1.5'] }
  const found = (isReached: boolean) => [{ address: '203.0.113.7', isReached }]
  expect(turnHosts(anywhere, local, found(true))).toEqual(['203.0.113.7', '192.168.1.5'])
  expect(turnHosts(anywhere, local, found(false))).toEqual(['192.168.1.5', '203.0.113.7'])
})
