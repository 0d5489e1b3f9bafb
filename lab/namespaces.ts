import { readdirSync } from 'node:fs'

/** A machine of its own, as far as the network goes. */
export interface Namespace {
  readonly name: string
  /** Its IPv4 address in the lab's network. */
  readonly address: string
  /** Put before a command to run it there. */
  readonly prefix: readonly string[]
}

/** Two machines and the cable between them. */
export interface Lab {
  readonly server: Namespace
  readonly browsers: Namespace
  /** Takes everything down. Idempotent. */
  close(): void
}

const PREFIX = 'duet-lab-'
const NAMESPACES = '/run/netns'

/** The kernel looks at carriers once per second. */
const CARRIER_TIMEOUT_MS = 10_000
const CARRIER_POLL_MS = 20

/** Why there can be no lab here, as a sentence; `undefined` when there can. */
export function labMissing(): string | undefined {
  if (process.platform !== 'linux') return 'Network namespaces need Linux.'
  if (!Bun.which('ip') || !Bun.which('tc'))
    return 'Network namespaces need ip (apt-get install iproute2).'
  if (process.getuid?.() !== 0) return 'Network namespaces need root.'
  const probe = `${PREFIX}${process.pid}-probe`
  if (Bun.spawnSync(['ip', 'netns', 'add', probe]).exitCode !== 0) {
    return 'This machine does not allow network namespaces.'
  }
  ip('netns', 'del', probe)
  return undefined
}

/**
 * Makes two namespaces joined by a veth pair, `10.77.n.1` for the server and `10.77.n.2` for
 * the browsers. They go with `close()` or with the process; what a killed process left behind
 * goes when the next lab is made.
 */
export function createLab(): Lab {
  const networks = createNetworks(['browsers'])
  const { server, homes } = networks
  return { server, browsers: homes[0] as Home, close: () => networks.close() }
}

/** A machine at home: it reaches the server, and nobody else. */
export interface Home extends Namespace {
  /** Pulls the cable, or puts it back; returns when nothing, or everything, passes again. */
  setConnected(isConnected: boolean): void
  /** Lets so much come down to it, in kbit/s; undefined: all that there is. */
  limitDownlink(kbitPerSecond: number | undefined): void
  /** Loses such a share of the datagrams that it sends, by chance; 0: none any more. Needs iptables. */
  loseUplink(share: number): void
}

/** A server in the middle, and homes that can't reach each other but over it. */
export interface Networks {
  readonly server: Namespace
  readonly homes: readonly Home[]
  /** Takes everything down. Idempotent. */
  close(): void
}

/**
 * Makes a namespace for the server, and one for each of `roles` with a cable of its own to it, in a
 * network of its own: `10.77.n.1` and `10.77.n.2`, `10.78.n.1` and `10.78.n.2`, and so on. The
 * server's address is the one in the first network, which every home can reach; nothing is
 * forwarded between homes.
 */
export function createNetworks(roles: readonly string[]): Networks {
  sweep()
  const host = process.pid % 250
  const server = namespace('server', `10.77.${host}.1`)
  const homes = roles.map((role, index) => home(server, { role, index, host }))
  let isClosed = false
  const close = () => {
    if (isClosed) return
    isClosed = true
    process.off('exit', close)
    for (const { name } of [server, ...homes]) Bun.spawnSync(['ip', 'netns', 'del', name])
  }
  process.on('exit', close)
  try {
    ip('netns', 'add', server.name)
    ip('-n', server.name, 'link', 'set', 'lo', 'up')
    // A new namespace may do as the machine does.
    run(...server.prefix, 'sh', '-c', 'echo 0 > /proc/sys/net/ipv4/ip_forward')
    homes.forEach((each, index) => layCable(server, each, index))
  } catch (error) {
    close()
    throw error
  }
  return { server, homes, close }
}

function home(
  server: Namespace,
  { role, index, host }: { role: string; index: number; host: number },
): Home {
  const root = ['dev', `veth${index}`, 'root']
  const own = namespace(role, `10.${77 + index}.${host}.2`)
  return {
    ...own,
    // At the server's end: there nothing has to be set up again.
    setConnected(isConnected) {
      const link = `veth${index}`
      ip('-n', server.name, 'link', 'set', link, isConnected ? 'up' : 'down')
      if (!isConnected) return
      carries(server.name, link)
      carries(own.name, 'veth0')
      // What was asked for in vain meanwhile is not known to be missing any more.
      ip('-n', own.name, 'neighbour', 'flush', 'dev', 'veth0')
    },
    limitDownlink(kbitPerSecond) {
      const [verb, ...shape] =
        kbitPerSecond === undefined
          ? ['del']
          : ['replace', 'tbf', 'rate', `${kbitPerSecond}kbit`, 'burst', '4kb', 'latency', '200ms']
      run('tc', '-n', server.name, 'qdisc', verb ?? '', ...root, ...shape)
    },
    loseUplink(share) {
      run(...own.prefix, 'iptables', '-F', 'OUTPUT')
      if (share === 0) return
      const chance = ['-m', 'statistic', '--mode', 'random', '--probability', String(share)]
      run(...own.prefix, 'iptables', '-A', 'OUTPUT', '-p', 'udp', ...chance, '-j', 'DROP')
    },
  }
}

function layCable(server: Namespace, { name, address }: Home, index: number): void {
  const own = `veth${index}`
  const gateway = address.replace(/\d+$/, '1')
  ip('netns', 'add', name)
  const link = ['-n', server.name, 'link', 'add', own, 'type', 'veth']
  ip(...link, 'peer', 'veth0', 'netns', name)
  ip('-n', server.name, 'address', 'add', `${gateway}/24`, 'dev', own)
  ip('-n', server.name, 'link', 'set', own, 'up')
  ip('-n', name, 'link', 'set', 'lo', 'up')
  ip('-n', name, 'address', 'add', `${address}/24`, 'dev', 'veth0')
  ip('-n', name, 'link', 'set', 'veth0', 'up')
  carries(server.name, own)
  carries(name, 'veth0')
  ip('-n', name, 'route', 'add', 'default', 'via', gateway)
}

/**
 * Waits until a link carries: the kernel drops what is sent on it until its carrier has been
 * noticed, which is up to a second later.
 */
function carries(namespaceName: string, link: string): void {
  const deadline = performance.now() + CARRIER_TIMEOUT_MS
  for (;;) {
    const { stdout } = Bun.spawnSync(['ip', '-n', namespaceName, 'link', 'show', 'dev', link])
    if (stdout.toString().includes(' state UP ')) return
    if (performance.now() > deadline) throw new Error(`${link} in ${namespaceName} stays down`)
    Bun.sleepSync(CARRIER_POLL_MS)
  }
}

function namespace(role: string, address: string): Namespace {
  const name = `${PREFIX}${process.pid}-${role}`
  return { name, address, prefix: ['ip', 'netns', 'exec', name] }
}

/** Removes the namespaces of processes that are gone. */
function sweep(): void {
  for (const name of listNamespaces()) {
    const owner = Number(name.match(/^duet-lab-(\d+)-/)?.[1])
    if (owner && !isAlive(owner)) Bun.spawnSync(['ip', 'netns', 'del', name])
  }
}

function listNamespaces(): string[] {
  try {
    return readdirSync(NAMESPACES)
  } catch {
    return []
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function ip(...argv: string[]): void {
  run('ip', ...argv)
}

function run(...argv: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(argv)
  if (exitCode !== 0) throw new Error(`${argv.join(' ')}: ${stderr.toString().trim()}`)
}
