import { afterAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { opened } from '../../front/testing.ts'
import { FREE_PORTS, spawnServer, type SpawnedServer } from '../../spawn-server.ts'

/** A page's end of a real WebSocket. */
class Page {
  readonly #socket: WebSocket
  readonly heard: { event: string; data: unknown }[] = []
  readonly #closed: Promise<CloseEvent>
  #onHeard: () => void = () => {}

  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      this.heard.push(JSON.parse(String(data)) as { event: string; data: unknown })
      this.#onHeard()
    })
    this.#closed = new Promise((resolve) => socket.addEventListener('close', resolve))
  }

  static async open(server: SpawnedServer, path = '/'): Promise<Page> {
    return new Page(await opened(new WebSocket(urlOf(server, path))))
  }

  subscribe(subject: string): void {
    this.#socket.send(JSON.stringify({ cmd: 'subscribe', subject }))
  }

  publish(subject: string, event: string, data: unknown): void {
    this.#socket.send(JSON.stringify({ cmd: 'publish', subject, event, data }))
  }

  /** Resolves when it has heard this event. */
  async hears(event: string): Promise<unknown> {
    for (;;) {
      const found = this.heard.find((each) => each.event === event)
      if (found) return found.data
      const heard = new Promise<void>((resolve) => (this.#onHeard = resolve))
      const closed = await Promise.race([heard, this.#closed])
      if (closed) throw new Error(`closed before ${event}: ${closed.code} ${closed.reason}`)
    }
  }

  close(): Promise<unknown> {
    this.#socket.close()
    return this.#closed
  }
}

const shared = await spawnServer([...FREE_PORTS, '--topic-path', '/signal/topic'])

afterAll(() => shared.stop())

function urlOf(server: SpawnedServer, path: string): string {
  return `ws://localhost:${server.port('http')}${path}`
}

/** What a WebSocket handshake at this path is answered. */
async function handshake(
  server: SpawnedServer,
  path: string,
): Promise<{ status: number; text: string }> {
  const answer = await fetch(`http://localhost:${server.port('http')}${path}`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      'sec-websocket-version': '13',
    },
  })
  return { status: answer.status, text: await answer.text() }
}

describe('TP where it is served', () => {
  test('TP1 at / and at --topic-path, and both lead to the same rooms', async () => {
    const a = await Page.open(shared, '/?room_id=x')
    const b = await Page.open(shared, '/signal/topic')
    a.subscribe('room-paths')
    b.subscribe('room-paths')
    // Only when both are there does one hear the other.
    const data = { text: '你好 👋', numbers: [0, -1.5, 1e21], nothing: null, empty: {} }
    b.publish('room-paths', 'call', null)
    a.publish('room-paths', 'x', data)
    b.publish('room-paths', 'x', 'x'.repeat(1_000_000))
    expect(await a.hears('x')).toBe('x'.repeat(1_000_000))
    await Promise.all([a.close(), b.close()])
  })

  test('a mistyped path answers 404', async () => {
    for (const path of ['/signal', '/signal/topic/', '/index.html']) {
      expect((await handshake(shared, path)).status).toBe(404)
    }
  })

  test('the page stands at / as well', async () => {
    const page = await fetch(`https://localhost:${shared.port('https')}/`, {
      tls: { rejectUnauthorized: false },
    })
    expect(page.headers.get('content-type')).toStartWith('text/html')
  })

  test('switched off, the answer names the option', async () => {
    const off = ['--dialects', 'off', '--topic-path', '/signal']
    const server = await spawnServer([...FREE_PORTS, ...off])
    for (const path of ['/', '/signal']) {
      const { status, text } = await handshake(server, path)
      expect(status).toBe(404)
      expect(text).toContain('--dialects topic')
    }
    await server.stop()
  })
})

test('TP10 a client that stands still is gone within 12 s', async () => {
  const page = await Page.open(shared)
  page.subscribe('room-still')
  const program = `
    const socket = new WebSocket(${JSON.stringify(urlOf(shared, '/'))})
    socket.onopen = () => {
      socket.send('{"cmd":"subscribe","subject":"room-still"}')
      socket.send('{"cmd":"publish","subject":"room-still","event":"call","data":null}')
    }`
  const client = Bun.spawn([process.execPath, '-e', program], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await page.hears('call')
  client.kill('SIGSTOP')
  const since = performance.now()
  await page.hears('leave')
  expect(performance.now() - since).toBeLessThan(12_000)
  client.kill('SIGKILL')
  await Promise.all([client.exited, page.close()])
}, 30_000)

test('TP4 5000 rooms joined and left cost no memory', async () => {
  const server = await spawnServer(FREE_PORTS)
  await joinAndLeave(server, 'warm')
  const before = residentBytes(server)
  await joinAndLeave(server, 'main')
  const limit = before + 20 * 1024 * 1024
  const deadline = performance.now() + 30_000
  while (residentBytes(server) > limit && performance.now() < deadline) await Bun.sleep(200)
  expect(residentBytes(server)).toBeLessThan(limit)
  await server.stop()
}, 120_000)

const ROOMS_OF_A_PAGE = 50

/** Two pages in each of 5000 rooms, fifty rooms on each connection. */
async function joinAndLeave(server: SpawnedServer, name: string): Promise<void> {
  for (let first = 0; first < 5_000; first += ROOMS_OF_A_PAGE) {
    const [a, b] = await Promise.all([Page.open(server), Page.open(server)])
    const subjects = Array.from(
      { length: ROOMS_OF_A_PAGE },
      (_, index) => `room-${name}-${first + index}`,
    )
    for (const subject of subjects) a.subscribe(subject)
    for (const subject of subjects) b.subscribe(subject)
    const heard = Promise.race([a.hears('call'), b.hears('call')]).then(() => true)
    // Who is still being let in misses what is published.
    do {
      b.publish(subjects.at(-1) ?? '', 'call', null)
      a.publish(subjects[0] ?? '', 'call', null)
    } while (!(await Promise.race([heard, Bun.sleep(200).then(() => false)])))
    await Promise.all([a.close(), b.close()])
  }
}

function residentBytes({ process: { pid } }: SpawnedServer): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}
