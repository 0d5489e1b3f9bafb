import { expect, test } from 'bun:test'
import { Desk } from './desk.ts'
import { FakeStores, userOf } from './fake-stores.ts'

test('L5 nothing stays of conversations that were marked as read', async () => {
  const desk = new Desk({ user: 1, stores: new FakeStores([userOf(1), userOf(2)]) })
  await desk.ready()
  desk.received({ id: 1, from: 2, to: 1, body: 'x', sentAt: 0 })
  expect(desk.unreadFrom(2)).toBe(1)
  for (let other = 2; other < 100; other++) desk.setUnread(other, 0)
  expect(desk.unreadFrom(2)).toBe(0)
  expect(desk.unreadConversations).toBe(0)
})
