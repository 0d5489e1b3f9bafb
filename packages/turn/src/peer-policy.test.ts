import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { formatIp, ipFromBits, parseIp, type IpAddress } from '@duet/stun'
import { isInRange, parseCidr } from './ip-range.ts'
import { PeerPolicy } from './peer-policy.ts'
import { FORBIDDEN_RANGES, RESERVED_RANGES } from './special-ranges.ts'
import { addressOf } from '@duet/datagrams'
import { codeOf } from './testing/turn-client.ts'
import { World } from './testing/world.ts'

function ip(text: string): IpAddress {
  const parsed = parseIp(text)
  if (parsed === undefined) throw new TypeError(`"${text}" is not an address`)
  return parsed
}

const OWN = [ip('45.0.0.1'), ip('2606:4700::1')]
const policy = new PeerPolicy({ relayed: [], own: OWN })

const DENIED_IPV4 = `
  0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.8.8.8
  169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.88.99.1 192.168.0.1
  198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
  255.255.255.255 45.0.0.1`
  .trim()
  .split(/\s+/)
const DENIED_IPV6 = `
  :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0.0.0.0 ::ffff:8.8.8.8
  ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::a00:1 2002:7f00:1::1 2002:a00:1:: 2001::1
  2001:0:53aa:64c::1 2001:db8::1 100::1 fe80::1 febf::1 fec0::1 fc00::1 fd12:3456::1 ff02::1
  ff0e::1 4000::1 5f00::1 8000::1 3fff::1 2606:4700::1`
  .trim()
  .split(/\s+/)
const ALLOWED = `
  8.8.8.8 1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255
  128.0.0.0 172.15.255.255 172.32.0.0 192.167.255.255 192.169.0.0 223.255.255.255 45.0.0.2
  2606:4700::1111 2a00:1450::5`
  .trim()
  .split(/\s+/)

describe('PeerPolicy', () => {
  test.each([...DENIED_IPV4, ...DENIED_IPV6])('attack 1, 2, 3: %s is denied', (text) => {
    expect(policy.verdictOf(ip(text))).toBe('denied')
  })

  test.each(ALLOWED)('attack 3: %s is outside', (text) => {
    expect(policy.verdictOf(ip(text))).toBe('outside')
  })

  test('attack 4: what is allowed is outside, up to its borders', () => {
    const lan = new PeerPolicy({
      allow: ['192.168.1.0/24', 'fd00::/16', '::1'],
      relayed: [],
      own: [],
    })
    for (const text of ['192.168.1.0', '192.168.1.255', 'fd00::1', '::1']) {
      expect(lan.verdictOf(ip(text))).toBe('outside')
    }
    for (const text of ['192.168.0.255', '192.168.2.0', 'fd01::1', '::', '::2']) {
      expect(lan.verdictOf(ip(text))).toBe('denied')
    }
  })

  test('attack 2: nobody can allow disguises and addresses of no single host', () => {
    const open = new PeerPolicy({ allow: ['0.0.0.0/0', '::/0'], relayed: [], own: [] })
    const still = [
      '0.0.0.0',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::ffff:10.0.0.1',
      '::127.0.0.1',
    ]
    for (const text of [...still, '64:ff9b::7f00:1', '2002:7f00:1::1', '2001::1', 'ff02::1']) {
      expect(open.verdictOf(ip(text))).toBe('denied')
    }
    expect(open.verdictOf(ip('10.0.0.1'))).toBe('outside')
  })

  test("the relays' addresses are judged by port, and may be allowed as a whole", () => {
    const relayed = [ip('10.0.0.5'), ip('45.0.0.1')]
    const plain = new PeerPolicy({ relayed, own: relayed })
    expect(relayed.map((each) => plain.verdictOf(each))).toEqual(['relayed', 'relayed'])
    const allowed = new PeerPolicy({ allow: ['10.0.0.0/8'], relayed, own: relayed })
    expect(allowed.verdictOf(ip('10.0.0.5'))).toBe('relayed-allowed')
    expect(allowed.verdictOf(ip('10.0.0.6'))).toBe('outside')
  })

  test('attack 4: the table says what asking each range says', () => {
    const denied = [...RESERVED_RANGES, ...FORBIDDEN_RANGES]
    const arbitraryIp = fc.oneof(
      fc.integer({ min: 0, max: 0xffff_ffff }).map(ipFromBits),
      fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map(ipFromBits),
      fc.constantFrom(...denied.flatMap(({ first, last }) => [first, last])),
    )
    fc.assert(
      fc.property(arbitraryIp, (each) => {
        if (OWN.includes(each)) return
        const isDenied = denied.some((range) => isInRange(each, range))
        expect([formatIp(each), policy.verdictOf(each)]).toEqual([
          formatIp(each),
          isDenied ? 'denied' : 'outside',
        ])
      }),
      { numRuns: 2000 },
    )
  })

  test.each(['10.0.0.0/33', '10.0.0/8', 'x', '10.0.0.0/', '10.0.0.0/8/8', '::/129', ''])(
    '"%s" is no range',
    (text) => expect(() => parseCidr(text)).toThrow(TypeError),
  )
})

describe.each([
  ['IPv4', DENIED_IPV4.filter((text) => text !== '45.0.0.1'), '198.51.100.10', 1],
  ['IPv6', DENIED_IPV6.filter((text) => text !== '2606:4700::1'), '2606:4700::10', 2],
])('a denied %s peer', (_name, denied, bind, family) => {
  test('TU68 attack 1, 2, 3, 5: gets no permission, no channel and no data', async () => {
    const world = await World.create({ relay: { addresses: [{ bind }], minPort: 50_000 } })
    const client = world.client()
    const attributes = [
      { type: 0x0019, value: Uint8Array.of(17, 0, 0, 0) },
      { type: 0x0017, value: Uint8Array.of(family, 0, 0, 0) },
    ]
    await client.allocate(attributes)
    for (const text of denied) {
      const address = addressOf(text.includes(':') ? `[${text}]:80` : `${text}:80`)
      expect([text, codeOf(await client.permit(address))]).toEqual([text, 403])
      expect([text, codeOf(await client.bind(0x4000, address))]).toEqual([text, 403])
      client.sendIndication(address, 'no')
      client.sendChannelData(0x4000, 'no')
    }
    expect(world.network.sent.filter((line) => line.endsWith(':80'))).toEqual([])
  })
})
