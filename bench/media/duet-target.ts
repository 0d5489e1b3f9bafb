import { join } from 'node:path'
import type { MediaTarget, StartTarget } from './target.ts'

const ENTRY = join(import.meta.dir, 'duet-server.ts')

/** Duet's media server. */
export const startDuet: StartTarget = (options) => start(options, 'batched')

/** The same on the portable packet path. */
export const startPortableDuet: StartTarget = (options) => start(options, 'portable')

async function start(
  { core, host }: { core: number; host: string },
  path: 'batched' | 'portable',
): Promise<MediaTarget> {
  const waiting = new Map<number, (sdp: string) => void>()
  let count = 0
  const started = new Promise<string>((resolve) => waiting.set(0, resolve))
  const child = Bun.spawn(['taskset', '-c', String(core), process.execPath, ENTRY, host, path], {
    stdio: ['ignore', 'inherit', 'inherit'],
    ipc: ({ id, sdp }: { id: number; sdp: string }) => waiting.get(id)?.(sdp),
  })
  const hasStarted = await Promise.race([started, child.exited.then(() => undefined)])
  if (hasStarted === undefined) throw new Error('the media server ended before it had started')
  return {
    name: path === 'batched' ? 'Duet' : 'Duet portable',
    pid: child.pid,
    async connect(client, { kind, stream }) {
      const id = (count += 1)
      const answered = new Promise<string>((resolve) => waiting.set(id, resolve))
      const sdp = client.description('actpass')
      child.send({ id, request: { kind, stream: `load/${stream}`, sdp, address: host } })
      client.accept(await answered)
      waiting.delete(id)
    },
    async close() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}
