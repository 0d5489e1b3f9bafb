import { describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { addressOf, destinationOf } from '@duet/datagrams'
import {
  ATTRIBUTE,
  encodeMessage,
  encodeText,
  ipFromBits,
  METHOD,
  type StunAttribute,
} from '@duet/stun'
import { AnswerLimiter } from '../answer-limiter.ts'
import { peerAttribute } from '../testing/forge.ts'
import { channelNumber, UDP_TRANSPORT } from '../testing/turn-client.ts'
import { SERVER_IP, settle, World } from '../testing/world.ts'

const isLong = process.env['DUET_LONG'] === '1'
const SOURCES = isLong ? 1_000_000 : 20_000
const ALLOWED_GROWTH_BYTES = 10_000_000
const transactionId = new Uint8Array(12).fill(5)
const SERVER = destinationOf(addressOf(`${SERVER_IP}:3478`))

describe('attack 12: a flood from forged addresses', () => {
  test('leaves no socket, no timer, no entry and no memory', async () => {
    const world = await World.create()
    const stranger = world.client('8.0.0.1:1')
    const requests = [
      stranger.build(METHOD.allocate, [UDP_TRANSPORT], { isAnonymous: true }),
      stranger.build(METHOD.binding, [], { isAnonymous: true }),
      stranger.build(METHOD.refresh, []),
      stranger.build(METHOD.createPermission, [UDP_TRANSPORT], { isAnonymous: true }),
      Uint8Array.of(0x40, 0, 0, 1, 0),
    ]
    let sent = 0
    const flood = (sources: number): void => {
      for (let count = 0; count < sources; count += 1) {
        sent += 1
        const ip = ipFromBits(0x0900_0000 + sent)
        const socket = world.network.open({ ip, port: 5000, onDatagram() {} })
        for (const request of requests) socket.send(request, SERVER)
        socket.close()
        world.network.sent.length = 0
        if (sent % 1000 === 0) world.clock.advance(100)
      }
    }
    flood(2000)
    const before = heapBytes()
    flood(SOURCES)
    expect(heapBytes() - before).toBeLessThan(ALLOWED_GROWTH_BYTES)
    const { allocations, relays, connections, drops } = await world.stats()
    expect({ allocations, relays, connections }).toEqual({
      allocations: { open: 0, made: 0, reserved: 0 },
      relays: 0,
      connections: 0,
    })
    // Reasons are the server's own words, however many sources there are.
    expect(Object.keys(drops).length).toBeLessThan(5)
    expect([world.serverSockets, world.clock.pending]).toEqual([1, 1])
  }, 600_000)

  test('TU32 cannot make the limiter let one address have more than its share', () => {
    const clock = new FakeClock()
    const limiter = new AnswerLimiter(10, clock)
    const victim = ipFromBits(0x0808_0808)
    const answered = Array.from({ length: 1000 }, () => limiter.take(victim)).filter(Boolean)
    expect(answered.length).toBe(10)
    const network = 0x2606_4700_0000_0001n << 64n
    const hosts = Array.from({ length: 100 }, (_, host) => ipFromBits(network + BigInt(host)))
    expect(hosts.filter((host) => limiter.take(host)).length).toBe(10)
  })

  test('TU32 does not take the answers of others away', async () => {
    const world = await World.create({ limits: { unauthenticatedAnswersPerSecond: 5 } })
    const flooder = world.client('8.0.0.1:1000')
    for (let index = 0; index < 1000; index += 1) {
      flooder.sendRaw(flooder.build(METHOD.binding, [], { isAnonymous: true }))
    }
    await world.client('8.0.0.2:1000').allocate()
    expect(flooder.messages.length).toBe(5)
  })
})

describe('attack 13: amplification', () => {
  const METHODS = [...Object.values(METHOD), 0x00a, 0x00b, 0xabc]
  const attributes: [string, StunAttribute[]][] = [
    ['nothing', []],
    ['REQUESTED-TRANSPORT', [UDP_TRANSPORT]],
    ['a peer', [peerAttribute(addressOf('8.8.8.8:1'), transactionId)]],
    ['a channel', [channelNumber(0x4000), peerAttribute(addressOf('8.8.8.8:1'), transactionId)]],
    ['an unknown attribute', [{ type: 0x7777, value: new Uint8Array(0) }]],
    [
      'many',
      Array.from({ length: 60 }, (_, type) => ({ type: 0x7000 + type, value: new Uint8Array(0) })),
    ],
    ['a bare USERNAME', [{ type: ATTRIBUTE.username, value: encodeText('a') }]],
    [
      'a wrong MESSAGE-INTEGRITY',
      [{ type: ATTRIBUTE.messageIntegrity, value: new Uint8Array(20) }],
    ],
    [
      'an empty MESSAGE-INTEGRITY',
      [{ type: ATTRIBUTE.messageIntegrity, value: new Uint8Array(0) }],
    ],
    [
      'an empty MESSAGE-INTEGRITY-SHA256',
      [{ type: ATTRIBUTE.messageIntegritySha256, value: new Uint8Array(0) }],
    ],
    ['SOFTWARE that is too long', [{ type: ATTRIBUTE.software, value: new Uint8Array(764) }]],
    [
      'empty credentials',
      [
        { type: ATTRIBUTE.username, value: new Uint8Array(0) },
        { type: ATTRIBUTE.realm, value: new Uint8Array(0) },
        { type: ATTRIBUTE.nonce, value: new Uint8Array(0) },
        { type: ATTRIBUTE.messageIntegrity, value: new Uint8Array(0) },
      ],
    ],
  ]
  test.each(['duet', 'example.org', 'a-realm-of-twenty-eight.bytes'.slice(0, 28)])(
    'TU32 with the realm %s no answer is more than three times as long',
    async (realm) => {
      const limits = { unauthenticatedAnswersPerSecond: Infinity }
      const world = await World.create({ realm, limits })
      for (const address of ['8.0.0.1:1000', '[2606:4700::1]:1000']) {
        const client = world.client(address)
        for (const [name, list] of attributes) {
          for (const method of METHODS) {
            for (const fingerprint of [false, true]) {
              const message = { class: 'request', method, transactionId, attributes: list } as const
              const bytes = encodeMessage(message, { fingerprint })
              client.messages.length = 0
              client.sendRaw(bytes)
              const [answer] = client.messages
              const ratio = (answer?.bytes.length ?? 0) / bytes.length
              expect([name, method, ratio <= 3 ? 'short' : ratio]).toEqual([name, method, 'short'])
            }
          }
        }
      }
    },
  )

  test('TU10 answers to strangers have no SOFTWARE and no reason phrase', async () => {
    const world = await World.create()
    const client = world.client()
    const requests = [METHOD.allocate, METHOD.binding, METHOD.refresh]
    for (const method of requests) {
      await client.request(method, [UDP_TRANSPORT], { isAnonymous: true })
    }
    for (const { attributes: list } of client.messages) {
      expect(list.some(({ type }) => type === ATTRIBUTE.software)).toBe(false)
      const error = list.find(({ type }) => type === ATTRIBUTE.errorCode)
      expect(error?.value.length ?? 4).toBe(4)
    }
  })

  test('TU13 indications, answers and foreign packets are not answered', async () => {
    const world = await World.create()
    const client = world.client()
    for (const kind of ['indication', 'success', 'error'] as const) {
      for (const method of Object.values(METHOD)) {
        client.sendRaw(encodeMessage({ class: kind, method, transactionId, attributes: [] }))
      }
    }
    client.sendRaw(
      encodeMessage({ class: 'request', method: 0xabc, transactionId, attributes: [] }),
    )
    client.sendRaw(encodeText('GET / HTTP/1.1\r\n\r\n'))
    client.sendRaw(new Uint8Array(0))
    await settle()
    expect(client.messages).toEqual([])
  })

  test('TU12 a Binding request of RFC 3489, without the cookie, is not answered', async () => {
    const world = await World.create()
    const client = world.client()
    const old = client.build(METHOD.binding, [], { isAnonymous: true })
    client.sendRaw(old.with(4, 0))
    await settle()
    expect(client.messages).toEqual([])
    expect((await world.stats()).drops).toEqual({ malformed: 1 })
  })
})

function heapBytes(): number {
  Bun.gc(true)
  return process.memoryUsage().heapUsed
}
