import { afterAll, describe, expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SUBPROTOCOL } from '@duet/protocol'
import { connectWithoutReading } from './front/testing.ts'
import { FREE_PORTS, LAUNCHER, NPM, runToEnd, spawnServer } from './spawn-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'duet-cli-'))
const data = join(folder, 'data')

const start = (...args: string[]) => runToEnd(['start', '--data', data, ...FREE_PORTS, ...args])

afterAll(() => rmSync(folder, { recursive: true }))

test('two servers of one installation run at once, each on the ports that it prints', async () => {
  const servers = await Promise.all([spawnServer(FREE_PORTS), spawnServer(FREE_PORTS)])
  for (const server of servers) {
    expect(server.banner).toStartWith('Duet ')
    const answer = await fetch(`${server.origin('http')}/healthz`)
    expect(await answer.text()).toBe('ok\n')
    const options = { tls: { rejectUnauthorized: false } }
    const secure = await fetch(`https://localhost:${server.port('https')}/healthz`, options)
    expect(secure.status).toBe(200)
  }
  const ended = await Promise.all(servers.map((server) => server.stop()))
  expect(ended.map(({ code }) => code)).toEqual([0, 0])
})

test('STUN answers on the port that is printed', async () => {
  const server = await spawnServer(FREE_PORTS)
  const answer = new Promise<Buffer>((resolve) => {
    void bindingRequest(server.turnPort, resolve)
  })
  expect((await answer).readUInt16BE(0)).toBe(0x0101)
  await server.stop()
})

test('pages of one’s own are served beside Duet’s', async () => {
  const pages = join(folder, 'pages')
  mkdirSync(pages)
  writeFileSync(join(pages, 'call.html'), '<p>a page of one’s own')
  const server = await spawnServer([...FREE_PORTS, '--static', pages])
  const own = await fetch(`${server.origin('http')}/call.html`)
  expect(await own.text()).toBe('<p>a page of one’s own')
  expect(own.headers.get('content-security-policy')).toBeNull()
  const missing = await fetch(`${server.origin('http')}/missing.html`)
  expect([missing.status, missing.headers.has('content-security-policy')]).toEqual([404, true])
  await server.stop()
})

describe('stopping', () => {
  test.each([
    ['SIGINT', NPM],
    ['SIGTERM', NPM],
    ['SIGHUP', LAUNCHER],
  ] as const)(
    'on %s, through %j, clients are told and it is gone within 5 s',
    async (signal, command) => {
      const server = await spawnServer(FREE_PORTS, command)
      const client = new WebSocket(`ws://localhost:${server.port('http')}/ws`, [SUBPROTOCOL])
      await new Promise((resolve) => client.addEventListener('open', resolve))
      const closed = new Promise<CloseEvent>((resolve) => {
        client.addEventListener('close', resolve)
      })
      const { code, ms } = await server.stop(signal)
      expect(code).toBe(0)
      expect(ms).toBeLessThan(5000)
      expect((await closed).code).not.toBe(1006)
    },
  )

  test('a client that does not read cannot hold it', async () => {
    const server = await spawnServer(FREE_PORTS)
    const client = await connectWithoutReading(server.port('http'), SUBPROTOCOL)
    const { code, ms } = await server.stop()
    client.destroy()
    expect(code).toBe(0)
    expect(ms).toBeLessThan(5000)
  })
})

describe('what can’t work is said in one sentence', () => {
  test('a port in use', async () => {
    const server = await spawnServer(FREE_PORTS)
    const port = String(server.port('http'))
    const args = ['start', '--data', data, '--http', port, '--https', '0', '--turn-port', '0']
    const { code, errors } = await runToEnd([...args, '--turns-port', '0'])
    await server.stop()
    expect(code).toBe(1)
    expect(errors).toBe(
      `duet: Port ${port} is already in use: stop what uses it, or choose another one with --http.\n`,
    )
  })

  test('a port of TURN in use', async () => {
    const server = await spawnServer(FREE_PORTS)
    const port = String(server.turnPort)
    const args = ['start', '--data', data, '--http', '0', '--https', '0', '--turn-port', port]
    const { code, errors } = await runToEnd(args)
    await server.stop()
    expect(code).toBe(1)
    expect(errors).toMatch(/^duet: UDP port \d+ on .* is already in use: .*--turn-port.*\n$/)
    expect(errors).toContain(port)
  })

  test.each([
    ['nowhere.invalid', '0'],
    ['198.51.100.1', '0'],
    ['198.51.100.1', '3478'],
  ])('a host that is not of this machine: %s, TURN at %s', async (host, port) => {
    const args = ['start', '--data', data, '--http', '0', '--https', '0', '--turn-port', port]
    const { code, errors } = await runToEnd([...args, '--host', host])
    expect(code).toBe(1)
    expect(errors).toMatch(/^duet: .* is not an address of this machine.*--host\.\n$/)
  })

  test('a data directory that can’t be written', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const { code, errors } = await runToEnd(['start', ...FREE_PORTS, '--data', join(file, 'below')])
    expect(code).toBe(1)
    expect(errors).toMatch(/^duet: The data directory .* can't be written .*\n$/)
  })

  test('a certificate that can’t be read', async () => {
    const missing = join(folder, 'missing.pem')
    const { code, errors } = await start('--tls-cert', missing, '--tls-key', missing)
    expect(code).toBe(1)
    expect(errors).toMatch(/^duet: --tls-cert .*missing\.pem can't be read .*\n$/)
  })

  test.each([
    [join(folder, 'no-pages'), /^duet: The directory .*no-pages can't be served .*--static\.\n$/],
    [folder, /^duet: The directory .* can't be served because .*data lies in it: .*--static\.\n$/],
  ])('pages of one’s own in %s', async (pages, sentence) => {
    const { code, errors } = await start('--static', pages)
    expect(code).toBe(1)
    expect(errors).toMatch(sentence)
  })

  test('all wrong flags at once', async () => {
    const { code, errors } = await start('--turn', 'x', '--turns', 'y', '--relay-ports', 'z')
    expect(code).toBe(1)
    expect(errors.trim().split('\n')).toHaveLength(3)
  })
})

test('help, version and unknown commands', async () => {
  const help = await runToEnd(['help'], LAUNCHER)
  expect(help).toMatchObject({ code: 0, errors: '' })
  expect(help.output).toContain('--relay-ports')
  expect(help.output).toContain('  start ')
  expect(help.output).toContain('  turn-credentials ')
  expect((await runToEnd(['start', '--help'])).output).toBe(help.output)
  expect((await runToEnd(['--version'])).output).toMatch(/^\d+\.\d+\.\d+\n$/)
  const unknown = await runToEnd(['stert'], LAUNCHER)
  expect(unknown).toMatchObject({ code: 1, output: '' })
  expect(unknown.errors).toContain('did you mean start?')
})

/** Sends a STUN binding request (RFC 8489 §5) and hands over the answer. */
async function bindingRequest(port: number, onAnswer: (data: Buffer) => void): Promise<void> {
  const socket = await Bun.udpSocket({
    socket: {
      data(_, bytes) {
        onAnswer(bytes)
        socket.close()
      },
    },
  })
  const request = Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)])
  socket.send(request, port, '127.0.0.1')
}
