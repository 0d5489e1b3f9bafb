import { expect, test } from 'bun:test'
import { opened, openFront, RecordingHandler, routeFor } from './testing.ts'

test('a ping is answered by the peer’s WebSocket, without its program', async () => {
  const handler = new RecordingHandler()
  let pongs = 0
  const ponged = new Promise<void>((resolve) => {
    const onPong = (): void => {
      pongs++
      resolve()
    }
    Object.assign(handler, { onPong })
  })
  const { front, port } = openFront({ routes: [routeFor(handler)] })
  const client = await opened(new WebSocket(`ws://127.0.0.1:${port}/ws`))
  const socket = await handler.opened
  expect(pongs).toBe(0)
  socket.ping()
  await ponged
  expect(handler.messages).toEqual([])
  client.close()
  await handler.closed
  socket.ping()
  await front.close()
})
