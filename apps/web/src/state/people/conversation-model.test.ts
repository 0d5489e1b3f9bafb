import { FakeClock } from '@duet/base'
import type { MessageInfo } from '@duet/protocol'
import { expect, test } from 'bun:test'
import { settled } from '../../testing/fakes.ts'
import { ConversationModel } from './conversation-model.ts'
import { FakePhone, FakeServer, message } from './testing.ts'

async function setUp(messages: MessageInfo[] = [], other: number | null = 2) {
  const phone = new FakePhone()
  const server = new FakeServer()
  const path = `GET /api/messages/${other ?? 'all'}`
  server.answer(`${path}?limit=50`, { messages })
  const model = new ConversationModel({ other, api: server.api, phone, timers: new FakeClock() })
  await settled()
  return { phone, server, model, path }
}

const ids = (model: ConversationModel) => model.messages.value.map(({ id }) => id)

/** `count` messages from `first` on. */
const run = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => message(first + index, 2))

test('messages stand in order and once, however they come', async () => {
  const { phone, model } = await setUp([message(5, 2), message(3, 1)])
  phone.tell('message', message(9, 2))
  phone.tell('message', message(7, 1), 'another-device')
  phone.tell('message', message(9, 2))
  phone.tell('message', message(8, 4))
  phone.tell('message', message(10, 2, { to: null }))
  expect(ids(model)).toEqual([3, 5, 7, 9])
})

test('messages to everyone are a conversation of their own', async () => {
  const { phone, model } = await setUp([], null)
  phone.tell('message', message(1, 2, { to: null }))
  phone.tell('message', message(2, 2))
  expect(ids(model)).toEqual([1])
})

test('a message is on its way until the server keeps it', async () => {
  const { phone, model } = await setUp()
  model.draft.value = '  hello '
  model.send()
  expect(model.draft.value).toBe('')
  expect(phone.sent).toEqual([{ to: 2, body: 'hello', clientId: 'client-0' }])
  expect(model.outgoing.value).toMatchObject([{ body: 'hello', refusal: null }])
  phone.tell('message', message(1, 1, { body: 'hello' }), 'client-0')
  expect(model.outgoing.value).toEqual([])
  expect(ids(model)).toEqual([1])
})

test('a refused message says so, and is sent again or discarded', async () => {
  const { phone, model } = await setUp()
  model.draft.value = 'hello'
  model.send()
  phone.tell('refused', 'rate-limited', 'client-0')
  expect(model.outgoing.value).toMatchObject([{ refusal: 'rate-limited' }])
  expect(model.isNeeded.value).toBe(true)
  model.sendAgain('client-0')
  expect(phone.sent.map(({ clientId }) => clientId)).toEqual(['client-0', 'client-1'])
  expect(model.outgoing.value).toMatchObject([{ clientId: 'client-1', refusal: null }])
  model.discard('client-1')
  expect(model.isNeeded.value).toBe(false)
})

test('nothing is sent of an empty field', async () => {
  const { phone, model } = await setUp()
  model.draft.value = ' \n '
  model.send()
  expect(phone.sent).toEqual([])
})

test('what somebody looks at is read, once, and nothing else', async () => {
  const { phone, model } = await setUp([message(1, 2), message(2, 1)])
  expect(phone.read).toEqual([])
  model.look(true)
  phone.tell('message', message(3, 1), 'elsewhere')
  phone.tell('message', message(4, 2))
  model.look(false)
  phone.tell('message', message(5, 2))
  expect(phone.read).toEqual([
    { with: 2, upTo: 1 },
    { with: 2, upTo: 4 },
  ])
})

test('the line of the unread stands before the first of them', async () => {
  const { phone, model } = await setUp([message(1, 2), message(2, 2), message(3, 1), message(4, 2)])
  model.visit(2)
  expect(model.firstUnread.value).toBe(2)
  phone.tell('message', message(5, 2))
  expect(model.firstUnread.value).toBe(2)
  model.visit(0)
  expect(model.firstUnread.value).toBeNull()
})

test('more unread than are loaded: the line stands at the top', async () => {
  const { model } = await setUp([message(7, 2), message(8, 2)])
  model.visit(40)
  expect(model.firstUnread.value).toBe(7)
})

test('older messages come in pages, until there are none', async () => {
  const { server, model, path } = await setUp(run(100, 50))
  expect(model.hasOlder.value).toBe(true)
  server.answer(`${path}?before=100&limit=50`, { messages: run(90, 10) })
  await Promise.all([model.loadOlder(), model.loadOlder()])
  expect(model.messages.value.length).toBe(60)
  expect(model.hasOlder.value).toBe(false)
  expect(server.requests.filter((request) => request.includes('before'))).toHaveLength(1)
})

test('after a gap there is no hole between the messages', async () => {
  const { server, phone, model, path } = await setUp([message(1, 2)])
  server.answer(`${path}?limit=50`, { messages: run(200, 50) })
  phone.tell('self', { id: 1, name: 'ann', displayName: '', doNotDisturb: false })
  await settled()
  expect(ids(model)[0]).toBe(200)
  expect(model.hasOlder.value).toBe(true)
})

test('what could not be loaded is asked for again', async () => {
  const phone = new FakePhone()
  const server = new FakeServer()
  server.isReachable = false
  const model = new ConversationModel({
    other: 2,
    api: server.api,
    phone,
    timers: new FakeClock(),
  })
  await settled()
  expect(model.newest.value).toEqual({ name: 'failed', fault: { code: 'network' } })
  server.isReachable = true
  server.answer('GET /api/messages/2?limit=50', { messages: [message(1, 2)] })
  await model.load()
  expect(model.newest.value.name).toBe('ready')
  model.close()
  expect(phone.listeners).toBe(0)
})
