// oxlint-disable-next-line import/no-unassigned-import
import '../threads/turn-worker.ts'
import { CRASHES } from './crashes.ts'

let thread: number | undefined

declare const self: Worker

self.addEventListener('message', ({ data }: MessageEvent) => {
  const message = data as { method?: string; args?: [{ thread?: number }?] }
  if (message.method === 'open') thread = message.args?.[0]?.thread
})

new BroadcastChannel(CRASHES).addEventListener('message', ({ data }) => {
  if (data === thread) throw new Error('a crash for a test')
})
