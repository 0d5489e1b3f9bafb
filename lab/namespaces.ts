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

/** Why there can be no lab here, as a sentence; `undefined` when there can. */
export function labMissing(): string | undefined {
  if (process.platform !== 'linux') return 'Network namespaces need Linux.'
  if (!Bun.which('ip')) return 'Network namespaces need ip (apt-get install iproute2).'
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
  sweep()
  const subnet = `10.77.${process.pid % 250}`
  const server = namespace('server', `${subnet}.1`)
  const browsers = namespace('browsers', `${subnet}.2`)
  let isClosed = false
  const close = () => {
    if (isClosed) return
    isClosed = true
    process.off('exit', close)
    for (const { name } of [server, browsers]) Bun.spawnSync(['ip', 'netns', 'del', name])
  }
  process.on('exit', close)
  try {
    ip('netns', 'add', server.name)
    ip('netns', 'add', browsers.name)
    ip(
      '-n',
      server.name,
      'link',
      'add',
      'veth0',
      'type',
      'veth',
      'peer',
      'veth0',
      'netns',
      browsers.name,
    )
    for (const { name, address } of [server, browsers]) {
      ip('-n', name, 'link', 'set', 'lo', 'up')
      ip('-n', name, 'address', 'add', `${address}/24`, 'dev', 'veth0')
      ip('-n', name, 'link', 'set', 'veth0', 'up')
    }
  } catch (error) {
    close()
    throw error
  }
  return { server, browsers, close }
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
  const { exitCode, stderr } = Bun.spawnSync(['ip', ...argv])
  if (exitCode !== 0) throw new Error(`ip ${argv.join(' ')}: ${stderr.toString().trim()}`)
}
