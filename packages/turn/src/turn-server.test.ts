import { describe, expect, test } from 'bun:test'
import { DuetError, FakeClock } from '@duet/base'
import { METHOD } from '@duet/stun'
import { usersAuthenticator } from './authenticator.ts'
import { makeCertificate } from './testing/certificate.ts'
import { FakeDatagrams } from '@duet/datagrams'
import { connect } from './testing/sockets.ts'
import { codeOf } from './testing/turn-client.ts'
import { createTurnServer, type BoundListener, type TurnServerOptions } from './turn-server.ts'

const LOOPBACK = { host: '127.0.0.1', port: 0 }
const authenticate = usersAuthenticator(new Map([['ann', 'secret']]))
const relay = { addresses: [{ bind: '127.0.0.1' }] }

async function rejection(options: Partial<TurnServerOptions>): Promise<unknown> {
  try {
    const server = await createTurnServer({ authenticate, relay, ...options })
    await server.close()
    return undefined
  } catch (error) {
    return error
  }
}

describe('createTurnServer', () => {
  test.each(['udp', 'tcp', 'tls'] as const)('names a %s port that is in use', async (transport) => {
    const certificate = makeCertificate()
    const options = { authenticate, relay, certificate }
    const first = await createTurnServer({ ...options, [transport]: [LOOPBACK] })
    const { port } = first.listeners[0] as BoundListener
    const clock = new FakeClock()
    const error = await rejection({
      certificate,
      clock,
      udp: [LOOPBACK],
      [transport]: [{ host: '127.0.0.1', port }],
    })
    expect(error).toBeInstanceOf(DuetError)
    expect((error as DuetError).code).toBe('port-in-use')
    expect((error as DuetError).message).toContain(`${transport.toUpperCase()} port ${port}`)
    expect(clock.pending).toBe(0)
    await first.close()
    const second = await createTurnServer({ ...options, [transport]: [{ ...LOOPBACK, port }] })
    expect(second.listeners).toEqual([{ transport, host: '127.0.0.1', port }])
    await second.close()
  })

  test("says so when an address is not this machine's", async () => {
    const error = await rejection({ udp: [{ host: '192.0.2.254', port: 0 }] })
    expect((error as DuetError).code).toBe('address-unavailable')
  })

  test.each<[string, Partial<TurnServerOptions>]>([
    ['an empty realm', { realm: '' }],
    ['a short nonce key', { nonceKey: 'short' }],
    ['a host name', { udp: [{ host: 'localhost', port: 0 }] }],
    ['ports the wrong way round', { relay: { minPort: 2, maxPort: 1 } }],
    ['a range that is none', { peers: { allow: ['10.0.0.0/99'] } }],
    ['TLS without a certificate', { tls: [LOOPBACK] }],
    [
      'a fixed login with the name of one of a call',
      { users: new Map([['s-ann', 'secret']]), scopedPrefix: 's-' },
    ],
  ])('throws a TypeError for %s', async (_name, options) => {
    expect(await rejection(options)).toBeInstanceOf(TypeError)
  })

  test('TU8 opens a wildcard on every address, all on the same port', async () => {
    const server = await createTurnServer({ authenticate, relay, udp: [{ host: '::', port: 0 }] })
    const hosts = server.listeners.map(({ host }) => host)
    expect(hosts).toContain('127.0.0.1')
    expect(hosts).not.toContain('0.0.0.0')
    expect(new Set(server.listeners.map(({ port }) => port)).size).toBe(1)
    await server.close()
  })

  test('TU8 of a wildcard each address answers from where it was asked', async () => {
    const udp = [{ host: '0.0.0.0', port: 0 }]
    const server = await createTurnServer({ authenticate, relay, udp })
    for (const listener of server.listeners) {
      // A connected socket hears nobody but whom it sends to.
      const { client, close } = await connect(listener)
      const answer = await client.request(METHOD.binding, [], { isAnonymous: true })
      expect([listener.host, codeOf(answer)]).toEqual([listener.host, 0])
      close()
    }
    await server.close()
  })

  test('TU52 close() may be called twice, and leaves no socket and no timer', async () => {
    const [clock, datagrams] = [new FakeClock(), new FakeDatagrams()]
    const certificate = makeCertificate()
    const all = { udp: [{ ...LOOPBACK, port: 1 }], tcp: [LOOPBACK], tls: [LOOPBACK] }
    const server = await createTurnServer({
      authenticate,
      relay,
      clock,
      datagrams,
      certificate,
      ...all,
    })
    const tcp = server.listeners.find(({ transport }) => transport === 'tcp')
    const { client, closed } = await connect(tcp as BoundListener)
    await client.allocate()
    await server.close()
    await server.close()
    await closed
    expect([clock.pending, datagrams.size]).toEqual([0, 0])
    const stats = await server.stats()
    expect(stats).toMatchObject({ relays: 0, connections: 0, allocations: { open: 0 } })
  })

  test('TU84 setTls changes the certificate of new connections and keeps the open ones', async () => {
    const certificate = makeCertificate()
    const server = await createTurnServer({ authenticate, relay, certificate, tls: [LOOPBACK] })
    const [listener] = server.listeners as [BoundListener]
    const old = await connect(listener)
    await old.client.allocate()
    const next = makeCertificate()
    await server.setTls(next)
    expect(await certificateOf(listener.port)).toBe(next.cert.replaceAll(/-----.*?-----|\s/g, ''))
    expect(codeOf(await old.client.refresh())).toBe(0)
    old.close()
    await server.close()
  })

  test('TU84 a certificate that cannot be used changes nothing', async () => {
    const certificate = makeCertificate()
    const server = await createTurnServer({ authenticate, relay, certificate, tls: [LOOPBACK] })
    const [listener] = server.listeners as [BoundListener]
    const error = await server
      .setTls({ cert: 'none', key: 'none' })
      .catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(DuetError)
    const { client, close } = await connect(listener)
    expect(await client.tryAllocate()).toBe(0)
    close()
    await server.close()
  })

  test('attack 16: a TLS handshake that stalls is cut off', async () => {
    const clock = new FakeClock()
    const certificate = makeCertificate()
    const options = { authenticate, relay, certificate, clock }
    const server = await createTurnServer({ ...options, tls: [LOOPBACK] })
    const { port } = server.listeners[0] as BoundListener
    const { closed } = await connect({ transport: 'tcp', host: '127.0.0.1', port })
    while ((await server.stats()).connections === 0) await Bun.sleep(1)
    clock.advance(10_000)
    await closed
    expect(await server.stats()).toMatchObject({
      connections: 0,
      drops: { 'connection-no-allocation-in-time': 1 },
    })
    await server.close()
  })

  test('attack 16: more connections than one address may have are closed at once', async () => {
    const limits = { connectionsPerAddress: 2 }
    const server = await createTurnServer({ authenticate, relay, limits, tcp: [LOOPBACK] })
    const [listener] = server.listeners as [BoundListener]
    const first = await connect(listener)
    await first.client.allocate()
    await (await connect(listener)).client.allocate()
    const third = await connect(listener)
    await third.closed
    first.close()
    while ((await server.stats()).connections === 2) await Bun.sleep(1)
    const { client } = await connect(listener)
    expect(await client.tryAllocate()).toBe(0)
    await server.close()
  })

  test('TU29 nonces are good on every worker, and after a restart, with the same key', async () => {
    const clock = new FakeClock()
    const nonceKey = 'the same key everywhere'
    const start = () =>
      createTurnServer({ authenticate, relay, clock, nonceKey, udp: [{ ...LOOPBACK, port }] })
    let port = 0
    const before = await start()
    port = (before.listeners[0] as BoundListener).port
    const { client, close } = await connect(before.listeners[0] as BoundListener)
    await client.greet()
    await before.close()
    const after = await start()
    const transport = [{ type: 0x0019, value: Uint8Array.of(17, 0, 0, 0) }]
    expect(codeOf(await client.request(METHOD.allocate, transport))).toBe(0)
    close()
    await after.close()
  })
})

/** The base64 of the certificate that a TLS port presents. */
async function certificateOf(port: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    tls: { rejectUnauthorized: false },
    socket: {
      handshake: (self) => resolve(self.getPeerX509Certificate()?.raw.toString('base64')),
      data() {},
    },
  })
  const certificate = await promise
  socket.terminate()
  return certificate
}
