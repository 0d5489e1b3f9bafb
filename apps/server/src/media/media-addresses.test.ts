import { expect, test } from 'bun:test'
import { mediaAddresses } from './media-addresses.ts'

const LOCAL = { lan: ['192.168.1.5', 'fd00::5'], global: ['8.8.4.4', '2001:4860::4'] }
const HOME = { lan: ['192.168.1.5'], global: [] }
const NOWHERE = { lan: [], global: [] }

test.each([
  ['all of the machine', [], ['::'], LOCAL, ['8.8.4.4', '192.168.1.5', '2001:4860::4', 'fd00::5']],
  ['those of IPv4', [], ['0.0.0.0'], LOCAL, ['8.8.4.4', '192.168.1.5']],
  ['those it is bound to', [], ['192.168.1.5'], LOCAL, ['192.168.1.5']],
  ['loopback last', [], ['127.0.0.1', '192.168.1.5'], LOCAL, ['192.168.1.5', '127.0.0.1']],
  ['loopback alone', [], ['127.0.0.1'], LOCAL, ['127.0.0.1']],
  ['a machine without a network', [], ['::'], NOWHERE, ['127.0.0.1']],
  [
    'the public one, then those of its network',
    ['8.8.8.8'],
    ['::'],
    HOME,
    ['8.8.8.8', '192.168.1.5'],
  ],
  [
    'the public one that it has itself, once',
    ['8.8.4.4'],
    ['0.0.0.0'],
    LOCAL,
    ['8.8.4.4', '192.168.1.5'],
  ],
  ['the public one alone', ['8.8.8.8'], ['::'], NOWHERE, ['8.8.8.8']],
])('MD19 %s', (_name, sure, ips, local, addresses) => {
  expect(mediaAddresses({ sure }, ips, local)).toEqual(addresses)
})

test('MD19 one that may be public goes last', () => {
  const likely = ['8.8.8.8']
  expect(mediaAddresses({ sure: [], likely }, ['::'], HOME)).toEqual(['192.168.1.5', '8.8.8.8'])
  expect(mediaAddresses({ sure: likely, likely }, ['::'], HOME)).toEqual(['8.8.8.8', '192.168.1.5'])
})

test('MD19 no more than an answer may have, and public ones among them', () => {
  const lan = Array.from({ length: 20 }, (_, number) => `10.0.0.${number}`)
  const all = mediaAddresses({ sure: ['8.8.8.8'], likely: ['2001:4860::4'] }, ['::'], {
    lan,
    global: [],
  })
  expect(all).toHaveLength(8)
  expect([all[0], all.at(-1)]).toEqual(['8.8.8.8', '2001:4860::4'])
  const many = Array.from({ length: 20 }, (_, number) => `8.8.8.${number}`)
  expect(mediaAddresses({ sure: many }, ['::'], { lan, global: [] })).toHaveLength(8)
})
