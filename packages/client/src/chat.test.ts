import { describe, expect, test } from 'bun:test'
import { FakeClock, silentLogger } from '@duet/base'
import type { ClientRequest } from '@duet/protocol'
import { until } from './call-stage.ts'
import { Chat } from './chat.ts'
import { Keyring } from './keyring.ts'

const ring = new Keyring('a-key-of-a-link-1234', 'lake')

/** A chat and what came of it, in order: lines with how they travelled, and refusals. */
function setUp({ hasKey = true, isPeerKeyless = false } = {}) {
  const told: string[] = []
  const sent: ClientRequest[] = []
  const peer = { isKeyless: isPeerKeyless }
  const chat = new Chat({
    keyring: hasKey ? ring : undefined,
    isPeerKeyless: () => peer.isKeyless,
    clock: new FakeClock(),
    logger: silentLogger,
    send: (request) => sent.push(request),
    onLine: ({ from, text, isSealed }) =>
      told.push(`${from} ${isSealed ? 'sealed' : 'open'}: ${text}`),
    onUnreadable: () => told.push('unreadable'),
  })
  const tells = (count: number) => until(`${count} lines`, () => told.length === count)
  return { chat, told, sent, peer, tells }
}

describe('with a key', () => {
  test('C3 what is said is sealed, and a sealed line is shown', async () => {
    const { chat, told, sent, tells } = setUp()
    chat.say('one', 'Ann')
    chat.hear(await ring.seal('two'), true, 'Bob')
    await tells(2)
    expect(told).toEqual(['self sealed: one', 'peer sealed: two'])
    expect(sent).toEqual([{ type: 'chat', body: expect.any(String), sealed: true }])
  })

  test('C3 an open line is refused: anybody on the way could have said it', async () => {
    const { chat, told, tells } = setUp()
    chat.hear('send the money', false, 'Bob')
    chat.hear(await ring.seal('hello'), true, 'Bob')
    await tells(2)
    expect(told).toEqual(['unreadable', 'peer sealed: hello'])
  })

  test('C3 a line of another key is refused', async () => {
    const { chat, told, tells } = setUp()
    const other = new Keyring('another-key-of-a-link', 'lake')
    chat.hear(await other.seal('hello'), true, 'Bob')
    await tells(1)
    expect(told).toEqual(['unreadable'])
  })

  test('C4 with a keyless peer lines go and come open', async () => {
    const { chat, told, sent, tells } = setUp({ isPeerKeyless: true })
    chat.say('one', 'Ann')
    chat.hear('two', false, 'Rob')
    await tells(2)
    expect(told).toEqual(['self open: one', 'peer open: two'])
    expect(sent).toEqual([{ type: 'chat', body: 'one' }])
  })

  test('C4 a peer that sealed a line is not keyless: its open lines are refused', async () => {
    const { chat, told, tells } = setUp({ isPeerKeyless: true })
    chat.hear(await ring.seal('hello'), true, 'Bob')
    await tells(1)
    expect(chat.isSealed).toBe(true)
    chat.hear('send the money', false, 'Bob')
    await tells(2)
    expect(told).toEqual(['peer sealed: hello', 'unreadable'])
  })

  test('C4 what a peer said before it left is judged by what it was', async () => {
    const { chat, told, peer, tells } = setUp({ isPeerKeyless: true })
    chat.hear('bye', false, 'Rob')
    chat.forget()
    peer.isKeyless = false
    await tells(1)
    expect(told).toEqual(['peer open: bye'])
  })

  test('C4 a sealed line of one who left says nothing of the next one', async () => {
    const { chat, peer, tells } = setUp()
    chat.hear(await ring.seal('bye'), true, 'Bob')
    chat.forget()
    peer.isKeyless = true
    await tells(1)
    expect(chat.isSealed).toBe(false)
  })
})

test('C3 without a key lines go and come open, and a sealed one is refused', async () => {
  const { chat, told, sent, tells } = setUp({ hasKey: false })
  chat.say('one', 'Ann')
  chat.hear('two', false, 'Bob')
  chat.hear(await ring.seal('three'), true, 'Bob')
  await tells(3)
  expect(told).toEqual(['self open: one', 'peer open: two', 'unreadable'])
  expect(sent).toEqual([{ type: 'chat', body: 'one' }])
})
