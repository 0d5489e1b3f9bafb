import { readdirSync } from 'node:fs'

/** A machine of its own, as far as the network goes. */
export interface Namespace {
  readonly name: string
  /** Its IPv4 address in the lab's network. */
  readonly address: string
  /** Put before a command to run it there. */
  readonly prefix: readonly string[]
}

/** One end of a cable. */
export interface CableEnd {
  at: Namespace
  /** What the interface is called there. */
  link: string
  /** All of them in one /24; none when the end only carries what others say. */
  addresses: readonly string[]
}

const PREFIX = 'duet-lab-'
const NAMESPACES = '/run/netns'

/** The kernel looks at carriers once per second. */
const CARRIER_TIMEOUT_MS = 10_000
const CARRIER_POLL_MS = 20

/** How many networks this process has made. */
let networkCount = 0

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
 * The namespaces of one network. They go with `close()` or with the process; what a killed process
 * left behind goes when the next network is made.
 */
export class NamespaceSet {
  readonly #number: number
  readonly #names: string[] = []
  #isClosed = false

  constructor() {
    sweep()
    networkCount += 1
    this.#number = networkCount
    process.on('exit', this.close)
  }

  /** Makes a machine without any cable, that forwards nothing unless it is told to. */
  add(role: string, address: string, { isForwarding = false } = {}): Namespace {
    const name = `${PREFIX}${process.pid}-${this.#number}-${role}`
    const prefix = ['ip', 'netns', 'exec', name]
    ip('netns', 'add', name)
    this.#names.push(name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
    // A new namespace may do as the machine does.
    const value = isForwarding ? '1' : '0'
    run(...prefix, 'sh', '-c', `echo ${value} > /proc/sys/net/ipv4/ip_forward`)
    return { name, address, prefix }
  }

  /** Removes them all. Idempotent. */
  readonly close = (): void => {
    if (this.#isClosed) return
    this.#isClosed = true
    process.off('exit', this.close)
    for (const name of this.#names) Bun.spawnSync(['ip', 'netns', 'del', name])
  }
}

/** Lays a cable between two machines; returns when it carries. */
export function layCable(one: CableEnd, other: CableEnd): void {
  const link = ['-n', one.at.name, 'link', 'add', one.link, 'type', 'veth']
  ip(...link, 'peer', other.link, 'netns', other.at.name)
  for (const end of [one, other]) {
    for (const address of end.addresses) {
      ip('-n', end.at.name, 'address', 'add', `${address}/24`, 'dev', end.link)
    }
    ip('-n', end.at.name, 'link', 'set', end.link, 'up')
  }
  for (const end of [one, other]) waitForCarrier(end.at, end.link)
}

/** Everything that a machine does not know goes there. */
export function setGateway({ name }: Namespace, gateway: string): void {
  ip('-n', name, 'route', 'add', 'default', 'via', gateway)
}

/**
 * Waits until a link carries: the kernel drops what is sent on it until its carrier has been
 * noticed, which is up to a second later.
 */
export function waitForCarrier({ name }: Namespace, link: string): void {
  const deadline = performance.now() + CARRIER_TIMEOUT_MS
  for (;;) {
    const { stdout } = Bun.spawnSync(['ip', '-n', name, 'link', 'show', 'dev', link])
    if (stdout.toString().includes(' state UP ')) return
    if (performance.now() > deadline) throw new Error(`${link} in ${name} stays down`)
    Bun.sleepSync(CARRIER_POLL_MS)
  }
}

/** Gives a machine these rules of nftables in place of what it had. */
export function setRules({ prefix }: Namespace, rules: string): void {
  const stdin = Buffer.from(`flush ruleset\n${rules}`)
  const { exitCode, stderr } = Bun.spawnSync([...prefix, 'nft', '-f', '-'], { stdin })
  if (exitCode !== 0) throw new Error(`nft: ${stderr.toString().trim()}`)
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

/** Runs `ip`; throws what it complains of. */
export function ip(...argv: string[]): void {
  run('ip', ...argv)
}

/** Runs a command to its end; throws what it complains of. */
export function run(...argv: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(argv)
  if (exitCode !== 0) throw new Error(`${argv.join(' ')}: ${stderr.toString().trim()}`)
}
