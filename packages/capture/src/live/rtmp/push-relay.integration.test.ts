import { afterEach, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { systemClock } from '@duet/base'
import { run } from '../../testing/run.ts'
import { until } from '../../testing/until.ts'
import { PushRelay } from './push-relay.ts'
import { rtmpAddress } from './rtmp-address.ts'

const HANDSHAKE = Buffer.alloc(3073, 7)

let certificate = { cert: '', key: '' }
const closing: (() => void)[] = []

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'duet-relay-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const names = 'subjectAltName=DNS:live.example,IP:127.0.0.1'
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const about = ['-days', '2', '-subj', '/CN=test', '-addext', names]
  await run(['openssl', 'req', ...kind, ...about, '-keyout', key, '-out', cert])
  certificate = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  rmSync(folder, { recursive: true })
})
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A server that keeps what it hears. */
async function listen(
  isSecure = false,
): Promise<{ port: number; heard: Buffer[]; sockets: Socket[] }> {
  const heard: Buffer[] = []
  const sockets: Socket[] = []
  const accept = (socket: Socket): void => {
    sockets.push(socket)
    socket.on('data', (bytes: Buffer) => heard.push(bytes))
    socket.on('error', () => {})
  }
  const server = isSecure ? createTlsServer(certificate, accept) : createServer(accept)
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, heard, sockets }
}

async function open(url: string, ca?: string): Promise<{ relay: PushRelay; lost: string[] }> {
  const lost: string[] = []
  const relay = await PushRelay.open({
    target: rtmpAddress({ url, key: 'k1' })!,
    addresses: ['127.0.0.1'],
    ca,
    clock: systemClock,
    onLost: (reason) => lost.push(reason),
  })
  closing.push(() => relay.close())
  return { relay, lost }
}

function dial({ url }: PushRelay): Socket {
  const socket = connect(Number(new URL(url.replace('rtmp:', 'http:')).port), '127.0.0.1')
  socket.on('error', () => {})
  closing.push(() => socket.destroy())
  return socket
}

test.each([
  ['rtmp', 'live.example', false],
  ['rtmps', 'live.example', true],
  ['rtmps', '127.0.0.1', true],
])('RE12 %s to %s arrives, and answers come back', async (scheme, host, isSecure) => {
  const { port, heard, sockets } = await listen(isSecure)
  const { relay } = await open(`${scheme}://${host}:${port}/app`, certificate.cert)
  expect(relay.url).toStartWith('rtmp://127.0.0.1:')
  const socket = dial(relay)
  const answers: Buffer[] = []
  socket.on('data', (bytes: Buffer) => answers.push(bytes))
  socket.write(HANDSHAKE)
  await until(() => Buffer.concat(heard).length === HANDSHAKE.length)
  sockets[0]?.write('answer')
  await until(() => Buffer.concat(answers).toString() === 'answer')
})

test('RE12 a certificate of somebody else, or of nobody who is trusted, is refused', async () => {
  const { port, heard } = await listen(true)
  const refusal = (url: string, ca?: string) => open(url, ca).then(() => undefined, String)
  expect(await refusal(`rtmps://other.example:${port}/app`, certificate.cert)).toBeDefined()
  expect(await refusal(`rtmps://live.example:${port}/app`)).toBeDefined()
  expect(heard).toEqual([])
})

test('RE12 who takes no connection is told at once', async () => {
  const { port } = await listen()
  for (const close of closing.splice(0)) close()
  const error: unknown = await open(`rtmp://live.example:${port}/app`).catch(
    (each: unknown) => each,
  )
  expect((error as { code: string }).code).toBe('ECONNREFUSED')
})

test('RE12 only the first one at its port is heard', async () => {
  const { port, heard } = await listen()
  const { relay } = await open(`rtmp://live.example:${port}/app`)
  const first = dial(relay)
  first.write(HANDSHAKE)
  await until(() => heard.length > 0)
  const second = dial(relay)
  second.write('intruder')
  await until(() => second.destroyed)
  expect(Buffer.concat(heard).toString()).not.toContain('intruder')
})

test('RE12 what is no RTMP ends it, and so does a server that hangs up', async () => {
  const { port, sockets } = await listen()
  const bad = await open(`rtmp://live.example:${port}/app`)
  dial(bad.relay).write(Buffer.concat([HANDSHAKE, Buffer.of(0xc9, 1, 2, 3)]))
  await until(() => bad.lost.length === 1)
  const left = await open(`rtmp://live.example:${port}/app`)
  await until(() => sockets.length === 2)
  const socket = dial(left.relay)
  sockets[1]?.destroy()
  await until(() => left.lost.length === 1 && socket.destroyed)
})
