import { join } from 'node:path'
import { startServer } from '../../e2e/harness/server.ts'
import { waitUntil } from '../../e2e/harness/wait.ts'
import type { DialectName } from './dialects.ts'
import type { Target } from './generator.ts'
import type { OtherServer } from './options.ts'

/** A server that runs, on one core. */
export interface RunningTarget extends Target {
  close(): Promise<void>
}

/** One row of the benchmark. */
export interface Contender {
  name: string
  title: string
  /** Microseconds of processor time per signal; undefined: not ours to promise. */
  targetMicros?: number
  /** Kilobytes per idle session. */
  targetKilobytes?: number
  start(core: number): Promise<RunningTarget>
}

/** The row that the others are compared with. */
export const REFERENCE = 'socketio-on-node'

const LOOPBACK = '127.0.0.1'

/** All rows, in the order in which they are shown. */
export function contenders(other: OtherServer | undefined): Contender[] {
  return [
    duet({ name: 'native', title: 'Duet native', targetMicros: 8 }),
    duet({ name: 'native-tls', title: 'Duet native, TLS', targetMicros: 8 }),
    duet({ name: 'topic', title: 'Duet topic', targetMicros: 8 }),
    duet({ name: 'topic-tls', title: 'Duet topic, TLS', targetMicros: 8 }),
    duet({ name: 'room', title: 'Duet room', targetMicros: 15 }),
    {
      name: REFERENCE,
      title: 'Socket.IO on Node',
      start: startScript(['node', join(import.meta.dir, 'socketio-on-node.mjs')], 'room'),
    },
    {
      name: 'bare',
      title: 'runtime alone',
      start: startScript([process.execPath, join(import.meta.dir, 'bare-relay.ts')], 'topic'),
    },
    ...(other ? [{ name: 'other', title: 'other', start: startOther(other) }] : []),
  ]
}

function duet(row: { name: string; title: string; targetMicros: number }): Contender {
  const isSecure = row.name.endsWith('-tls')
  const dialect = row.name.replace('-tls', '') as DialectName
  return {
    ...row,
    targetKilobytes: isSecure ? 12 : 6,
    async start(core) {
      const server = await startServer({
        prefix: pinnedTo(core),
        flags: ['--host', LOOPBACK, '--limits', 'off', '--log-level', 'error'],
      })
      const origin = isSecure ? server.https : server.http
      return {
        pid: server.pid,
        origin: origin.replace('localhost', LOOPBACK),
        dialect,
        close: () => server.close(),
      }
    },
  }
}

/** A script that prints where it listens. */
function startScript(command: readonly string[], dialect: DialectName): Contender['start'] {
  return async (core) => {
    const child = Bun.spawn([...pinnedTo(core), ...command], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const decoder = new TextDecoder()
    let said = ''
    for await (const chunk of child.stdout) {
      said += decoder.decode(chunk, { stream: true })
      const origin = /http:\S+(?=\n)/.exec(said)?.[0]
      if (origin !== undefined) return { pid: child.pid, origin, dialect, close: () => end(child) }
    }
    throw new Error(`it did not start: ${command.join(' ')}`)
  }
}

function startOther({ command, url, dialect }: OtherServer): Contender['start'] {
  return async (core) => {
    const child = Bun.spawn([...pinnedTo(core), 'sh', '-c', `exec ${command}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const isListening = async (): Promise<boolean> => {
      if (child.exitCode !== null) throw new Error('the other server ended')
      return fetch(url, { tls: { rejectUnauthorized: false } }).then(
        () => true,
        () => false,
      )
    }
    await waitUntil('the other server listens', isListening, { isGood: Boolean })
    return { pid: child.pid, origin: url, dialect, close: () => end(child) }
  }
}

async function end(child: { kill: () => void; exited: Promise<number> }): Promise<void> {
  child.kill()
  await child.exited
}

function pinnedTo(core: number): string[] {
  return ['taskset', '-c', String(core)]
}
