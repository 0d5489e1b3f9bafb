import { afterEach, beforeAll, afterAll, describe, expect, test } from 'bun:test'
import type { Server } from 'bun'
import { makeCertificate } from '../front/make-certificate.ts'
import { exchangeRaw, opened, RecordingHandler, routeFor } from '../front/testing.ts'
import { deadPort, openStage, openUpstream, type ProxyStage } from './testing.ts'

/** Two upstreams that say who they are, and what they were asked for. */
let one: Server<string>
let two: Server<string>
let stage: ProxyStage

beforeAll(() => {
  ;[one, two] = (['one', 'two'] as const).map((name) =>
    openUpstream(
      (request, server) => {
        const { pathname, search } = new URL(request.url)
        if (server.upgrade(request, { data: name })) return undefined
        return new Response(`${name} ${request.method} ${pathname}${search}`)
      },
      { open: (ws) => void ws.send(ws.data), message: () => {} },
    ),
  ) as [Server<string>, Server<string>]
})

afterAll(() => Promise.all([one.stop(true), two.stop(true)]))

afterEach(() => stage.close())

const at = (server: Server<string>) => `http://127.0.0.1:${server.port}`

const text = async (path: string, init: RequestInit = {}): Promise<string> =>
  (await fetch(stage.origin + path, init)).text()

const MATCHES: [path: string, answer: string][] = [
  ['/sig', 'one GET /sig'],
  ['/sig/', 'one GET /sig/'],
  ['/sig/x', 'one GET /sig/x'],
  ['/sig?a=b&c', 'one GET /sig?a=b&c'],
  ['/sig/x/../y', 'one GET /sig/y'],
  ['/sig//x', 'one GET /sig//x'],
  ['/sig/%2e%2e/rtc', 'two GET /rtc'],
  ['/sig/a%2Fb%20c/%E6%B9%96?q=%zz&r=a|b', 'one GET /sig/a%2Fb%20c/%E6%B9%96?q=%zz&r=a|b'],
  ['/x/../sig', 'one GET /sig'],
  ['/rtc', 'two GET /rtc'],
  ['/rtc/v1/play/', 'two GET /rtc/v1/play/'],
  ['/rtc/v1/publish/', 'one GET /rtc/v1/publish/'],
  ['/rtc/v1/publish', 'one GET /rtc/v1/publish'],
  ['/signal', 'page'],
  ['/sig.html', 'page'],
  ['/SIG', 'page'],
  ['/s%69g', 'page'],
  ['//sig', 'page'],
  ['/a/sig', 'page'],
  ['/sig/../', 'page'],
  ['/', 'page'],
]

describe('the first rule that fits counts, at the boundaries of paths', () => {
  test.each(MATCHES)('%s', async (path, answer) => {
    stage = openStage(0, {
      rules: [
        ['/sig', at(one)],
        ['/rtc/v1/publish', at(one)],
        ['/rtc', at(two)],
        ['/sig/x', at(two)],
      ],
    })
    const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`
    expect((await exchangeRaw(stage.port, request)).split('\r\n\r\n')[1]).toBe(answer)
  })
})

describe('a rule for a path', () => {
  const route = {
    prefix: '/poll',
    maxBodyBytes: 10,
    respond: () => new Response('ours'),
  }

  test('goes before what Duet has there', async () => {
    const handler = new RecordingHandler()
    stage = openStage(0, {
      rules: [
        ['/poll', at(one)],
        ['/ws', at(two)],
      ],
      front: { httpRoutes: [route], routes: [routeFor(handler)] },
    })
    expect(await text('/poll/x', { method: 'PUT', body: 'x'.repeat(100) })).toBe('one PUT /poll/x')
    expect(await text('/ws')).toBe('two GET /ws')
    const client = new WebSocket(`ws://127.0.0.1:${stage.port}/ws`)
    const heard = new Promise<unknown>((resolve) => {
      client.addEventListener('message', ({ data }) => resolve(data))
    })
    expect(await heard).toBe('two')
    client.close()
    expect(handler.messages).toEqual([])
  })

  test('leaves all other limits as they are', async () => {
    stage = openStage(0, { rules: [['/up', at(one)]], front: { httpRoutes: [route] } })
    const body = 'x'.repeat(11)
    expect((await fetch(`${stage.origin}/poll`, { method: 'POST', body })).status).toBe(413)
  })
})

describe('a rule for / gets', () => {
  const respond = ({ url }: { url: URL }) =>
    url.pathname === '/own' ? new Response('page') : undefined

  function open(): void {
    const handler = new RecordingHandler()
    stage = openStage(0, {
      rules: [
        ['/sig', at(one)],
        ['/', at(two)],
      ],
      front: {
        respond: (context) =>
          context.url.pathname === '/later' ? Promise.resolve(undefined) : respond(context),
        routes: [routeFor(handler)],
      },
    })
  }

  test('what Duet has nothing for', async () => {
    open()
    expect(await text('/own')).toBe('page')
    expect(await text('/other', { method: 'POST', body: 'abc' })).toBe('two POST /other')
    expect(await text('/later', { method: 'POST', body: 'abc' })).toBe('two POST /later')
    expect(await text('/')).toBe('two GET /')
    expect(await text('/sig')).toBe('one GET /sig')
    expect((await fetch(`${stage.origin}/ws`)).status).toBe(426)
  })

  test('WebSockets at addresses that are none of Duet’s', async () => {
    open()
    const own = await opened(new WebSocket(`ws://127.0.0.1:${stage.port}/ws`))
    own.close()
    const other = new WebSocket(`ws://127.0.0.1:${stage.port}/elsewhere`)
    const heard = new Promise<unknown>((resolve) => {
      other.addEventListener('message', ({ data }) => resolve(data))
    })
    expect(await heard).toBe('two')
    other.close()
  })
})

test('without a rule for / there is nothing where Duet has nothing', async () => {
  stage = openStage(0, { rules: [['/sig', at(one)]], front: { respond: () => undefined } })
  expect((await fetch(`${stage.origin}/other`)).status).toBe(404)
})

test('plain HTTP from elsewhere leads to HTTPS, which is passed on', async () => {
  const tls = [await makeCertificate(['127.0.0.1'], Date.now())]
  stage = openStage(0, {
    rules: [['/sig', at(one)]],
    front: { tls, httpPorts: [], httpsPorts: [0] },
  })
  const options = { tls: { rejectUnauthorized: false } }
  const answer = await fetch(`https://127.0.0.1:${stage.port}/sig/x`, options)
  expect(await answer.text()).toBe('one GET /sig/x')
  await stage.close()
  stage = openStage(0, { rules: [['/sig', at(one)]], front: { tls, httpsPorts: [0] } })
  const away = { headers: { host: 'duet.example' }, redirect: 'manual' } as const
  const redirected = await fetch(`${stage.origin}/sig/x?y`, away)
  expect(redirected.status).toBe(307)
  expect(redirected.headers.get('location')).toMatch(/^https:\/\/duet\.example:\d+\/sig\/x\?y$/)
})

test('an upstream that is lost is said once, and that it is back', async () => {
  const port = await deadPort()
  stage = openStage(port)
  for (let times = 0; times < 3; times += 1) {
    const answer = await fetch(`${stage.origin}/up`)
    expect(answer.status).toBe(502)
    expect(await answer.text()).toBe('The server behind this address can’t be reached\n')
  }
  const back = Bun.serve({ port, hostname: '127.0.0.1', fetch: () => new Response('back') })
  expect(await text('/up')).toBe('back')
  expect(await text('/up')).toBe('back')
  await back.stop(true)
  expect(
    stage.records.map(({ level, message, fields }) => [level, message, fields['upstream']]),
  ).toEqual([
    ['error', 'an upstream does not answer', `http://127.0.0.1:${port}`],
    ['info', 'an upstream answers again', `http://127.0.0.1:${port}`],
  ])
})
