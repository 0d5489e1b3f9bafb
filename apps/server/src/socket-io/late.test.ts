import { expect, test } from 'bun:test'
import { FakeClock, silentLogger } from '@duet/base'
import type { RequestContext } from '../front/socket.ts'
import { LateSocketIo, type LoadedSocketIo } from './late.ts'
import { PATHS } from './paths.ts'

const CONTEXT = { url: new URL('http://a.example/socket.io/') } as RequestContext

/** As many loads as fail fail first. */
function open(failures = 0) {
  const clock = new FakeClock()
  const told = { loads: 0, closes: 0 }
  const loaded: LoadedSocketIo = {
    routes: PATHS.map((path) => ({
      path,
      maxMessageBytes: 1,
      accept: () => new Response(`accepted at ${path}`),
    })),
    httpRoutes: [{ prefix: '/', maxBodyBytes: 1, respond: () => new Response('answered') }],
    close: async () => void (told.closes += 1),
  }
  const late = new LateSocketIo({
    load: async () => {
      told.loads += 1
      if (told.loads <= failures) throw new Error('no memory')
      return loaded
    },
    clock,
    logger: silentLogger,
  })
  const respond = async () =>
    (await late.httpRoutes[0]?.respond(CONTEXT, new Request(CONTEXT.url)))?.text()
  const accept = async (path: string) => {
    const route = late.routes.find((each) => each.path === path)
    const answer = await route?.accept(CONTEXT)
    return answer instanceof Response ? answer.text() : undefined
  }
  return { clock, told, late, respond, accept }
}

test('it is loaded once, for whoever comes first', async () => {
  const { clock, told, respond, accept } = open()
  expect(told.loads).toBe(0)
  expect(await Promise.all([respond(), accept('/socket.io/'), accept('/socket.io')])).toEqual([
    'answered',
    'accepted at /socket.io/',
    'accepted at /socket.io',
  ])
  clock.advance(60_000)
  expect(told.loads).toBe(1)
})

test('nobody comes -> it is loaded when the start is over', () => {
  const { clock, told } = open()
  clock.advance(499)
  expect(told.loads).toBe(0)
  clock.advance(1)
  expect(told.loads).toBe(1)
})

test('it can’t be loaded -> 503, and it is tried again for the next one', async () => {
  const { respond } = open(1)
  expect(await respond()).toContain('can’t be served now')
  expect(await respond()).toBe('answered')
})

test('closed before: nothing is loaded; and afterwards it is closed', async () => {
  const early = open()
  await early.late.close()
  early.clock.advance(60_000)
  expect(await early.respond()).toContain('can’t be served now')
  expect(early.told).toEqual({ loads: 0, closes: 0 })
  const later = open()
  await later.respond()
  await later.late.close()
  expect(later.told.closes).toBe(1)
})
