import { expect, test } from 'bun:test'
import { Departures } from './departures.ts'
import { openFront, opened, RecordingHandler, routeFor } from './testing.ts'

test('what waits in one turn leaves once, in the order of its coming', async () => {
  const departures = new Departures()
  const left: string[] = []
  const departing = (name: string) => ({ depart: () => left.push(name) })
  departures.add(departing('a'))
  departures.add(departing('b'))
  expect(left).toEqual([])
  await new Promise((resolve) => setImmediate(resolve))
  expect(left).toEqual(['a', 'b'])
})

test('what is said while others leave goes with the next turn', async () => {
  const departures = new Departures()
  const left: string[] = []
  departures.add({
    depart() {
      left.push('first')
      departures.add({ depart: () => left.push('second') })
    },
  })
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  expect(left).toEqual(['first', 'second'])
})

test.each([
  ['the socket goes on', undefined],
  ['the socket is closed in the same turn', 4000],
])('many frames of one turn arrive in order: %s', async (_, code) => {
  const handler = new RecordingHandler()
  const { front, port } = openFront({ routes: [routeFor(handler)] })
  const client = new WebSocket(`ws://127.0.0.1:${port}/ws`)
  client.binaryType = 'arraybuffer'
  const heard: unknown[] = []
  const isDone = new Promise<void>((resolve) => {
    client.addEventListener('message', ({ data }) => {
      heard.push(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer))
      if (heard.length === 61) resolve()
    })
  })
  const socket = await handler.opened
  await opened(client)
  const texts = Array.from({ length: 60 }, (__, index) => `${index} ${'ü'.repeat(index * 20)}`)
  for (const text of texts) socket.send(text)
  socket.send(new Uint8Array([1, 2]))
  expect(socket.backlog).toBeGreaterThan(10_000)
  if (code !== undefined) socket.close(code, 'enough')
  await isDone
  expect(heard).toEqual([...texts, new Uint8Array([1, 2])])
  if (code === undefined) expect(socket.backlog).toBe(0)
  else expect(socket.send('too late')).toBe(false)
  await front.close()
})

test('what waits is dropped with a socket that is cut', async () => {
  const handler = new RecordingHandler()
  const { front, port } = openFront({ routes: [routeFor(handler)] })
  const client = new WebSocket(`ws://127.0.0.1:${port}/ws`)
  const heard: unknown[] = []
  client.addEventListener('message', ({ data }) => heard.push(data))
  const socket = await handler.opened
  await opened(client)
  const isClosed = new Promise((resolve) => client.addEventListener('close', resolve))
  socket.send('never')
  socket.terminate()
  await isClosed
  expect(heard).toEqual([])
  await front.close()
})
