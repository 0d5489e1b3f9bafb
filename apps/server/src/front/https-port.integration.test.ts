import { afterEach, expect, test } from 'bun:test'
import { connect, type Socket as TcpSocket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { FakeClock, systemClock, type Clock } from '@duet/base'
import type { Front } from './front.ts'
import type { Guests } from './guests.ts'
import { makeCertificate } from './make-certificate.ts'
import { MAX_UNSORTED_PER_ADDRESS } from './unsorted.ts'
import { opened, openFront, RecordingHandler, routeFor } from './testing.ts'

const STUN = Buffer.from([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42])
const CERTIFICATE = await makeCertificate(['localhost'], Date.now())
/** Far more than a socket takes at once. */
const LONG = 6_000_000

const fronts: Front[] = []

afterEach(async () => {
  for (const front of fronts.splice(0)) await front.close()
})

/** Guests that say back what they hear, and who they are. */
class EchoingGuests implements Guests {
  readonly told: string[] = []
  isFull = false

  accept: Guests['accept'] = (socket, { address, isSecure }) => {
    if (this.isFull) return undefined
    this.told.push(`${address} ${isSecure ? 'tls' : 'tcp'}`)
    return {
      handleData: (chunk) => void socket.write(chunk),
      handleDrain() {},
      handleClose: () => this.told.push('closed'),
    }
  }
}

/** A front with one HTTPS port that is shared. */
function openShared(guests = new EchoingGuests(), clock: Clock = systemClock, isShared = true) {
  const handler = new RecordingHandler()
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = probe
  probe.stop(true)
  const { front } = openFront({
    httpPorts: [],
    httpsPorts: [port],
    tls: [CERTIFICATE],
    guests: { ports: isShared ? [port] : [], guests },
    routes: [routeFor(handler, { maxMessageBytes: LONG })],
    respond: ({ address, isSecure, url }) => new Response(`${address} ${isSecure} ${url.protocol}`),
    isTrustedProxy: () => false,
    clock,
  })
  fronts.push(front)
  return { front, port, guests, handler }
}

/** A TLS connection from this address of loopback. */
function dial(port: number, options: ConnectionOptions = {}): TcpSocket {
  const where = { host: '127.0.0.1', port, localAddress: '127.0.0.9' }
  return connectTls({ ...where, rejectUnauthorized: false, ...options })
}

function openSocket(port: number, tls: Bun.TLSOptions = {}): WebSocket {
  const options = { tls: { rejectUnauthorized: false, ...tls } }
  return new WebSocket(`wss://127.0.0.1:${port}/ws`, options as unknown as string[])
}

/** Says this, and resolves with what comes back once it holds `until`. */
function exchange(socket: TcpSocket, said: string | Uint8Array, until: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = ''
    socket.on('data', (data) => {
      heard += data.toString('latin1')
      if (!heard.includes(until)) return
      resolve(heard)
      socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`closed after "${heard}"`)))
    socket.write(said)
  })
}

const GET = 'GET / HTTP/1.1\r\nHost: lake.example\r\n\r\n'

for (const protocols of [['http/1.1'], ['h2', 'http/1.1'], undefined]) {
  test(`HTTPS of a client that offers ${protocols?.join() ?? 'nothing'}, whose address is known`, async () => {
    const { port } = openShared()
    const socket = dial(port, protocols ? { ALPNProtocols: protocols } : {})
    expect(await exchange(socket, GET, 'https:')).toEndWith('127.0.0.9 true https:')
  })
}

for (const protocol of ['\bhttp/1.1', undefined]) {
  test(`a WebSocket of a client that offers ${protocol?.trim() ?? 'nothing'}: long messages both ways`, async () => {
    const { port, handler } = openShared()
    const client = await opened(
      openSocket(port, protocol === undefined ? {} : { ALPNProtocols: Buffer.from(protocol) }),
    )
    client.binaryType = 'arraybuffer'
    const server = await handler.opened
    const message = new Uint8Array(
      Buffer.alloc(LONG, crypto.getRandomValues(new Uint8Array(60_001))),
    )
    const heard = new Promise<Uint8Array>((resolve) => {
      client.addEventListener('message', ({ data }) => resolve(new Uint8Array(data as ArrayBuffer)))
    })
    server.send(message)
    expect(Buffer.compare(await heard, message)).toBe(0)
    client.send(message)
    while (handler.messages.length === 0) await Bun.sleep(2)
    expect(Buffer.compare(handler.messages[0] as Uint8Array, message)).toBe(0)
    client.close(1000)
    expect(await handler.closed).toBe(1000)
  })
}

test('STUN within TLS and without goes to the guests, with the address it came from', async () => {
  const { port, guests } = openShared()
  const answers = [
    await exchange(dial(port), STUN, '!\u0012'),
    await exchange(
      connect({ host: '127.0.0.1', port, localAddress: '127.0.0.9' }),
      STUN,
      '!\u0012',
    ),
  ]
  expect(answers).toEqual([STUN.toString('latin1'), STUN.toString('latin1')])
  while (guests.told.length < 4) await Bun.sleep(2)
  expect(guests.told.filter((line) => line !== 'closed')).toEqual([
    '127.0.0.9 tls',
    '127.0.0.9 tcp',
  ])
})

test('whoever is neither, or has no room, is cut', async () => {
  const { port, guests } = openShared()
  const closed = (socket: TcpSocket, said: Uint8Array) =>
    new Promise<void>((resolve) => {
      socket.on('error', () => {}).on('close', () => resolve())
      socket.write(said)
    })
  await closed(connect(port, '127.0.0.1'), Buffer.from('SSH-2.0'.toLowerCase()))
  await closed(connect(port, '127.0.0.1'), Buffer.from(GET))
  await closed(dial(port), Buffer.from([0x40, 0, 0, 0]))
  guests.isFull = true
  await closed(dial(port), STUN)
  expect(guests.told).toEqual([])
})

test('whoever says nothing is cut after ten seconds', async () => {
  const clock = new FakeClock()
  const { port } = openShared(undefined, clock)
  const silent = connect(port, '127.0.0.1')
  const closed = new Promise((resolve) => silent.on('close', resolve))
  while (clock.pending === 0) await Bun.sleep(2)
  clock.advance(9_999)
  expect(silent.readyState).toBe('open')
  clock.advance(1)
  await closed
  expect(clock.pending).toBe(0)
})

/** Connects this often and says nothing that tells what it is; resolves when all are open or cut. */
async function connectMany(port: number, count: number, localAddress: string) {
  const sockets = Array.from({ length: count }, () =>
    connect({ host: '127.0.0.1', port, localAddress }).on('error', () => {}),
  )
  const settled = sockets.map(
    (socket) =>
      new Promise<void>((resolve) => {
        socket.once('connect', () => socket.write(Buffer.from([22])))
        socket.once('close', () => resolve())
        socket.once('connect', () => resolve())
      }),
  )
  await Promise.all(settled)
  return sockets
}

const openOf = (sockets: readonly TcpSocket[]) =>
  sockets.filter(({ readyState }) => readyState === 'open').length

test('of one address only so many may keep to themselves what they are, and others come in', async () => {
  const clock = new FakeClock()
  const { port } = openShared(undefined, clock)
  const silent = await connectMany(port, MAX_UNSORTED_PER_ADDRESS + 20, '127.0.0.8')
  while (openOf(silent) > MAX_UNSORTED_PER_ADDRESS) await Bun.sleep(2)
  const refused = connect({ host: '127.0.0.1', port, localAddress: '127.0.0.8' })
  await new Promise((resolve) => refused.on('error', () => {}).on('close', resolve))
  expect(openOf(silent)).toBe(MAX_UNSORTED_PER_ADDRESS)
  // Another address: dial's.
  expect(await exchange(dial(port, { ALPNProtocols: ['http/1.1'] }), GET, 'https:')).toContain(
    '127.0.0.9',
  )
  clock.advance(10_000)
  while (openOf(silent) > 0) await Bun.sleep(2)
  const stun = connect({ host: '127.0.0.1', port, localAddress: '127.0.0.8' })
  expect(await exchange(stun, STUN, '!\u0012')).toBe(STUN.toString('latin1'))
})

test('who speaks TLS and is no browser is not sorted before it says what it is', async () => {
  const { port } = openShared()
  const within = Array.from({ length: MAX_UNSORTED_PER_ADDRESS }, () => dial(port))
  await Promise.all(
    within.map((socket) => new Promise((done) => socket.once('secureConnect', done))),
  )
  const refused = connect({ host: '127.0.0.1', port, localAddress: '127.0.0.9' })
  await new Promise((resolve) => refused.on('error', () => {}).on('close', resolve))
  const [first, second] = within
  expect(await exchange(first!, STUN, '!\u0012')).toBe(STUN.toString('latin1'))
  expect(await exchange(second!, GET, 'https:')).toContain('127.0.0.9')
  expect(await exchange(dial(port), STUN, '!\u0012')).toBe(STUN.toString('latin1'))
  for (const socket of within) socket.destroy()
})

for (const isShared of [true, false]) {
  test(`a certificate that can’t be used changes nothing, ${isShared ? 'shared' : 'alone'}`, async () => {
    const { front, port } = openShared(undefined, systemClock, isShared)
    const nonsense = { cert: 'nonsense', key: 'nonsense' }
    expect(() => front.setTls([nonsense])).toThrow(/^Port \d+ of 127\.0\.0\.1 can't be opened/)
    expect(() => front.setAnswers(new Map([['a.example', nonsense]]))).toThrow(/can't be opened/)
    const socket = dial(port, { ALPNProtocols: ['http/1.1'] })
    expect(await exchange(socket, GET, 'https:')).toContain('127.0.0.9')
  })
}

test('certificates change under open connections', async () => {
  const { front, port, handler } = openShared()
  const client = await opened(openSocket(port))
  await handler.opened
  front.setTls([await makeCertificate(['other.example'], Date.now())])
  for (const protocols of [['http/1.1'], undefined]) {
    const socket = connectTls({
      host: '127.0.0.1',
      port,
      rejectUnauthorized: false,
      ...(protocols ? { ALPNProtocols: protocols } : {}),
    })
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    expect(socket.getPeerCertificate().subjectaltname).toBe('DNS:other.example')
    socket.destroy()
  }
  client.send('still here')
  while (handler.messages.length === 0) await Bun.sleep(2)
  expect(handler.messages).toEqual(['still here'])
  client.close()
})
