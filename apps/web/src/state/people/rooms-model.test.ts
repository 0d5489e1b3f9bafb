import { describe, expect, test } from 'bun:test'
import { ApiClient } from './api-client.ts'
import type { OpenedRoom } from './api-types.ts'
import { RoomsModel, validityOf } from './rooms-model.ts'

interface Asked {
  method: string
  path: string
  body: Record<string, unknown>
}

function stage(opened: OpenedRoom[] = []) {
  const asked: Asked[] = []
  const remembered = new Map<string, string>()
  const make = () =>
    new RoomsModel({
      api: new ApiClient({
        fetch(path, { method = 'GET', body }) {
          const said = JSON.parse(typeof body === 'string' ? body : '{}') as Asked['body']
          asked.push({ method, path, body: said })
          if (method === 'DELETE') return Promise.resolve(new Response(null, { status: 204 }))
          const json = method === 'GET' ? { rooms: opened } : { room: { ...said, createdAt: 1 } }
          return Promise.resolve(Response.json(json))
        },
      }),
      memory: {
        get: (key) => remembered.get(key),
        set: (key, value) => remembered.set(key, value),
      },
      origin: 'https://duet.example',
      addresses: { best: null, lan: [], public: null },
    })
  return { asked, remembered, make }
}

const LISTED: OpenedRoom = {
  name: 'lomek',
  hasWaitingRoom: true,
  validFrom: null,
  validUntil: null,
  createdAt: 1,
}

describe('W1 W3 rooms for guests', () => {
  test('W3 the server hears a name and never the key; the link has both', async () => {
    const { asked, make } = stage()
    const model = make()
    await model.rooms.load()
    await model.open()
    const [room] = ready(model)
    const { url, hasKey } = model.linkOf(room)
    const key = new URL(url).hash.replace('#k=', '')
    expect(hasKey).toBe(true)
    expect(key.length).toBeGreaterThanOrEqual(22)
    expect(url).toStartWith(`https://duet.example/r/${room.name}#k=`)
    expect(JSON.stringify(asked)).not.toContain(key)
    expect(asked.at(-1)?.body).toEqual({
      name: room.name,
      hasWaitingRoom: true,
      validFrom: null,
      validUntil: null,
    })
  })

  test('W3 the key is known after a reload, and forgotten with the room', async () => {
    const { make, remembered } = stage()
    const first = make()
    await first.rooms.load()
    await first.open()
    const [room] = ready(first)
    const again = make()
    expect(again.linkOf(room)).toEqual(first.linkOf(room))
    expect(await again.close(room.name)).toBe(true)
    expect(remembered.get('duet.room-keys')).toBe('[]')
    expect(make().linkOf(room).hasKey).toBe(false)
  })

  test('W3 a room of another browser has a link without its key', async () => {
    const { make } = stage([LISTED])
    const model = make()
    await model.rooms.load()
    expect(model.linkOf(LISTED)).toEqual({ url: 'https://duet.example/r/lomek', hasKey: false })
  })

  test('W2 an end before the beginning is not asked for', async () => {
    const { asked, make } = stage()
    const model = make()
    model.from.value = '2026-11-21T10:00'
    model.until.value = '2026-11-21T09:00'
    await model.open()
    expect(model.opening.fault.value).toEqual({ code: 'bad-validity' })
    expect(asked.every(({ method }) => method === 'GET')).toBe(true)
    model.until.value = '2026-11-21T11:00'
    await model.open()
    const { validFrom, validUntil } = asked.at(-1)?.body ?? {}
    expect(Number(validUntil) - Number(validFrom)).toBe(3_600_000)
  })

  test('what is remembered may be anything', () => {
    const { make, remembered } = stage()
    for (const text of ['{', '7', '[["a"],["b",1],["lomek","key-of-the-link-0"]]']) {
      remembered.set('duet.room-keys', text)
      expect(make().linkOf(LISTED).hasKey).toBe(text.includes('lomek'))
    }
  })
})

test('W2 before, in and after its time', () => {
  const room = { ...LISTED, validFrom: 10, validUntil: 20 }
  expect([9, 10, 20, 21].map((now) => validityOf(room, now))).toEqual([
    'not-yet',
    'open',
    'open',
    'over',
  ])
  expect(validityOf(LISTED, 0)).toBe('open')
})

function ready(model: RoomsModel): [OpenedRoom, ...OpenedRoom[]] {
  const state = model.rooms.state.value
  const [first, ...more] = state.name === 'ready' ? state.value.rooms : []
  if (!first) throw new Error('there is no room')
  return [first, ...more]
}
