import { afterAll, describe, expect, test } from 'bun:test'
import { opened } from '../../front/testing.ts'
import { FREE_PORTS, spawnServer, type SpawnedServer } from '../../spawn-server.ts'
import type { Told } from './stage.ts'

const PASSWORD = 'correct horse battery'

const shared = await spawnServer([...FREE_PORTS])

afterAll(() => shared.stop())

function originOf(server: SpawnedServer): string {
  return `http://localhost:${server.port('http')}`
}

/** A request as a browser on one of our own pages makes it. */
function ask(
  path: string,
  {
    body,
    cookie,
    headers = {},
  }: { body?: BodyInit; cookie?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(`${originOf(shared)}${path}`, {
    ...(body !== undefined && { method: 'POST', body }),
    redirect: 'manual',
    headers: { origin: originOf(shared), ...(cookie && { cookie }), ...headers },
  })
}

function form(username: string, password = PASSWORD): URLSearchParams {
  return new URLSearchParams({ username, password })
}

function json(value: unknown): { body: string; headers: Record<string, string> } {
  return { body: JSON.stringify(value), headers: { 'content-type': 'application/json' } }
}

/** The cookies that an answer sets, as a browser sends them back. */
function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}

interface Account {
  id: number
  username: string
  cookie: string
}

async function register(username: string): Promise<Account> {
  const answer = await ask('/webrtc/register', json({ username, password: PASSWORD }))
  const { data } = (await answer.json()) as { data: { id: number; username: string } }
  return { ...data, cookie: cookiesOf(answer) }
}

/** A page's end of a real WebSocket. */
class Page {
  readonly socket: WebSocket
  readonly heard: Told[] = []
  closeCode: number | undefined
  #onHeard: () => void = () => {}

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.addEventListener('message', ({ data }) => {
      this.heard.push(JSON.parse(String(data)) as Told)
      this.#onHeard()
    })
    socket.addEventListener('close', ({ code }) => {
      this.closeCode = code
      this.#onHeard()
    })
  }

  static async open({ cookie }: Account, path = '/webrtc/wss'): Promise<Page> {
    const url = `${originOf(shared).replace('http', 'ws')}${path}`
    const headers = { cookie, origin: originOf(shared) }
    const page = new Page(await opened(new WebSocket(url, { headers } as never)))
    page.say({ Method: 'User/Connect' })
    await page.hears(10000)
    return page
  }

  say(frame: object): void {
    this.socket.send(JSON.stringify(frame))
  }

  /** Resolves with what it hears next, or heard, with this code. */
  hears(code: number): Promise<Told> {
    return this.#until(() => this.heard.find((each) => each.code === code))
  }

  closes(): Promise<number> {
    return this.#until(() => this.closeCode)
  }

  async #until<Value>(read: () => Value | undefined): Promise<Value> {
    for (;;) {
      const value = read()
      if (value !== undefined) return value
      await new Promise<void>((resolve) => (this.#onHeard = resolve))
    }
  }
}

function handshake(path: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${originOf(shared)}${path}`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      'sec-websocket-version': '13',
      ...headers,
    },
  })
}

describe('MS1 the entrance', () => {
  test('MS1 a form registers, logs in and out, and knows the way home', async () => {
    const registered = await ask('/webrtc/register', { body: form('Anna') })
    expect(registered.status).toBe(303)
    expect(registered.headers.get('location')).toBe('/webrtc/in')
    const cookie = cookiesOf(registered)
    for (const [path, to] of [
      ['/webrtc/in', '/people'],
      ['/webrtc/admin', '/webrtc/login'],
    ] as const) {
      expect((await ask(path, { cookie })).headers.get('location')).toBe(to)
      expect((await ask(path)).headers.get('location')).toBe('/webrtc/login')
    }
    const out = await ask('/webrtc/logout', { body: '', cookie })
    expect([out.status, out.headers.get('location')]).toEqual([303, '/webrtc/login'])
    expect((await ask('/webrtc/in', { cookie })).headers.get('location')).toBe('/webrtc/login')
    const again = await ask('/webrtc/login', { body: form('anna') })
    expect(again.headers.get('location')).toBe('/webrtc/in')
    expect((await ask('/webrtc/login')).headers.get('location')).toBe('/login')
  })

  test('MS1 the same in JSON, on the same accounts as everywhere', async () => {
    const bert = await register('bert')
    expect(bert).toMatchObject({ id: expect.any(Number), username: 'bert' })
    const login = await ask('/webrtc/login', json({ username: 'bert', password: PASSWORD }))
    expect(await login.json()).toEqual({
      code: 0,
      message: expect.stringMatching(/./),
      data: { id: bert.id, username: 'bert' },
    })
    const me = await ask('/api/me', { cookie: bert.cookie })
    expect(await me.json()).toMatchObject({ user: { id: bert.id, name: 'bert' } })
    const out = await ask('/webrtc/logout', { ...json({}), cookie: bert.cookie })
    expect(await out.json()).toMatchObject({ code: 0 })
  })

  test('MS1 whoever is refused is told why, and nothing about who exists', async () => {
    await register('carl')
    const [wrong, unknown] = await Promise.all(
      ['carl', 'nobody-of-that-name'].map(async (username) => {
        const answer = await ask('/webrtc/login', json({ username, password: 'wrong word' }))
        return { text: await answer.text(), cookies: answer.headers.getSetCookie() }
      }),
    )
    expect(wrong).toEqual(unknown as never)
    expect(wrong?.cookies).toEqual([])
    expect(JSON.parse(wrong?.text ?? '')).toEqual({
      code: 1,
      message: expect.stringMatching(/./),
    })
    for (const [path, body, error] of [
      ['login', form('carl', 'wrong word'), 'wrong-credentials'],
      ['register', form('carl'), 'name-taken'],
      ['register', form('dora', 'short'), 'weak-password'],
      ['register', new URLSearchParams({ username: 'dora' }), 'bad-field'],
    ] as const) {
      const answer = await ask(`/webrtc/${path}`, { body })
      expect(answer.headers.get('location')).toBe(`/webrtc/login?error=${error}`)
    }
  })

  test.each([
    [403, { headers: { origin: 'https://elsewhere.example' } }],
    [403, { headers: { origin: 'null' } }],
    [415, { headers: { 'content-type': 'text/plain' } }],
    [413, { body: new URLSearchParams({ username: 'x'.repeat(10 * 1024 * 1024) }) }],
  ])('MS1 %i', async (status, request) => {
    const answer = await ask('/webrtc/login', { body: form('carl'), ...request })
    expect(answer.status).toBe(status)
  })

  test('MS1 a client that is no browser needs no origin; one with a cookie does', async () => {
    const { cookie } = await register('emil')
    const post = (headers: Record<string, string>) =>
      fetch(`${originOf(shared)}/webrtc/login`, {
        method: 'POST',
        headers,
        body: form('emil'),
        redirect: 'manual',
      })
    expect((await post({})).status).toBe(303)
    expect((await post({ cookie })).status).toBe(403)
  })

  test('MS1 other addresses and methods', async () => {
    expect((await ask('/webrtc/else')).status).toBe(404)
    expect((await ask('/webrtc/in', { body: '' })).status).toBe(405)
    expect((await ask('/webrtc/wss')).status).toBe(426)
    expect((await ask('/wss')).status).toBe(426)
  })
})

describe('MS2 the socket', () => {
  test.each(['/webrtc/wss', '/wss'])('MS2 %s needs a login and an own origin', async (path) => {
    const origin = originOf(shared)
    const { cookie } = await register(`guest-${path.length}`)
    const stale = `${cookie.slice(0, 12)}${'A'.repeat(43)}`
    for (const [status, headers] of [
      [401, { origin }],
      [401, { origin, cookie: stale }],
      [403, { origin: 'https://elsewhere.example', cookie }],
      [403, { cookie }],
    ] as const) {
      expect((await handshake(path, headers)).status).toBe(status)
    }
  })

  test('MS10 a call over both addresses, and a logout that ends it', async () => {
    const [ann, ben] = [await register('ann'), await register('ben')]
    const first = await Page.open(ann)
    const second = await Page.open(ben, '/wss')
    await first.hears(10006)
    first.say({ Method: 'Message/Call', Type: 0, toId: String(ben.id), data: null })
    expect(await second.hears(10012)).toMatchObject({ data: { fromId: ann.id, data: null } })
    second.say({ METHOD: 'Message/Accept', TOID: ann.id })
    await first.hears(10013)
    first.say({ Method: 'Message/Offer', fromId: 77, toId: ben.id, data: { any: 'form' } })
    expect(await second.hears(10010)).toMatchObject({
      data: { fromId: ann.id, data: { any: 'form' } },
    })
    await ask('/webrtc/logout', { body: '', cookie: ann.cookie })
    expect(await first.closes()).toBe(1008)
    await second.hears(10015)
    expect(await second.hears(10008)).toMatchObject({ data: { fromId: ann.id } })
    second.socket.send('{')
    expect(await second.closes()).toBe(1008)
  })

  test('MS17 a frame of 10 MB closes its socket with 1009', async () => {
    const page = await Page.open(await register('fred'))
    page.say({ Method: 'Message/SendToAll', Message: 'x'.repeat(10 * 1024 * 1024) })
    expect([1006, 1009]).toContain(await page.closes())
  })

  test('MS1 switched off, the answer names the option', async () => {
    const server = await spawnServer([...FREE_PORTS, '--dialects', 'room'])
    for (const path of ['/webrtc/login', '/webrtc/in']) {
      const answer = await fetch(`${originOf(server)}${path}`)
      expect([answer.status, await answer.text()]).toEqual([
        404,
        expect.stringContaining('--dialects messages'),
      ])
    }
    await server.stop()
  })
})
