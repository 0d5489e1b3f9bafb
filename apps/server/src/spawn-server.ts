import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Subprocess } from 'bun'

const ROOT = join(import.meta.dir, '../../..')

/** The runtime with the server's own command line. */
const BUN_CLI: readonly string[] = [process.execPath, join(import.meta.dir, 'cli.ts')]

/** As `npm start` runs it. */
export const LAUNCHER: readonly string[] = ['node', join(ROOT, 'scripts/duet.mjs')]

/** As a person runs it in a clone. */
export const NPM: readonly string[] = ['npm', 'run', '--silent', 'duet', '--']

/** Flags of a server that takes no fixed port, and asks nobody on the internet. */
export const FREE_PORTS: readonly string[] = [
  ...'--http 0 --https 0 --turn-port 0 --turns-port 0 --media-port 0'.split(' '),
  ...'--srs-api-port 0 --srs-port 0 --stun-servers off'.split(' '),
]

/** A server in a process of its own, for tests. */
export interface SpawnedServer {
  process: Subprocess
  /** What it printed until it was ready. */
  banner: string
  /** The printed origin that begins with `http:` or `https:`. */
  origin(scheme: 'http' | 'https'): string
  /** Its port. */
  port(scheme: 'http' | 'https'): number
  /** Of STUN and TURN over UDP. */
  turnPort: number
  /** Sends a signal and returns the exit code and how long that took, in milliseconds. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number; ms: number }>
}

/** What a command that ends by itself left behind. */
export interface Ended {
  code: number
  output: string
  errors: string
}

/**
 * Starts a server and waits until it says that it is ready. Rejects when it ends before.
 * `keptData`: its data directory, which stays; else it has one of its own.
 */
export async function spawnServer(
  args: readonly string[],
  command: readonly string[] = BUN_CLI,
  keptData?: string,
): Promise<SpawnedServer> {
  const data = keptData ?? mkdtempSync(join(tmpdir(), 'duet-server-'))
  const child = Bun.spawn([...command, 'start', '--data', data, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DUET_LOG_LEVEL: 'error' },
    onExit: () => {
      if (keptData === undefined) rmSync(data, { recursive: true, force: true })
    },
  })
  const banner = await readBanner(child.stdout)
  const origin = (scheme: string): string => {
    const found = new RegExp(`${scheme}://[^\\s]+`).exec(banner)
    if (!found) throw new Error(`no ${scheme} address in ${banner}`)
    return found[0]
  }
  return {
    process: child,
    banner,
    origin,
    turnPort: Number(/tcp (\d+),.*udp/.exec(banner)?.[1]),
    port: (scheme) => Number(new URL(origin(scheme)).port),
    async stop(signal = 'SIGTERM') {
      const startedAt = performance.now()
      child.kill(signal)
      return { code: await child.exited, ms: performance.now() - startedAt }
    },
  }
}

/** Runs a command to its end. */
export async function runToEnd(
  args: readonly string[],
  command: readonly string[] = BUN_CLI,
): Promise<Ended> {
  const child = Bun.spawn([...command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, output, errors }
}

/** Everything up to the last line that every start prints. */
async function readBanner(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = ''
  const reader = stdout.pipeThrough(new TextDecoderStream()).getReader()
  while (!/\n {2}Certificate .*\n/.test(text)) {
    const { done, value } = await reader.read()
    if (done) throw new Error(`the server ended before it was ready: ${text}`)
    text += value
  }
  reader.releaseLock()
  return text
}
