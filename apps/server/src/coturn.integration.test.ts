import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FREE_PORTS, spawnServer, type SpawnedServer } from './spawn-server.ts'
import { tryAllocation } from './testing/allocation.ts'

const CLI = join(import.meta.dir, 'cli.ts')
const SECRETS = ['the-secret-that-signs-now', 'the-secret-that-signed-before'] as const
/** Public addresses, in a network that this test has for itself. */
const PUBLIC = '11.0.0.1'
const PUBLIC_V6 = '2a00:1450::5'
const PORT = 3478
const PEER_PORT = 3480

const TOOLS = ['turnserver', 'turnutils_uclient', 'turnutils_peer', 'unshare']
const missing = TOOLS.filter((tool) => Bun.which(tool) === null)
const isPossible = missing.length === 0 && process.getuid?.() === 0
const title = isPossible
  ? 'a coturn with the configuration that is printed'
  : `a coturn with the configuration that is printed: skipped, needs root and ${TOOLS.join(', ')}`

const folder = mkdtempSync(join(tmpdir(), 'duet-coturn-'))
afterAll(() => rmSync(folder, { recursive: true }))

const secretFlags = SECRETS.flatMap((secret) => ['--turn-secret', secret])

/** A login as the command prints it, signed with one of the secrets. */
async function login(secret: string): Promise<{ username: string; credential: string }> {
  const flags = ['--json', '--host', PUBLIC, '--turn-secret', secret]
  const servers = JSON.parse(await duet('turn-credentials', ...flags)) as object[]
  return servers.at(-1) as { username: string; credential: string }
}

async function duet(...args: string[]): Promise<string> {
  const child = Bun.spawn([process.execPath, CLI, ...args], { stdout: 'pipe', stderr: 'inherit' })
  const text = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error(`duet ${args[0]} failed`)
  return text
}

describe.skipIf(!isPossible)(title, () => {
  let coturn: Coturn
  beforeAll(async () => {
    const at = ['--public-ip', PUBLIC, '--host', PUBLIC]
    const printed = await duet('coturn-config', ...secretFlags, ...at)
    const config = join(folder, 'turnserver.conf')
    writeFileSync(config, printed, { mode: 0o600 })
    coturn = await Coturn.start(config)
  }, 30_000)
  afterAll(() => coturn.stop())

  test.each([...SECRETS])(
    'takes a login of ours, signed with %s',
    async (secret) => {
      const output = await coturn.use(await login(secret), PUBLIC)
      expect(/Total lost packets (\d+)/.exec(output)?.[1] ?? output).toBe('0')
    },
    30_000,
  )

  test('refuses one that is signed with another secret', async () => {
    const output = await coturn.use(await login('a-secret-of-somebody-else'), PUBLIC)
    expect(output).toMatch(/error 401|Cannot complete Allocation/)
  }, 30_000)

  test.concurrent.each([
    '127.0.0.1',
    '10.0.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.1',
    '224.0.0.1',
  ])(
    'denies %s as a peer',
    async (peer) => {
      expect(await coturn.use(await login(SECRETS[0]), peer)).toContain('error 403')
    },
    30_000,
  )

  test.concurrent.each([
    '::1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::1',
    'fd00::1',
    'fe80::1',
    '2001:db8::1',
    '4000::1',
  ])(
    'denies %s as a peer',
    async (peer) => {
      expect(await coturn.use(await login(SECRETS[0]), peer, ['-x'])).toContain('error 403')
    },
    30_000,
  )

  test('lets public IPv6 addresses be reached', async () => {
    const output = await coturn.use(await login(SECRETS[0]), PUBLIC_V6, ['-x'])
    expect(output).not.toContain('error 403')
    expect(/Total lost packets (\d+)/.exec(output)?.[1] ?? output).toBe('0')
  }, 30_000)
})

describe('a server with several secrets', () => {
  let server: SpawnedServer
  beforeAll(async () => {
    server = await spawnServer([...FREE_PORTS, '--host=127.0.0.1', ...secretFlags])
  }, 30_000)
  afterAll(() => server.stop())

  const codeFor = async (secret: string): Promise<number> => {
    const { username, credential } = await login(secret)
    const at = { host: '127.0.0.1', port: server.turnPort }
    return (await tryAllocation(at, { username, password: credential })).code
  }

  test('takes the same logins, whichever of them signed', async () => {
    expect(await Promise.all(SECRETS.map(codeFor))).toEqual([0, 0])
    expect(await codeFor('a-secret-of-somebody-else')).toBe(401)
  })

  test('prints none of them', () => {
    for (const secret of SECRETS) expect(server.banner).not.toContain(secret)
  })
})

/** Debian's coturn and its tools in a network namespace of their own. */
class Coturn {
  readonly #child: Bun.Subprocess
  readonly #peers: Bun.Subprocess[]

  private constructor(child: Bun.Subprocess, peers: Bun.Subprocess[]) {
    this.#child = child
    this.#peers = peers
  }

  static async start(config: string): Promise<Coturn> {
    const setUp = [
      'ip link set lo up',
      // It takes no address of the loopback interface for relays.
      'ip link add public type veth peer name nowhere',
      'ip link set public up',
      'ip link set nowhere up',
      `ip addr add ${PUBLIC}/24 dev public`,
      `ip addr add ${PUBLIC_V6}/64 dev public nodad`,
      `exec turnserver -c ${config} --log-file=stdout --pidfile=${join(folder, 'pid')}`,
    ].join(' && ')
    const child = Bun.spawn(['unshare', '-n', 'sh', '-c', setUp], {
      stdout: 'pipe',
      stderr: 'ignore',
    })
    let said = ''
    const ready = Promise.withResolvers<void>()
    void (async () => {
      for await (const chunk of child.stdout as ReadableStream<Uint8Array>) {
        said += new TextDecoder().decode(chunk)
        if (said.includes('Total General servers')) ready.resolve()
      }
      ready.reject(new Error(said))
    })()
    await ready.promise
    const peers = [PUBLIC, PUBLIC_V6].map((address) =>
      Bun.spawn([...inside(child.pid), 'turnutils_peer', '-L', address, '-p', String(PEER_PORT)], {
        stdout: 'ignore',
        stderr: 'ignore',
      }),
    )
    return new Coturn(child, peers)
  }

  /** What the client says that sends through it to a peer. */
  async use(
    { username, credential }: { username: string; credential: string },
    peer: string,
    flags: readonly string[] = [],
  ): Promise<string> {
    const to = ['-e', peer, '-r', String(PEER_PORT), '-p', String(PORT), '-n', '2', '-c']
    const as = ['-u', username, '-w', credential]
    const command = ['timeout', '20', 'turnutils_uclient', ...as, ...to, ...flags, PUBLIC]
    const child = Bun.spawn([...inside(this.#child.pid), ...command], {
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const texts = [new Response(child.stdout).text(), new Response(child.stderr).text()]
    return (await Promise.all(texts)).join('')
  }

  async stop(): Promise<void> {
    for (const child of [...this.#peers, this.#child]) child.kill('SIGKILL')
    await Promise.all([this.#child.exited, ...this.#peers.map(({ exited }) => exited)])
  }
}

function inside(pid: number): string[] {
  return ['nsenter', '-t', String(pid), '-n']
}
