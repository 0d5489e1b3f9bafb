import { afterAll, expect, test } from 'bun:test'
import { connect, type Socket } from 'node:net'
import { Poller } from '../../socket-io/poller.ts'
import { DIALECT_UNLIMITED } from '../dialect-limits.ts'
import { openFixture, until } from './fixture.ts'
import { Page } from './page.ts'

const MAX_BACKLOG_BYTES = 500_000

const fixture = openFixture({
  limits: { ...DIALECT_UNLIMITED, maxBacklogBytes: MAX_BACKLOG_BYTES },
})
afterAll(() => fixture.close())

/** A text frame whose mask is zeros (RFC 6455 §5.2). */
function frame(text: string): Buffer {
  const payload = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload])
}

/** A WebSocket client in the room that says what it must, and nothing from then on. */
function joinAndFreeze(version: 3 | 4, room: string): Promise<Socket> {
  const lines = [
    `GET /socket.io/?EIO=${version}&transport=websocket HTTP/1.1`,
    'Host: localhost',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Version: 13',
  ]
  return new Promise((resolve) => {
    const { port } = new URL(fixture.origin)
    let heard = ''
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    })
    socket.on('data', (data) => {
      const before = heard
      heard += data.toString('latin1')
      const isNew = (text: string): boolean => heard.includes(text) && !before.includes(text)
      if (isNew('0{"sid"')) socket.write(version === 4 ? frame('40') : '')
      if (isNew(version === 4 ? '40{"sid"' : '0{"sid"')) {
        socket.write(frame(`42["join","${room}"]`))
      }
      if (isNew('"joined"')) resolve(socket.pause())
    })
  })
}

async function waiting(room: string): Promise<Page> {
  const page = await Page.open(fixture.origin, { version: '4', transport: 'websocket' })
  await page.ask('join', room, 'joined')
  return page
}

const SILENT: [name: string, freeze: (room: string) => Promise<unknown>][] = [
  ['a WebSocket of version 4', (room) => joinAndFreeze(4, room)],
  ['a WebSocket of version 2', (room) => joinAndFreeze(3, room)],
  [
    'a client that polls no more',
    async (room) => {
      const poller = await Poller.open(fixture.origin)
      await poller.say('join', room)
    },
  ],
]

test.concurrent.each(SILENT)(
  'RM10 %s whose network is silent is gone within 12 s',
  async (room, freeze) => {
    const page = await waiting(room)
    await freeze(room)
    await page.hears('otherjoin')
    const startedAt = performance.now()
    await page.hears('bye')
    expect(performance.now() - startedAt).toBeLessThan(12_000)
    page.socket.close()
  },
  15_000,
)

test.concurrent('RM17 a client that stops reading is cut off before its pings fail', async () => {
  const page = await waiting('flood')
  await joinAndFreeze(3, 'flood')
  await page.hears('otherjoin')
  const startedAt = performance.now()
  // More than the buffers of both kernels hold.
  const text = 'x'.repeat(900_000)
  while (!page.heard.some(([event]) => event === 'bye')) {
    page.socket.emit('message', 'flood', text)
    await Bun.sleep(1)
  }
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  page.socket.close()
})

test.concurrent('RM10 a room of its own is untouched by all that', async () => {
  const [a, b] = [await waiting('quiet'), await waiting('quiet')]
  a.socket.emit('message', 'quiet', 'still here')
  expect(await b.hears('message')).toEqual([['message', 'quiet', 'still here']])
  a.socket.close()
  b.socket.close()
  await until(() => b.heard.length > 0)
})
