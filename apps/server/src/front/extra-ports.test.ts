import { afterEach, expect, test } from 'bun:test'
import { createLogger, type LogRecord } from '@duet/base'
import type { Front, FrontOptions } from './front.ts'
import type { RequestContext } from './socket.ts'
import { openFront } from './testing.ts'

const fronts: Front[] = []

afterEach(async () => {
  await Promise.all(fronts.splice(0).map((front) => front.close()))
})

/** A front with extra ports, and what it heard and said. */
function open(extraPorts: FrontOptions['extraPorts'], options: Partial<FrontOptions> = {}) {
  const records: LogRecord[] = []
  const heard: RequestContext[] = []
  const { front, port } = openFront({
    extraPorts: extraPorts ?? [],
    respond(context) {
      heard.push(context)
      return new Response('page')
    },
    logger: createLogger('warn', (record) => records.push(record)),
    ...options,
  })
  fronts.push(front)
  return { front, port, records, heard }
}

const extra = (port: number) => ({ name: 'second', port, flag: '--second-port' })

test('an extra port answers like the web ports, and tells what came in by it', async () => {
  const { front, port, heard } = open([extra(0)])
  const [, second] = front.listeners
  expect(second).toMatchObject({ scheme: 'http', host: '127.0.0.1', name: 'second' })
  await fetch(`http://127.0.0.1:${port}/`)
  await fetch(`http://127.0.0.1:${second?.port}/`)
  expect(heard.map(({ listener }) => listener)).toEqual([...front.listeners])
})

test('one that is in use is a warning that names port and flag, and no end', async () => {
  const { port } = open([])
  const { front, records } = open([extra(port), extra(0)])
  expect(front.listeners.map(({ name }) => name)).toEqual([undefined, 'second'])
  expect(records.map(({ level, message }) => [level, message])).toEqual([
    [
      'warn',
      `Port ${port} of 127.0.0.1 is already in use: stop what uses it, or choose another one ` +
        'with --second-port.',
    ],
  ])
})

test('one that is a web port already is not opened twice', async () => {
  const { front: gone, port } = open([])
  await gone.close()
  const { front, records } = open([extra(port)], { httpPorts: [port] })
  expect(front.listeners).toHaveLength(1)
  expect(records).toEqual([])
})

test('it is closed with the others', async () => {
  const { front } = open([extra(0)])
  const port = front.listeners[1]?.port
  await front.close()
  const asked = fetch(`http://127.0.0.1:${port}/`).then(
    () => 'answered',
    () => 'refused',
  )
  expect(await asked).toBe('refused')
})
