import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SessionRequest } from '@duet/media'
import type { MediaTarget, StartTarget } from './target.ts'

const ENTRY = join(import.meta.dir, 'duet-server.ts')

/** Duet's media server. */
export const startDuet: StartTarget = (options) => start(options, 'batched')

/** The same on the portable packet path. */
export const startPortableDuet: StartTarget = (options) => start(options, 'portable')

/** The same with a reader on each stream, as when all are recorded. */
export const startReadDuet: StartTarget = (options) => start(options, 'read')

/** The same with a file of each stream, as when all are recorded. */
export const startWrittenDuet: StartTarget = (options) => start(options, 'written')

const NAMES = {
  batched: 'Duet',
  portable: 'Duet portable',
  read: 'Duet read',
  written: 'Duet written',
}

async function start(
  { core, host }: { core: number; host: string },
  path: keyof typeof NAMES,
): Promise<MediaTarget> {
  const files = mkdtempSync(join(tmpdir(), 'duet-bench-'))
  const waiting = new Map<number, (sdp: string) => void>()
  let count = 0
  const started = new Promise<string>((resolve) => waiting.set(0, resolve))
  const child = Bun.spawn(
    ['taskset', '-c', String(core), process.execPath, ENTRY, host, path, files],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      ipc: ({ id, sdp }: { id: number; sdp: string }) => waiting.get(id)?.(sdp),
    },
  )
  const hasStarted = await Promise.race([started, child.exited.then(() => undefined)])
  if (hasStarted === undefined) throw new Error('the media server ended before it had started')
  const ask = async (request?: SessionRequest): Promise<string> => {
    const id = (count += 1)
    const answered = new Promise<string>((resolve) => waiting.set(id, resolve))
    child.send({ id, request })
    const answer = await answered
    waiting.delete(id)
    return answer
  }
  return {
    name: NAMES[path],
    pid: child.pid,
    async connect(client, { kind, stream }) {
      const sdp = client.description('actpass')
      client.accept(await ask({ kind, stream: `load/${stream}`, sdp, address: host }))
    },
    async close() {
      const isRead = !['read', 'written'].includes(path) || Number(await ask()) > 0
      child.kill('SIGKILL')
      await child.exited
      const isWritten = path !== 'written' || readdirSync(files).length > 0
      rmSync(files, { recursive: true })
      if (!isRead || !isWritten) throw new Error('nothing was recorded of what was published')
    },
  }
}
