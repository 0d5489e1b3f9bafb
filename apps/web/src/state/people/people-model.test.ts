import { expect, test } from 'bun:test'
import { peopleEn } from '../../i18n/people-en.ts'
import { PeopleModel } from './people-model.ts'
import { presenceSentence } from './people-wording.ts'
import { FakePhone, FakeServer, person } from './testing.ts'

function setUp() {
  const phone = new FakePhone()
  const server = new FakeServer()
  phone.people = [
    person(2, 'zoe'),
    person(3, 'ben', { presence: 'offline' }),
    person(4, 'evil', { isBlocked: true }),
    person(5, 'noor', { contact: 'asking', presence: 'offline' }),
    person(6, 'amy', { displayName: 'José', unread: 3 }),
  ]
  phone.unreadToAll = 2
  return { phone, server, model: new PeopleModel(phone, server.api) }
}

const names = (model: PeopleModel) => model.shown.value.map(({ name }) => name)

test('who asks stands first, then who is there, who is not, and who is blocked', () => {
  expect(names(setUp().model)).toEqual(['noor', 'amy', 'zoe', 'ben', 'evil'])
})

test('a search finds names without their accents', () => {
  const { model } = setUp()
  model.query.value = ' JOSE '
  expect(names(model)).toEqual(['amy'])
  model.query.value = 'nobody'
  expect(names(model)).toEqual([])
})

test('all that is unread is counted, and follows the phone', () => {
  const { phone, model } = setUp()
  expect(model.unread.value).toBe(5)
  phone.people = []
  phone.unreadToAll = 0
  phone.tell('people', [])
  expect(model.unread.value).toBe(0)
  model.close()
  expect(phone.listeners).toBe(0)
})

test('a block that is refused says so', async () => {
  const { server, model } = setUp()
  server.refuse('PUT /api/blocks/3', 503, 'unavailable')
  expect(await model.block(3)).toBeUndefined()
  expect(model.relation.fault.value?.code).toBe('unavailable')
})

test.each([
  ['Online', person(2, 'x')],
  ['In a call', person(2, 'x', { presence: 'in-call' })],
  ['Blocked', person(2, 'x', { isBlocked: true })],
  ['Asked; no answer yet', person(2, 'x', { contact: 'asked' })],
  ['Offline', person(2, 'x', { presence: 'offline' })],
  ['Last seen 5 minutes ago', person(2, 'x', { presence: 'offline', lastSeenAt: 700_000 })],
])('a person is told as "%s"', (sentence, who) => {
  expect(presenceSentence(who, 1_000_000, { words: peopleEn, language: 'en' })).toBe(sentence)
})
