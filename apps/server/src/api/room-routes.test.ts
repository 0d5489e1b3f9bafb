import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { openTestApi, type TestApi, type TestUser } from './testing.ts'

let api: TestApi
let ann: TestUser
let ben: TestUser

beforeAll(async () => {
  api = await openTestApi()
  ann = await api.register('ann')
  ben = await api.register('ben')
})
afterAll(() => api.close())

const open = (user: TestUser, body: Record<string, unknown>) =>
  api.ask('POST /api/rooms', { cookie: user.cookie, body })
const namesOf = async (user: TestUser) => {
  const { text } = await api.ask('GET /api/rooms', { cookie: user.cookie })
  const { rooms } = JSON.parse(text) as { rooms: { name: string }[] }
  return rooms.map(({ name }) => name)
}

function roomIn(text: string): { name: string } {
  return (JSON.parse(text) as { room: { name: string } }).room
}

describe('W1 W2 W3 /api/rooms', () => {
  test('W3 a room is opened in the one form of its name, listed for its owner, and closed', async () => {
    const { status, text } = await open(ann, { name: '  Surgery  ONE ', hasWaitingRoom: true })
    expect(status).toBe(201)
    expect(roomIn(text)).toMatchObject({
      name: 'surgery one',
      hasWaitingRoom: true,
      validFrom: null,
      validUntil: null,
    })
    expect([await namesOf(ann), await namesOf(ben)]).toEqual([['surgery one'], []])
    const path = `DELETE /api/rooms/${encodeURIComponent('Surgery one')}`
    expect((await api.ask(path, { cookie: ben.cookie })).status).toBe(404)
    expect(api.closedRooms).toEqual([])
    expect((await api.ask(path, { cookie: ann.cookie })).status).toBe(204)
    expect(api.closedRooms).toEqual(['surgery one'])
    expect((await api.ask(path, { cookie: ann.cookie })).status).toBe(404)
  })

  test('W1 a name is one account’s at a time', async () => {
    expect((await open(ann, { name: 'lake' })).status).toBe(201)
    const { status, json } = await open(ben, { name: 'Lake' })
    expect([status, json.error.code]).toEqual([409, 'name-taken'])
    await api.ask('DELETE /api/rooms/lake', { cookie: ann.cookie })
    expect((await open(ben, { name: 'lake' })).status).toBe(201)
  })

  test('W1 without a name the server makes one that nobody guesses', async () => {
    const { text } = await open(ann, {})
    expect(roomIn(text).name).toMatch(/^[0-9a-f]{20}$/)
  })

  test.each([
    ['a bad name', { name: 'a/b' }, 'name is'],
    ['a name of a leg', { name: `~${'0'.repeat(32)}.0` }, 'name is'],
    ['a name of another type', { name: 7 }, 'name is'],
    ['an end before the beginning', { validFrom: 2_000, validUntil: 1_000 }, 'validUntil is'],
    ['a date in words', { validFrom: 'tomorrow' }, 'validFrom is'],
    ['a fraction', { validUntil: 1.5 }, 'validUntil is'],
    ['a flag in words', { hasWaitingRoom: 'yes' }, 'hasWaitingRoom is'],
  ])('W2 %s is refused', async (_what, body, message) => {
    const { status, json } = await open(ann, body)
    expect([status, json.error.code]).toEqual([400, 'bad-field'])
    expect(json.error.message).toStartWith(message)
  })
})
