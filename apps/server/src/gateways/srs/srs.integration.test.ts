import { afterAll, describe, expect, test } from 'bun:test'
import { opened } from '../../front/testing.ts'
import { FREE_PORTS, spawnServer, type SpawnedServer } from '../../spawn-server.ts'
import { until } from '../../testing/until.ts'
import type { HeardFrame } from './stage.ts'

/** A page's end of a real WebSocket. */
class Page {
  readonly heard: HeardFrame[] = []
  readonly #socket: WebSocket
  readonly #who: { room: string; display: string }

  private constructor(socket: WebSocket, who: { room: string; display: string }) {
    this.#socket = socket
    this.#who = who
    socket.addEventListener('message', ({ data }) => {
      this.heard.push(JSON.parse(String(data)) as HeardFrame)
    })
  }

  /** Opens a socket and joins; resolves with the answer. */
  static async join(server: SpawnedServer, room: string, display: string): Promise<Page> {
    const address = `ws://localhost:${server.port('http')}/sig/v1/rtc?room=${room}&display=${display}`
    const page = new Page(await opened(new WebSocket(address)), { room, display })
    page.say('join')
    await until(() => page.heard.some(({ tid }) => tid === 'join'))
    return page
  }

  say(action: string): void {
    this.#socket.send(JSON.stringify({ tid: action, msg: { action, ...this.#who } }))
  }

  /** Resolves when it was told of this event. */
  hears(event: string): Promise<void> {
    return until(() => this.heard.some(({ msg }) => msg?.event === event))
  }

  close(): void {
    this.#socket.close()
  }
}

const server = await spawnServer([...FREE_PORTS, '--srs-capacity', '2'])

afterAll(() => server.stop())

describe('SG1 a server of one’s own', () => {
  test('SG3 SG5 SG11 two meet, publish, and a third one is told of three', async () => {
    const ann = await Page.join(server, 'lake', 'ann')
    const ben = await Page.join(server, 'lake', 'ben')
    await ann.hears('join')
    ben.say('publish')
    await ann.hears('publish')
    const cleo = await Page.join(server, 'lake', 'cleo')
    expect(cleo.heard[0]?.msg?.participants).toEqual([
      { display: 'ann', publishing: false },
      { display: 'ben', publishing: true },
      { display: 'cleo', publishing: false },
    ])
    ben.close()
    await ann.hears('leave')
    for (const page of [ann, cleo]) page.close()
  })

  test('SG9 a client that stands still keeps its display for 2 s', async () => {
    const program = `
      const socket = new WebSocket('ws://localhost:${server.port('http')}/sig/v1/rtc')
      socket.onopen = () => {
        socket.send('{"tid":"1","msg":{"action":"join","room":"still","display":"ann"}}')
      }`
    const ben = await Page.join(server, 'still', 'ben')
    const client = Bun.spawn([process.execPath, '-e', program], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await ben.hears('join')
    client.kill('SIGSTOP')
    const since = performance.now()
    const ann = await Page.join(server, 'still', 'ann')
    expect(ann.heard[0]?.msg?.participants.map(({ display }) => display)).toEqual(['ben', 'ann'])
    expect(performance.now() - since).toBeLessThan(4_000)
    await ben.hears('leave')
    client.kill('SIGKILL')
    await client.exited
    for (const page of [ann, ben]) page.close()
  })

  test('SG1 the version, and the way to switch it on', async () => {
    const { origin } = new URL(server.origin('http'))
    expect(await (await fetch(`${origin}/sig/v1/versions`)).text()).toBe('1.0')
    const off = await spawnServer([...FREE_PORTS, '--dialects', 'off'])
    const answer = await fetch(`${new URL(off.origin('http')).origin}/sig/v1/versions`)
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('--dialects srs')
    await off.stop()
  })
})
