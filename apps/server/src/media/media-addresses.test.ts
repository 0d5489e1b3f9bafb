import { expect, test } from 'bun:test'
import { mediaAddresses } from './media-addresses.ts'

const LOCAL = { lan: ['192.168.1.5', 'fd00::5'], global: ['8.8.4.4', '2001:4860::4'] }
const NOWHERE = { lan: [], global: [] }

test.each([
  ['the public addresses', ['8.8.8.8'], ['::'], LOCAL, ['8.8.8.8']],
  ['all of the machine', [], ['::'], LOCAL, ['8.8.4.4', '192.168.1.5', '2001:4860::4', 'fd00::5']],
  ['those of IPv4', [], ['0.0.0.0'], LOCAL, ['8.8.4.4', '192.168.1.5']],
  ['those it is bound to', [], ['192.168.1.5'], LOCAL, ['192.168.1.5']],
  ['loopback last', [], ['127.0.0.1', '192.168.1.5'], LOCAL, ['192.168.1.5', '127.0.0.1']],
  ['loopback alone', [], ['127.0.0.1'], LOCAL, ['127.0.0.1']],
  ['a machine without a network', [], ['::'], NOWHERE, ['127.0.0.1']],
])('MD19 %s', (_name, publicIp, ips, local, addresses) => {
  expect(mediaAddresses({ publicIp }, ips, local)).toEqual(addresses)
})

test('MD19 no more than an answer may have', () => {
  const lan = Array.from({ length: 20 }, (_, number) => `10.0.0.${number}`)
  expect(mediaAddresses({ publicIp: [] }, ['::'], { lan, global: [] })).toHaveLength(8)
})
