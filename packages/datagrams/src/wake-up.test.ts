import { expect, test } from 'bun:test'
import { loadLibC } from './libc.ts'
import { closeLeftBehind, createWakeUp, waitForWakeUp, wakeUp } from './wake-up.ts'

test.skipIf(!loadLibC())('who is woken is called once for all that came before', async () => {
  const fd = createWakeUp()
  if (fd === undefined) throw new Error('there is no wake-up')
  let calls = 0
  let called = Promise.withResolvers<void>()
  const onWake = (): number => {
    calls += 1
    called.resolve()
    return 0
  }
  const close = await waitForWakeUp(fd, onWake)
  wakeUp(fd)
  wakeUp(fd)
  await called.promise
  expect(calls).toBe(1)
  called = Promise.withResolvers()
  wakeUp(fd)
  await called.promise
  expect(calls).toBe(2)
  close?.()
  close?.()
})

test.skipIf(!loadLibC())('a thread wakes another one', async () => {
  const fd = createWakeUp()
  if (fd === undefined) throw new Error('there is no wake-up')
  const url = URL.createObjectURL(
    new Blob([
      `import { waitForWakeUp } from ${JSON.stringify(new URL('wake-up.ts', import.meta.url).href)}
      await waitForWakeUp(${fd}, () => { postMessage('woken'); return 0 })
      postMessage('waiting')`,
    ]),
  )
  const worker = new Worker(url)
  const said: string[] = []
  const woken = Promise.withResolvers<void>()
  worker.onmessage = ({ data }: MessageEvent<string>) => {
    said.push(data)
    if (data === 'waiting') wakeUp(fd)
    else woken.resolve()
  }
  await woken.promise
  expect(said).toEqual(['waiting', 'woken'])
  worker.terminate()
  URL.revokeObjectURL(url)
  closeLeftBehind(fd)
})
