import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROTOCOL_VERSION, SUBPROTOCOL, type Welcome } from '@duet/protocol'
import { FREE_PORTS, spawnServer, type SpawnedServer } from './spawn-server.ts'
import { tryAllocation } from './testing/allocation.ts'

const HOST = '127.0.0.1'
const REALM = 'calls of old'
const NUMBER = String(Math.floor(Date.now() / 1000) - 60)
const USERS: readonly [name: string, password: string][] = [
  ['ann', 'a secret, with: signs'],
  ['bob@home', 'bob-secret'],
  [NUMBER, 'number-secret'],
]

const folder = mkdtempSync(join(tmpdir(), 'duet-turn-users-'))
const log = join(folder, 'log')
const flags = [
  ...FREE_PORTS,
  ...'--turn-allow-peers 127.0.0.0/8 --log-level debug'.split(' '),
  `--host=${HOST}`,
  `--turn-realm=${REALM}`,
  ...USERS.flatMap(([name, password]) => ['--turn-user', `${name}:${password}`]),
]

let server: SpawnedServer

const allocate = (login: { username: string; password: string }) =>
  tryAllocation({ host: HOST, port: server.turnPort }, login)

beforeAll(async () => {
  const cli = join(import.meta.dir, 'cli.ts')
  const keepingLog = ['sh', '-c', 'exec "$@" 2>"$0"', log, process.execPath, cli]
  server = await spawnServer(flags, keepingLog)
})

afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

describe('an allocation', () => {
  test.each([
    ...USERS.map(([name, password]) => [name, password, 0] as const),
    ['ann', 'bob-secret', 401],
    ['ann', 'a secret', 401],
    ['ann', '', 401],
    ['Ann', 'a secret, with: signs', 401],
    ['ann:a secret', ' with: signs', 401],
    ['nobody', 'a secret, with: signs', 401],
    ['', '', 401],
  ] as const)('of %j with %j is answered with %i', async (username, password, code) => {
    expect(await allocate({ username, password })).toEqual({ code, realm: REALM })
  })

  test('with the credentials that Duet gives its own pages is made all the same', async () => {
    const { username, credential, close } = await grantedLogin()
    expect((await allocate({ username, password: credential })).code).toBe(0)
    expect((await allocate({ username, password: 'a secret, with: signs' })).code).toBe(401)
    await close()
    expect((await allocate({ username, password: credential })).code).toBe(403)
  })
})

test('names are printed, passwords are nowhere', async () => {
  expect(server.banner).toContain(`\n  TURN users        ann, bob@home, ${NUMBER}\n`)
  await allocate({ username: 'bob@home', password: 'wrong' })
  await allocate({ username: 'bob@home', password: 'bob-secret' })
  const written = server.banner + readFileSync(log, 'utf8')
  expect(written).toContain('allocation made')
  expect(written).toContain('wrong-password')
  for (const [, password] of USERS) expect(written).not.toContain(password)
  expect(readFileSync(log, 'utf8')).not.toContain('bob')
})

const TOOLS = ['turnutils_uclient', 'turnutils_peer']
const missing = TOOLS.filter((tool) => Bun.which(tool) === null)
const title =
  missing.length === 0
    ? "coturn's client"
    : `coturn's client: skipped, ${missing.join(', ')} not found (Debian: coturn)`

describe.skipIf(missing.length > 0)(title, () => {
  let peer: Bun.Subprocess
  let peerPort = 0

  beforeAll(async () => {
    const probe = await Bun.udpSocket({ hostname: HOST })
    peerPort = probe.port
    probe.close()
    const command = ['turnutils_peer', '-L', HOST, '-p', String(peerPort)]
    peer = Bun.spawn(command, { stdout: 'ignore', stderr: 'ignore' })
  })

  afterAll(() => peer.kill())

  const run = async (name: string, password: string, transport: string[]): Promise<string> => {
    const login = ['-u', name, '-w', password, '-e', HOST, '-r', String(peerPort)]
    const port = ['-p', String(server.turnPort), '-n', '5', '-c', '-s']
    const child = Bun.spawn(['turnutils_uclient', ...login, ...port, ...transport, HOST], {
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const texts = [new Response(child.stdout).text(), new Response(child.stderr).text()]
    return (await Promise.all(texts)).join('')
  }

  test.concurrent.each([
    ['ann', USERS[0]?.[1] ?? '', 'UDP', []],
    [NUMBER, 'number-secret', 'TCP', ['-t']],
  ])(
    '%s loses nothing with %j over %s',
    async (name, password, _transport, transport) => {
      const output = await run(name, password, transport)
      const lost = /Total lost packets (\d+)/.exec(output)?.[1]
      expect(lost === undefined ? output : lost).toBe('0')
    },
    30_000,
  )

  test.concurrent('a wrong password gets nowhere', async () => {
    const output = await run('ann', 'wrong', [])
    expect(output).not.toContain('Total lost packets')
    expect(output).toMatch(/401|Unauthorized|cannot complete/i)
  }, 30_000)
})

interface GrantedLogin {
  username: string
  credential: string
  /** Ends the session that it was given to. */
  close: () => Promise<void>
}

/** The TURN login that a page gets with its welcome. */
async function grantedLogin(): Promise<GrantedLogin> {
  const socket = new WebSocket(`ws://${HOST}:${server.port('http')}/ws`, [SUBPROTOCOL])
  const welcome = new Promise<string>((resolve) => {
    socket.addEventListener('message', ({ data }) => resolve(String(data)))
  })
  const hello = { type: 'hello', version: PROTOCOL_VERSION }
  socket.addEventListener('open', () => socket.send(JSON.stringify(hello)))
  const { iceServers } = JSON.parse(await welcome) as Welcome
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()))
  const { username, credential } = iceServers.find((one) => one.username) ?? {}
  if (!username || !credential) throw new Error('no login was given')
  return {
    username,
    credential,
    close: () => {
      socket.close()
      return closed
    },
  }
}
