import { expect, test } from 'bun:test'
import { parseNetwork } from '../config/index.ts'
import type { FoundAddress, Reach } from './find-public-addresses.ts'
import { ownAddresses } from './own-addresses.ts'
import { relayAddresses } from './relay-addresses.ts'

const HOME = '192.168.1.5'
const PUBLIC = '203.0.113.7'
const LAN = [parseNetwork('192.168.0.0/16') ?? raise()]
const NONE: FoundAddress = { kind: 'no-network' }

function mapped(reach: Reach = {}): FoundAddress {
  return { kind: 'mapped', address: PUBLIC, bind: HOME, reach }
}

interface Case {
  publicIps?: string[]
  found?: FoundAddress
  isForLan?: boolean
}

test.each<[name: string, given: Case, externals: string[]]>([
  ['before anything is known, as the machine sees itself', {}, [HOME]],
  ['what was said, before anything is known', { publicIps: ['8.8.8.8'] }, ['8.8.8.8']],
  ['the public address behind a NAT', { found: mapped() }, [PUBLIC]],
  [
    'what was said, whatever was found',
    { publicIps: ['8.8.8.8'], found: mapped() },
    ['8.8.8.8', PUBLIC],
  ],
  ['what was said and found', { publicIps: [PUBLIC], found: mapped() }, [PUBLIC]],
  ['what was said of the other version is no matter', { publicIps: ['2001:db8::1'] }, [HOME]],
  [
    'callers in the network are served while nothing is proven',
    { found: mapped(), isForLan: true },
    [HOME, PUBLIC],
  ],
  [
    'TURN alone proves nothing',
    { found: mapped({ turn: 'reached', relays: 'silent' }), isForLan: true },
    [HOME, PUBLIC],
  ],
  [
    'ports that are passed on serve everybody',
    { found: mapped({ relays: 'reached' }), isForLan: true },
    [PUBLIC],
  ],
  ['servers that disagree change nothing', { found: { kind: 'disagreeing', answers: [] } }, [HOME]],
  ['silence changes nothing', { found: { kind: 'silent', bind: HOME } }, [HOME]],
])('%s', (_name, { publicIps = [], found, isForLan = false }, externals) => {
  const pairs = relayAddresses({
    own: { 4: HOME },
    publicIps,
    found: found && { 4: found, 6: NONE },
    allowPeers: isForLan ? LAN : [],
  })
  expect(pairs).toEqual(externals.map((external) => ({ bind: HOME, external })))
})

test('each version has its own', () => {
  expect(
    relayAddresses({
      own: { 4: HOME, 6: '2001:4860::5' },
      publicIps: [],
      found: { 4: mapped(), 6: { kind: 'interface', address: '2001:4860::5' } },
      allowPeers: [],
    }),
  ).toEqual([
    { bind: HOME, external: PUBLIC },
    { bind: '2001:4860::5', external: '2001:4860::5' },
  ])
})

test.each([
  ['all of the machine, public ones first', ['::'], { 4: '8.8.4.4', 6: 'fd00::5' }],
  ['what it listens on', ['127.0.0.1', '10.0.0.2'], { 4: '10.0.0.2' }],
  ['loopback alone', ['127.0.0.1', '::1'], { 4: '127.0.0.1', 6: '::1' }],
])('own addresses: %s', (_name, ips, own) => {
  expect(ownAddresses(ips, { global: ['8.8.4.4'], lan: [HOME, 'fd00::5'] })).toEqual(own)
})

function raise(): never {
  throw new Error('not a network')
}
