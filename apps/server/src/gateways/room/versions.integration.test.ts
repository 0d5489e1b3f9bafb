import { afterAll, describe, expect, test } from 'bun:test'
import { openFixture, until } from './fixture.ts'
import { CLIENT_KINDS } from '../../socket-io/client-versions.ts'
import { Page } from './page.ts'

const fixture = openFixture()
afterAll(async () => {
  await fixture.close()
  expect(fixture.complaints).toEqual([])
})

/** Whom each combination meets, beside its own kind. */
const OTHERS = [
  { version: '4', transport: 'upgrade' },
  { version: '2.5', transport: 'polling' },
]

const DATA: unknown[] = [
  { type: 'offer', sdp: 'v=0\r\n', extra: [1, null, { two: '二 👋' }] },
  { type: 'candidate', label: 0, id: 'audio', candidate: 'candidate:1' },
  'hello 你好 👋 \u2028 "\\',
  '',
  null,
  0,
  -1.5,
  false,
  [],
  'x'.repeat(200_000),
  { bytes: [Buffer.from([0, 1, 255]), { deeper: Buffer.from('binary') }], text: 'ü' },
  Buffer.from([1, 2, 3]),
]

let roomCount = 0

describe.each(CLIENT_KINDS)('version $version, $transport', (own) => {
  const others = OTHERS.filter(({ version, transport }) => {
    return version !== own.version || transport !== own.transport
  })

  test.each([own, ...others])('RM1 meets version $version, $transport', async (other) => {
    const room = `room ${roomCount++}`
    const a = await Page.open(fixture.origin, own)
    await a.ask('join', room, 'joined')
    const b = await Page.open(fixture.origin, other)
    await b.ask('join', room, 'joined')
    await a.hears('otherjoin')
    for (const data of DATA) {
      a.socket.emit('message', room, data)
      b.socket.emit('message', room, data)
    }
    const messages = DATA.map((data) => ['message', room, data])
    expect(plain(await a.hears('message', DATA.length))).toEqual(messages)
    expect(plain(await b.hears('message', DATA.length))).toEqual(messages)

    await a.ask('leave', room, 'leaved')
    await b.hears('bye')
    a.socket.emit('message', room, 'not heard')
    a.socket.emit('join', room)
    await a.hears('joined', 2)
    await b.hears('otherjoin')
    const [aId, bId] = [a.id, b.id]
    b.socket.close()
    await a.hears('bye')
    a.socket.close()
    await until(() => fixture.server.load.connections === 0)

    const events = (page: Page): unknown[][] => page.heard.filter(([name]) => name !== 'message')
    expect(events(a).filter(([name]) => name !== 'disconnect')).toEqual([
      ['joined', room, aId],
      ['otherjoin', room, bId],
      ['leaved', room, aId],
      ['joined', room, aId],
      ['bye', room, bId],
    ])
    expect(events(b).filter(([name]) => name !== 'disconnect')).toEqual([
      ['joined', room, bId],
      ['bye', room, aId],
      ['otherjoin', room, aId],
    ])
    expect(fixture.hub.roomCount).toBe(0)
  })

  test('RM6 a third is told full and may come again', async () => {
    const room = `room ${roomCount++}`
    const pages = await Promise.all([1, 2, 3].map(() => Page.open(fixture.origin, own)))
    const [a, b, c] = pages as [Page, Page, Page]
    await a.ask('join', room, 'joined')
    await b.ask('join', room, 'joined')
    await c.ask('join', room, 'full')
    b.socket.close()
    await a.hears('bye')
    await c.ask('join', room, 'joined')
    for (const { socket } of pages) socket.close()
    await until(() => fixture.server.load.connections === 0)
  })

  test('RM10 a connection that ends without a word is a bye', async () => {
    const room = `room ${roomCount++}`
    const a = await Page.open(fixture.origin, own)
    const b = await Page.open(fixture.origin, { ...own, more: { reconnection: false } })
    await a.ask('join', room, 'joined')
    await b.ask('join', room, 'joined')
    const bId = b.id
    b.socket.io.engine.close()
    expect(await a.hears('bye')).toEqual([['bye', room, bId]])
    a.socket.close()
    await until(() => fixture.server.load.connections === 0)
  })
})

/** Older versions of the client give bytes as ArrayBuffers or Uint8Arrays of other kinds. */
function plain(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return Buffer.from(value)
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]))
}
