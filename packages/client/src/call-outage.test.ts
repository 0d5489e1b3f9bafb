import { beforeEach, describe, expect, test } from 'bun:test'
import type { Description } from '@duet/protocol'
import { bob, ring, ROOM, until, useStage, type Stage } from './call-stage.ts'
import { FakePeerConnection } from './fake-peer-connection.ts'

const stages = useStage()
let stage: Stage
beforeEach(() => {
  stage = stages.current
})

describe('the server', () => {
  test('is cut off and comes back -> nothing happens to the media', async () => {
    await stage.talkAsFirst()
    stage.server.cut()
    stage.live(5_000)
    expect([stage.call.signaling, stage.call.state.name]).toEqual(['offline', 'connected'])
    await stage.online()
    stage.live(1_000)
    expect(stage.told.at(-1)).toBe('connected')
    expect(stage.server.heard.map(({ type }) => type)).toEqual(['join', 'description'])
  })

  test('is away -> a restart goes over the data channel', async () => {
    await stage.talkAsFirst()
    stage.server.cut()
    stage.call.restartIce()
    const sent = await until('signal', () =>
      stage.ann.channel.sent.find(({ type }) => type === 'signal'),
    )
    expect(sent).toMatchObject({ signal: { type: 'description', description: { type: 'offer' } } })
  })

  test('has lost the peer -> a restart goes over the data channel too', async () => {
    await stage.talkAsFirst()
    stage.server.say({ type: 'peer-away', peer: bob.id })
    expect(stage.call.peer?.isAway).toBe(true)
    stage.call.restartIce()
    await until('signal', () => stage.ann.channel.sent.some(({ type }) => type === 'signal'))
    expect(stage.server.all('description')).toHaveLength(1)
    // Should it have been lost on the way: the peer is back, so it is said again.
    stage.server.say({ type: 'peer-back', peer: bob.id, fresh: false })
    await stage.description(1)
  })

  test('forgot everybody -> the same connection goes on, under new ids', async () => {
    await stage.talkAsFirst()
    const { ann } = stage
    stage.server.restart()
    await stage.online()
    await until('join', () => stage.server.all('join').length === 2)
    const [before, after] = stage.server.all('join')
    expect(after?.tag).toBe(before?.tag)
    stage.server.say({ type: 'joined', room: ROOM, self: 'a2', peers: [] })
    expect(stage.call.peer?.isAway).toBe(true)
    stage.server.say({ type: 'peer-joined', peer: { ...bob, id: 'b2' } })
    expect(stage.call.peer?.isAway).toBe(false)
    stage.live(1_000)
    stage.call.restartIce()
    expect(await stage.description(1)).toMatchObject({ to: 'b2' })
    expect([stage.ann, ann.connectionState]).toEqual([ann, 'connected'])
    expect(stage.told.at(-1)).toBe('connected')
  })

  test('forgot everybody, the peer does not come back and is not heard -> gone', async () => {
    await stage.talkAsFirst()
    await stage.fallSilent()
    stage.server.restart()
    await stage.online()
    await until('join', () => stage.server.all('join').length === 2)
    stage.server.say({ type: 'joined', room: ROOM, self: 'a2', peers: [] })
    expect(stage.call.state.name).toBe('reconnecting')
    stage.clock.advance(30_000)
    expect(stage.told.slice(-2)).toEqual(['gone lost', 'waiting'])
  })

  test('gave the seat up meanwhile, and the peer waits anew -> a new connection', async () => {
    await stage.talkAsSecond()
    const former = stage.ann
    stage.server.restart()
    await stage.online()
    await until('join', () => stage.server.all('join').length === 2)
    stage.bob = FakePeerConnection.ofPeer()
    stage.server.say({
      type: 'joined',
      room: ROOM,
      self: 'a2',
      peers: [{ ...bob, isAway: false, signals: [await stage.bobOffers()] }],
    })
    expect((await stage.description(1)).description.type).toBe('answer')
    expect(former.connectionState).toBe('closed')
    expect(stage.call.state.name).toBe('connecting')
  })

  test('gave the seat to a newcomer -> full, nobody there, nothing open', async () => {
    await stage.talkAsFirst()
    stage.server.say({ type: 'seat-lost' })
    await until('join', () => stage.server.all('join').length === 2)
    stage.server.say({ type: 'full', room: ROOM, waiting: false })
    expect(stage.call.state.name).toBe('full')
    expect([stage.call.peer, stage.ann.connectionState]).toEqual([null, 'closed'])
  })

  test('a goodbye over the data channel counts while the server is away', async () => {
    await stage.talkAsFirst()
    stage.ann.channel.hear({ type: 'bye' })
    expect(stage.call.state.name).toBe('connected')
    stage.server.cut()
    stage.ann.channel.hear({ type: 'bye' })
    expect(stage.told.slice(-2)).toEqual(['gone left', 'waiting'])
    await stage.online()
    await stage.description(1)
    // Until now the server thought that the peer was there, and sent the offer to it.
    stage.server.say({ type: 'peer-left', peer: bob.id, reason: 'left' })
    expect((await stage.description(2)).description).toEqual(
      stage.server.all('description')[1]?.description as Description,
    )
  })
})

describe('lines of text', () => {
  test('are sealed, in order, and told at once', async () => {
    await stage.talkAsFirst()
    for (const text of ['one', 'two', 'three']) stage.call.sendChat(text)
    expect(stage.told.slice(-3)).toEqual(['self: one', 'self: two', 'self: three'])
    const lines = await until('lines', () => {
      const said = stage.server.all('chat')
      return said.length === 3 && said
    })
    const texts = await Promise.all(lines.map(({ body }) => ring.open(body)))
    expect(texts).toEqual(['one', 'two', 'three'])
  })

  test('of the peer are opened; those of another key are refused', async () => {
    await stage.talkAsFirst()
    const sealed = await ring.seal('hello')
    stage.server.say({ type: 'chat', from: bob.id, body: 'AAAA', sealed: true })
    stage.server.say({ type: 'chat', from: bob.id, body: sealed, sealed: true })
    await until('line', () => stage.told.at(-1) === 'peer: hello')
    expect(stage.told.at(-2)).toBe('refused chat-unreadable')
  })

  test('C3 that come in the open in a verified call are refused', async () => {
    await stage.talkAsFirst()
    stage.server.say({ type: 'chat', from: bob.id, body: 'send the money' })
    await until('refusal', () => stage.told.at(-1) === 'refused chat-unreadable')
    expect(stage.told.some((line) => line.startsWith('peer: '))).toBe(false)
  })

  test('that are very long are cut into lines that fit, and lose nothing', async () => {
    await stage.talkAsFirst()
    const text = '界🙂'.repeat(3_000)
    stage.call.sendChat(text)
    const own = stage.told.filter((line) => line.startsWith('self: '))
    expect(own.map((line) => line.slice(6)).join('')).toBe(text)
    await until('lines', () => stage.server.all('chat').length === own.length)
    for (const { body } of stage.server.all('chat')) expect(body.length).toBeLessThanOrEqual(8_000)
  })

  test('to nobody are refused', () => {
    stage.call.sendChat('hello?')
    expect(stage.told).toEqual(['refused no-such-peer'])
  })

  test('that were lost with the session are said to the same peer, and to no other', async () => {
    await stage.talkAsFirst()
    stage.server.cut()
    stage.call.sendChat('for Bob')
    await until('told', () => stage.told.at(-1) === 'self: for Bob')
    for (const heard of [
      { ...bob, id: 'b2' },
      { id: 'c1', name: 'Cat', tag: 'run-c' },
    ]) {
      stage.server.restart()
      await stage.online()
      const joins = stage.server.all('join').length
      stage.server.say({ type: 'joined', room: ROOM, self: 'a2', peers: [] })
      stage.call.sendChat(`also, after ${joins} joins`)
      stage.server.say({ type: 'peer-joined', peer: heard })
      if (heard.tag === bob.tag) await until('lines', () => stage.server.all('chat').length === 2)
    }
    stage.server.say({ type: 'peer-left', peer: 'c1', reason: 'left' })
    await until('offers', () => stage.call.state.name === 'waiting')
    expect(stage.server.all('chat')).toHaveLength(2)
  })
})

test('close() in a call says goodbye twice, and leaves nothing open', async () => {
  await stage.talkAsFirst()
  const { ann } = stage
  stage.call.close()
  stage.call.close()
  expect(ann.channel.sent.at(-1)).toEqual({ type: 'bye' })
  expect(stage.server.heard.at(-1)).toEqual({ type: 'leave' })
  expect(stage.clock.pending).toBe(0)
  stage.call.join()
  expect(stage.call.state.name).toBe('ended')
})
