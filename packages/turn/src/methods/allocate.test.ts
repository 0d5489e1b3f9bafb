import { describe, expect, test } from 'bun:test'
import { createLogger } from '@duet/base'
import {
  ATTRIBUTE,
  attributeOf,
  attributesOf,
  encodeFamily,
  encodeUint32,
  formatAddress,
  METHOD,
  portOf,
  type StunAttribute,
} from '@duet/stun'
import {
  codeOf,
  isSealedBy,
  lifetimeOf,
  UDP_TRANSPORT,
  xorAddressOf,
} from '../testing/turn-client.ts'
import { SERVER_IP, settle, World } from '../testing/world.ts'
import type { TurnServerOptions } from '../turn-server.ts'

const attribute = (type: number, ...bytes: number[]): StunAttribute => ({
  type,
  value: Uint8Array.from(bytes),
})
const TCP_TRANSPORT = attribute(ATTRIBUTE.requestedTransport, 6, 0, 0, 0)
const DONT_FRAGMENT = attribute(ATTRIBUTE.dontFragment)
const TOKEN = attribute(ATTRIBUTE.reservationToken, 1, 2, 3, 4, 5, 6, 7, 8)
const EVEN = attribute(ATTRIBUTE.evenPort, 0)
const EVEN_AND_NEXT = attribute(ATTRIBUTE.evenPort, 0x80)
const IPV4 = { type: ATTRIBUTE.requestedAddressFamily, value: encodeFamily(4) }
const IPV6 = { type: ATTRIBUTE.requestedAddressFamily, value: encodeFamily(6) }
const FAMILY_3 = attribute(ATTRIBUTE.requestedAddressFamily, 3, 0, 0, 0)
const ALSO_IPV6 = { type: ATTRIBUTE.additionalAddressFamily, value: encodeFamily(6) }
const ALSO_IPV4 = { type: ATTRIBUTE.additionalAddressFamily, value: encodeFamily(4) }
const UNKNOWN = attribute(0x7777, 1)
const DUAL_STACK: Partial<TurnServerOptions> = {
  relay: { addresses: [{ bind: SERVER_IP }, { bind: '2606:4700::10' }], minPort: 50_000 },
}

describe('RFC 8656 §7.2: error codes, each before the next', () => {
  // Each row also does what later rows are refused for: the first one wins.
  const rows: [string, number, StunAttribute[]][] = [
    ['TU5 an unknown attribute', 420, [UNKNOWN, TCP_TRANSPORT]],
    ['TU42 no REQUESTED-TRANSPORT', 400, [DONT_FRAGMENT]],
    ['TU42 two REQUESTED-TRANSPORT', 400, [UDP_TRANSPORT, UDP_TRANSPORT, DONT_FRAGMENT]],
    ['TU42 a short one', 400, [attribute(ATTRIBUTE.requestedTransport, 17), DONT_FRAGMENT]],
    ['TU42 TU81 TCP', 442, [TCP_TRANSPORT, DONT_FRAGMENT]],
    ['TU43 DONT-FRAGMENT', 420, [UDP_TRANSPORT, DONT_FRAGMENT, TOKEN, EVEN]],
    ['TU44 a short LIFETIME', 400, [UDP_TRANSPORT, attribute(ATTRIBUTE.lifetime, 1), TOKEN]],
    ['TU44 a token with EVEN-PORT', 400, [UDP_TRANSPORT, TOKEN, EVEN]],
    ['TU44 a token with a family', 400, [UDP_TRANSPORT, TOKEN, FAMILY_3]],
    ['TU44 a token with another family', 400, [UDP_TRANSPORT, TOKEN, ALSO_IPV6]],
    ['TU44 a short token', 400, [UDP_TRANSPORT, attribute(ATTRIBUTE.reservationToken, 1)]],
    ['TU44 an unknown token', 508, [UDP_TRANSPORT, TOKEN]],
    ['TU44 a long EVEN-PORT', 400, [UDP_TRANSPORT, attribute(ATTRIBUTE.evenPort, 0, 0), FAMILY_3]],
    ['TU44 a short family', 400, [UDP_TRANSPORT, attribute(ATTRIBUTE.requestedAddressFamily, 1)]],
    ['TU46 an unknown family', 440, [UDP_TRANSPORT, FAMILY_3, ALSO_IPV6]],
    ['TU47 both families by both attributes', 400, [UDP_TRANSPORT, IPV4, ALSO_IPV6]],
    ['TU47 IPv4 in addition', 400, [UDP_TRANSPORT, ALSO_IPV4]],
    ['TU47 two families and two ports', 400, [UDP_TRANSPORT, ALSO_IPV6, EVEN_AND_NEXT]],
    ['TU46 a family without a relay', 440, [UDP_TRANSPORT, IPV6]],
    ['only what is well', 0, [UDP_TRANSPORT]],
  ]
  test.each(rows)('%s: %i', async (_name, code, attributes) => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    const answer = await client.request(METHOD.allocate, attributes)
    expect(codeOf(answer)).toBe(code)
    expect(isSealedBy(answer, client.integrity)).toBe(true)
    expect((await world.stats()).allocations.open).toBe(code === 0 ? 1 : 0)
    await world.server.close()
    expect(world.serverSockets).toBe(0)
    expect(world.clock.pending).toBe(0)
  })

  test('TU5 420 names the attributes', async () => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    for (const [attributes, named] of [
      [[UDP_TRANSPORT, UNKNOWN], '7777'],
      [[UDP_TRANSPORT, DONT_FRAGMENT], '001a'],
    ] as const) {
      const answer = await client.request(METHOD.allocate, [...attributes])
      expect(attributeOf(answer, ATTRIBUTE.unknownAttributes)?.toHex()).toBe(named)
    }
  })

  test('TU41 437 for a five-tuple in use comes before everything but authentication', async () => {
    const world = await World.create()
    const client = world.client()
    await client.allocate()
    expect(codeOf(await client.request(METHOD.allocate, [TCP_TRANSPORT]))).toBe(437)
    Object.assign(client, { username: 'bob', password: 'other' })
    expect(codeOf(await client.request(METHOD.allocate, [UDP_TRANSPORT]))).toBe(437)
  })

  test('TU48 486 when the quota is used up, before 508', async () => {
    const world = await World.create({
      limits: { allocationsPerUser: 1 },
      relay: { addresses: [{ bind: SERVER_IP }], minPort: 50_000, maxPort: 50_000 },
    })
    await world.client('8.0.0.1:1').allocate()
    expect(await world.client('8.0.0.1:2').tryAllocate()).toBe(486)
    expect(await world.client('8.0.0.1:3', 'bob').tryAllocate()).toBe(508)
    expect((await world.stats()).allocations.open).toBe(1)
  })
})

describe('Allocate', () => {
  test('TU50 TU7 the answer holds what browsers need, and mirrors FINGERPRINT', async () => {
    const world = await World.create()
    const client = world.client('8.0.0.1:1000')
    await client.greet()
    const plain = await client.request(METHOD.allocate, [UDP_TRANSPORT])
    expect(formatAddress(xorAddressOf(plain, ATTRIBUTE.xorMappedAddress))).toBe('8.0.0.1:1000')
    expect(formatAddress(xorAddressOf(plain, ATTRIBUTE.xorRelayedAddress))).toStartWith(SERVER_IP)
    expect(lifetimeOf(plain)).toBe(600)
    expect(plain.hasFingerprint).toBe(false)
    const marked = await client.request(METHOD.refresh, [], { fingerprint: true })
    expect(marked.hasFingerprint).toBe(true)
  })

  test.each([
    [0, 600],
    [599, 600],
    [1200, 1200],
    [3601, 3600],
    [0xffff_ffff, 3600],
  ])('TU49 TU52 a lifetime of %i s becomes %i s', async (asked, granted) => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    const lifetime = { type: ATTRIBUTE.lifetime, value: encodeUint32(asked) }
    const answer = await client.request(METHOD.allocate, [UDP_TRANSPORT, lifetime])
    expect(lifetimeOf(answer)).toBe(granted)
    world.clock.advance(granted * 1000 - 1)
    expect((await world.stats()).allocations.open).toBe(1)
    world.clock.advance(1000)
    expect((await world.stats()).allocations.open).toBe(0)
    expect(world.serverSockets).toBe(1)
  })

  test('TU9 a retransmission gets the same answer for 40 s, and no second allocation', async () => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    const bytes = client.build(METHOD.allocate, [UDP_TRANSPORT])
    client.sendRaw(bytes)
    const first = await client.exchange(bytes)
    world.clock.advance(39_000)
    const second = await client.exchange(bytes)
    expect(second.bytes.toHex()).toBe(first.bytes.toHex())
    expect(client.messages.filter((message) => message.class === 'success').length).toBe(2)
    expect((await world.stats()).allocations.made).toBe(1)
    world.clock.advance(2000)
    expect(codeOf(await client.exchange(bytes))).toBe(437)
  })

  test('TU45 attack 14: EVEN-PORT without the bit takes one even port, and nothing else', async () => {
    const world = await World.create({
      relay: { addresses: [{ bind: SERVER_IP }], minPort: 50_000, maxPort: 50_003 },
    })
    const ports = [
      portOf(await world.client('8.0.0.1:1').allocate([UDP_TRANSPORT, EVEN])),
      portOf(await world.client('8.0.0.1:2').allocate([UDP_TRANSPORT, EVEN])),
    ]
    expect(new Set(ports)).toEqual(new Set([50_000, 50_002]))
    const third = await world.client('8.0.0.1:3').tryAllocate([UDP_TRANSPORT, EVEN])
    expect(third).toBe(508)
    await world.client('8.0.0.1:4').allocate()
    await world.client('8.0.0.1:5').allocate()
    expect((await world.stats()).relays).toBe(4)
  })

  test('TU45 TU44 a reserved port is the next one, for its user alone, once, for 30 s', async () => {
    const world = await World.create()
    const reserve = async (from: string) => {
      const client = world.client(from)
      await client.greet()
      const answer = await client.request(METHOD.allocate, [UDP_TRANSPORT, EVEN_AND_NEXT])
      const value = attributeOf(answer, ATTRIBUTE.reservationToken) ?? new Uint8Array(0)
      const port = portOf(xorAddressOf(answer, ATTRIBUTE.xorRelayedAddress))
      return { port, attributes: [UDP_TRANSPORT, { type: ATTRIBUTE.reservationToken, value }] }
    }
    const first = await reserve('8.0.0.1:1')
    expect(first.port % 2).toBe(0)
    expect(await world.client('8.0.0.1:2', 'bob').tryAllocate(first.attributes)).toBe(508)
    const next = portOf(await world.client('8.0.0.1:3').allocate(first.attributes))
    expect(next).toBe(first.port + 1)
    expect(await world.client('8.0.0.1:4').tryAllocate(first.attributes)).toBe(508)
    const late = await reserve('8.0.0.1:5')
    expect((await world.stats()).allocations.reserved).toBe(1)
    world.clock.advance(31_000)
    expect((await world.stats()).allocations.reserved).toBe(0)
    expect(await world.client('8.0.0.1:6').tryAllocate(late.attributes)).toBe(508)
  })

  test('TU45 a reserved port is there for its user even when the quota is used up', async () => {
    const world = await World.create({ limits: { allocationsPerUser: 2 } })
    const client = world.client('8.0.0.1:1')
    await client.greet()
    const answer = await client.request(METHOD.allocate, [UDP_TRANSPORT, EVEN_AND_NEXT])
    const value = attributeOf(answer, ATTRIBUTE.reservationToken) ?? new Uint8Array(0)
    const other = world.client('8.0.0.1:2')
    expect(await other.tryAllocate()).toBe(486)
    expect(await other.tryAllocate([UDP_TRANSPORT, TOKEN])).toBe(508)
    const token = { type: ATTRIBUTE.reservationToken, value }
    expect(await other.tryAllocate([UDP_TRANSPORT, token])).toBe(0)
    world.clock.advance(601_000)
    expect(await world.stats()).toMatchObject({ relays: 0, allocations: { reserved: 0 } })
    expect(await world.client('8.0.0.1:3').tryAllocate([UDP_TRANSPORT, EVEN_AND_NEXT])).toBe(0)
  })

  test('TU47 two families make one allocation with two relays', async () => {
    const world = await World.create(DUAL_STACK)
    const client = world.client()
    await client.greet()
    const answer = await client.request(METHOD.allocate, [UDP_TRANSPORT, ALSO_IPV6])
    expect(attributesOf(answer, ATTRIBUTE.xorRelayedAddress).length).toBe(2)
    expect(codeOf(await client.refresh(IPV6, lifetime0))).toBe(0)
    expect(await world.stats()).toMatchObject({ relays: 1, allocations: { open: 1 } })
    expect(codeOf(await client.refresh(IPV6))).toBe(443)
    expect(codeOf(await client.refresh(lifetime0))).toBe(0)
    expect(await world.stats()).toMatchObject({ relays: 0, allocations: { open: 0 } })
  })

  test('TU47 of two families, one that is not there is reported', async () => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    const answer = await client.request(METHOD.allocate, [UDP_TRANSPORT, ALSO_IPV6])
    expect(attributesOf(answer, ATTRIBUTE.xorRelayedAddress).length).toBe(1)
    expect(attributeOf(answer, ATTRIBUTE.addressErrorCode)?.toHex()).toBe('02000428')
  })

  test.each([
    ['one port', [UDP_TRANSPORT]],
    ['two ports', [UDP_TRANSPORT, EVEN_AND_NEXT]],
  ])(
    'TU52 a server that closes while %s opens leaves nothing behind',
    async (_name, attributes) => {
      const lines: string[] = []
      const logger = createLogger('info', ({ message }) => lines.push(message))
      const world = await World.create({ logger })
      const client = world.client()
      await client.greet()
      client.sendRaw(client.build(METHOD.allocate, attributes))
      await world.server.close()
      await settle()
      expect(world.serverSockets).toBe(0)
      const allocations = { open: 0, made: 0, reserved: 0 }
      expect(await world.stats()).toMatchObject({ relays: 0, allocations })
      expect(lines).toEqual([])
    },
  )

  test('attack 21: is one line in the log when it is made and one when it ends, without names', async () => {
    const lines: string[] = []
    const logger = createLogger('info', ({ message, fields }) => {
      lines.push(`${message} ${JSON.stringify(fields)}`)
    })
    const world = await World.create({ logger })
    await world.client('8.0.0.1:1000').allocate()
    world.clock.advance(601_000)
    const plain = lines.map((line) => line.replace(/"allocation":"[0-9a-f]{8}",/, ''))
    expect(plain).toEqual([
      'allocation made {"transport":"udp"}',
      'allocation ended {"reason":"expired","seconds":600,"bytesFromClient":0,"bytesToClient":0}',
    ])
  })

  test('TU51 attack 19: relay ports do not follow each other', async () => {
    const world = await World.create({ limits: 'off' })
    const ports: number[] = []
    for (let index = 0; index < 30; index += 1) {
      ports.push(portOf(await world.client(`8.0.0.1:${index + 1}`).allocate()))
    }
    const steps = ports.slice(1).map((port, index) => Math.abs(port - (ports[index] ?? 0)))
    expect(steps.filter((step) => step <= 2).length).toBeLessThan(5)
  })
})

const lifetime0 = { type: ATTRIBUTE.lifetime, value: encodeUint32(0) }
