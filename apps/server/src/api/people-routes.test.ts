import { afterEach, describe, expect, test } from 'bun:test'
import type { PeopleMode } from '../people/sight.ts'
import { openTestApi, type TestApi, type TestUser } from './testing.ts'

let api: TestApi

afterEach(() => api.close())

async function open(peopleMode: PeopleMode): Promise<[TestUser, TestUser]> {
  api = await openTestApi({ peopleMode })
  return [await api.join('ann'), await api.join('ben')]
}

const ask = (user: TestUser, request: string, body: object = {}) =>
  api.ask(request, { cookie: user.cookie, body })
const seenBy = async (user: TestUser) => (await ask(user, 'GET /api/people')).json.people

describe('everyone sees everyone', () => {
  test('with what a list needs, and nothing that is not for others', async () => {
    const [ann, ben] = await open('everyone')
    expect(await seenBy(ann)).toEqual([
      {
        id: ben.id,
        name: 'ben',
        displayName: 'ben',
        presence: 'offline',
        lastSeenAt: null,
        contact: 'none',
        isBlocked: false,
        unread: 0,
      },
    ])
  })

  test('a block is seen by who blocks, and lifted again', async () => {
    const [ann, ben] = await open('everyone')
    expect((await ask(ann, `PUT /api/blocks/${ben.id}`)).status).toBe(204)
    expect((await seenBy(ann))[0]?.isBlocked).toBe(true)
    expect((await seenBy(ben))[0]?.isBlocked).toBe(false)
    expect((await ask(ann, `DELETE /api/blocks/${ben.id}`)).status).toBe(204)
    expect((await seenBy(ann))[0]?.isBlocked).toBe(false)
  })

  test('nobody is a contact of theirs, or of nobody', async () => {
    const [ann] = await open('everyone')
    for (const id of [ann.id, 99_999, 2 ** 40]) {
      expect((await ask(ann, `PUT /api/contacts/${id}`)).status).toBe(404)
      expect((await ask(ann, `PUT /api/blocks/${id}`)).status).toBe(404)
    }
  })
})

describe('contacts see each other', () => {
  test('one asks by name, the other accepts by id', async () => {
    const [ann, ben] = await open('contacts')
    expect([await seenBy(ann), await seenBy(ben)]).toEqual([[], []])
    const asked = await ask(ann, 'POST /api/contacts', { name: ' BEN ' })
    expect([asked.status, asked.json.contact, asked.json.id]).toEqual([200, 'asked', ben.id])
    expect((await seenBy(ben))[0]).toMatchObject({ name: 'ann', contact: 'asking' })
    const accepted = await ask(ben, `PUT /api/contacts/${ann.id}`)
    expect(accepted.json.contact).toBe('accepted')
    expect((await seenBy(ann))[0]).toMatchObject({ name: 'ben', contact: 'accepted' })
    expect((await ask(ann, `DELETE /api/contacts/${ben.id}`)).status).toBe(204)
    expect([await seenBy(ann), await seenBy(ben)]).toEqual([[], []])
  })

  test('ids can’t be tried out', async () => {
    const [ann, ben] = await open('contacts')
    const statuses = await Promise.all(
      [ben.id, 99_999].flatMap((id) => [
        ask(ann, `PUT /api/contacts/${id}`),
        ask(ann, `PUT /api/blocks/${id}`),
        ask(ann, `DELETE /api/contacts/${id}`),
      ]),
    )
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404])
  })

  test('who is blocked is not told so, and does not come through', async () => {
    const [ann, ben] = await open('contacts')
    await ask(ann, 'POST /api/contacts', { name: 'ben' })
    await ask(ben, `PUT /api/blocks/${ann.id}`)
    await ask(ben, `DELETE /api/contacts/${ann.id}`)
    const again = await ask(ann, 'POST /api/contacts', { name: 'ben' })
    expect([again.status, again.json.contact]).toEqual([200, 'asked'])
    expect((await seenBy(ben)).find(({ contact }) => contact === 'asking')).toBeUndefined()
  })
})
