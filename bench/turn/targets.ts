import { join } from 'node:path'
import { systemClock } from '@duet/base'
import { createRestCredentials } from '@duet/turn'
import type { TurnTarget } from './load-client.ts'

const ENTRY = join(import.meta.dir, 'duet-server.ts')
const SECRET = 'secret-of-benchmarks'
const TTL_SECONDS = 24 * 3600
const START_TIMEOUT_MS = 10_000

export interface StartOptions {
  core: number
  host: string
  port: number
  /** Where peers are, as CIDR. */
  network: string
}

/** A TURN server that runs, on one core. */
export interface RunningTarget extends TurnTarget {
  pid: number
  close(): Promise<void>
}

/** A row's contenders by their names. */
export const TARGETS: ReadonlyMap<string, (options: StartOptions) => Promise<RunningTarget>> =
  new Map([
    ['Duet', (options) => startDuet(options, '1')],
    ['own-thread', (options) => startDuet(options, '0')],
    ['portable', (options) => startDuet(options, 'portable')],
    ['coturn', startCoturn],
  ])

async function startDuet(
  { core, host, port, network }: StartOptions,
  path: '0' | '1' | 'portable',
): Promise<RunningTarget> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const command = [process.execPath, ENTRY, host, String(port), SECRET, network, path]
  const child = Bun.spawn(['taskset', '-c', String(core), ...command], {
    stdio: ['ignore', 'inherit', 'inherit'],
    ipc: () => resolve(true),
    onExit: () => resolve(false),
  })
  if (!(await promise)) throw new Error('Duet’s TURN server did not start')
  return running(child, host, port)
}

/** Debian's coturn with one relay thread. */
async function startCoturn({ core, host, port }: StartOptions): Promise<RunningTarget> {
  const flags = [
    '-n --no-cli --no-tls --no-dtls --log-file=stdout --relay-threads=1',
    `--listening-ip=${host} --relay-ip=${host} --listening-port=${port}`,
    `--realm=duet --use-auth-secret --static-auth-secret=${SECRET}`,
  ].flatMap((line) => line.split(' '))
  const child = Bun.spawn(['taskset', '-c', String(core), 'turnserver', ...flags], {
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  const deadline = performance.now() + START_TIMEOUT_MS
  while (!(await isListening(host, port))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error('coturn did not start')
    }
    await Bun.sleep(50)
  }
  return running(child, host, port)
}

async function isListening(hostname: string, port: number): Promise<boolean> {
  try {
    const socket = await Bun.connect({ hostname, port, socket: { data() {} } })
    socket.end()
    return true
  } catch {
    return false
  }
}

function running(child: Bun.Subprocess, host: string, port: number): RunningTarget {
  const now = systemClock.now()
  const credentials = createRestCredentials({
    secret: SECRET,
    id: 'load',
    ttlSeconds: TTL_SECONDS,
    now,
  })
  return {
    ...credentials,
    host,
    port,
    pid: child.pid,
    async close() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}
