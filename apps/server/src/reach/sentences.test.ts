import { expect, test } from 'bun:test'
import type { FoundAddress, FoundAddresses, Reach } from './find-public-addresses.ts'
import { remarkOn, type RemarkFacts } from './sentences.ts'

const HOME = '192.168.1.5'
const PUBLIC = '203.0.113.7'

function mapped(reach: Reach = {}, address = PUBLIC): FoundAddress {
  return { kind: 'mapped', address, bind: HOME, reach }
}

function both(found: FoundAddress): FoundAddresses {
  return { 4: found, 6: found }
}

function answered(address: string): { server: string; address: string; port: number } {
  return { server: 'stun.example:3478', address, port: 1 }
}

function said(found: FoundAddress, more: Partial<RemarkFacts> = {}): string | undefined {
  const remark = remarkOn({
    family: 4,
    found: both(found),
    before: undefined,
    publicIps: [],
    turnPort: 3478,
    relayPorts: { first: 49160, last: 49259 },
    ...more,
  })
  return remark && `${remark.level}: ${remark.text}`
}

test.each<[found: FoundAddress, text: string]>([
  [
    { kind: 'interface', address: '8.8.4.4' },
    'info: the public IPv4 address is 8.8.4.4, on an interface of this machine',
  ],
  [
    mapped({ turn: 'reached', relays: 'reached' }),
    'info: the public IPv4 address is 203.0.113.7, behind a NAT that passes our ports on',
  ],
  [
    mapped({ turn: 'reached', relays: 'silent' }),
    'warn: the public IPv4 address is 203.0.113.7, behind a NAT that passes on not all of our ' +
      'ports: pass on UDP 49160-49259 too',
  ],
  [
    mapped({ turn: 'silent', relays: 'reached' }),
    'warn: the public IPv4 address is 203.0.113.7, behind a NAT that passes on not all of our ' +
      'ports: pass on TCP and UDP 3478 too',
  ],
  [
    mapped({ turn: 'silent', relays: 'silent' }),
    'info: the public IPv4 address is 203.0.113.7, behind a NAT where our ports do not answer from ' +
      'here: to be reached from the internet, pass TCP and UDP 3478 and UDP 49160-49259 on to ' +
      '192.168.1.5; if that is done, this router only does not lead back inside, which does no harm',
  ],
  [
    mapped({ turn: 'other', relays: 'silent' }),
    'warn: the public IPv4 address is 203.0.113.7, behind a NAT where another server has port 3478: ' +
      'pass TCP and UDP 3478 and UDP 49160-49259 on to 192.168.1.5, or choose another port with ' +
      '--turn-port',
  ],
  [mapped(), 'info: the public IPv4 address is 203.0.113.7, behind a NAT'],
  [
    { kind: 'disagreeing', answers: [answered('8.8.8.8'), answered('8.8.4.4')] },
    'warn: STUN servers see this machine at 8.8.8.8 and 8.8.4.4, so none of these is used: say ' +
      'which one is right with --public-ip',
  ],
  [
    { kind: 'unconfirmed', bind: HOME, answer: answered('8.8.8.8') },
    'info: the public address is not known because only stun.example:3478 answers, which sees ' +
      '8.8.8.8: relayed calls use 192.168.1.5, which is enough in a network of its own; otherwise ' +
      'say it with --public-ip',
  ],
  [
    { kind: 'silent', bind: HOME },
    'info: the public address is not known because no STUN server answers: relayed calls use ' +
      '192.168.1.5, which is enough in a network of its own; otherwise say it with --public-ip',
  ],
])('%j', (found, text) => {
  expect(said(found)).toBe(text)
})

test('a change says from where to where', () => {
  const before = both(mapped({}, '198.51.100.1'))
  expect(said(mapped(), { before })).toBe(
    'info: the public IPv4 address changed from 198.51.100.1 to 203.0.113.7, behind a NAT',
  )
  expect(said(mapped(), { before: both(mapped()) })).toBe(said(mapped()) ?? '')
})

test('what was said and something else that was found is one warning', () => {
  expect(said(mapped(), { publicIps: ['198.51.100.1'] })).toBe(
    'warn: --public-ip says 198.51.100.1 and STUN servers see this machine at 203.0.113.7: what was ' +
      'said is used; correct it if nothing passes the one on to the other',
  )
  expect(said({ kind: 'interface', address: '8.8.4.4' }, { publicIps: ['8.8.8.8'] })).toContain(
    'says 8.8.8.8 and an interface has 8.8.4.4',
  )
})

test.each<[name: string, found: FoundAddress, more: Partial<RemarkFacts>]>([
  ['nobody was asked', { kind: 'not-asked' }, {}],
  ['there is no network', { kind: 'no-network' }, {}],
  ['IPv6 goes nowhere', { kind: 'silent', bind: 'fd00::5' }, { family: 6 }],
  ['the address was said', { kind: 'silent', bind: HOME }, { publicIps: [PUBLIC] }],
  ['the address was said', { kind: 'disagreeing', answers: [] }, { publicIps: [PUBLIC] }],
])('nothing is to be said: %s', (_name, found, more) => {
  expect(said(found, more)).toBeUndefined()
})

test('without TURN only the address is said', () => {
  expect(said(mapped({ web: 'silent' }), { turnPort: undefined })).toBe(
    'info: the public IPv4 address is 203.0.113.7, behind a NAT',
  )
})
