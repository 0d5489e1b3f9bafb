import { describe, expect, test } from 'bun:test'
import { MAX_KEPT_CANDIDATES } from '@duet/protocol'
import { Stage as NativeStage, type FakeClient } from '../native/fake-client.ts'
import { Stage, type StageOptions } from './stage.ts'

const OFFER = { type: 'offer', sdp: 'v=0\r\na=offer\r\n' }
const ANSWER = { type: 'answer', sdp: 'v=0\r\na=answer\r\n' }
const CANDIDATE = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }
const CALL = { cmd: 'publish', event: 'call', data: null } as never

/** Both gateways over one hub. */
function openBoth(options: StageOptions = {}): { native: NativeStage; topic: Stage } {
  const native = new NativeStage()
  return { native, topic: new Stage({ ...options, hub: native.hub }) }
}

function describes(client: FakeClient, description: object): void {
  client.request({ type: 'description', description })
}

describe('TP14 the page was there first', () => {
  function meet() {
    const { native, topic } = openBoth()
    const page = topic.subscribe()
    page.publish('call', null)
    const client = native.greet()
    client.join('lake')
    return { page, client }
  }

  test('TP14 it is told call, offers, and is answered', () => {
    const { page, client } = meet()
    expect(page.frames).toEqual([CALL])
    page.publish('offer', { ...OFFER, more: 'of the page' })
    page.publish('candidate', { ...CANDIDATE, usernameFragment: 'u', more: { deep: [] } })
    expect(client.last('description')).toMatchObject({ description: OFFER })
    expect(client.last('description')['description']).toEqual(OFFER)
    expect(client.last('candidate')['candidate']).toEqual({ ...CANDIDATE, usernameFragment: 'u' })
    describes(client, ANSWER)
    client.request({ type: 'candidate', candidate: CANDIDATE })
    client.request({ type: 'candidate', candidate: null })
    expect(page.frames.slice(1)).toEqual([
      { cmd: 'publish', event: 'answer', data: ANSWER },
      { cmd: 'publish', event: 'candidate', data: CANDIDATE },
    ] as never)
  })

  test('TP14 leaving is told both ways', () => {
    const { page, client } = meet()
    client.request({ type: 'leave' })
    expect(page.events).toEqual(['call', 'leave'])
    client.join('lake')
    expect(page.events).toEqual(['call', 'leave', 'call'])
    page.socket.cut()
    expect(client.events.at(-1)).toMatchObject({ type: 'peer-left', reason: 'left' })
  })

  test('TP14 call, events of its own and what is no description are not told', () => {
    const { page, client } = meet()
    const before = client.events.length
    for (const data of [null, {}, ANSWER, { type: 'offer' }, { ...OFFER, sdp: 7 }, 'offer']) {
      page.publish('offer', data)
    }
    for (const data of [null, {}, { candidate: 7 }, { ...CANDIDATE, sdpMid: 7 }]) {
      page.publish('candidate', data)
    }
    page.publish('call', null)
    page.publish('own', OFFER)
    page.publish('chat', { not: 'a line' })
    expect(client.events.length).toBe(before)
  })

  test('TP15 without media yet, it is told call again when it says that it has', () => {
    const { native, topic } = openBoth()
    const page = topic.subscribe()
    native.greet().join('lake')
    expect(page.events).toEqual(['call'])
    page.publish('call', null)
    page.publish('call', null)
    expect(page.events).toEqual(['call', 'call'])
  })

  test('TP15 it is not told again when it has offered', () => {
    const { native, topic } = openBoth()
    const page = topic.subscribe()
    const client = native.greet()
    client.join('lake')
    page.publish('offer', OFFER)
    page.publish('call', null)
    describes(client, ANSWER)
    expect(page.events).toEqual(['call', 'answer'])
  })
})

describe('TP15 the page comes second', () => {
  function wait() {
    const { native, topic } = openBoth()
    const client = native.greet()
    client.join('lake')
    describes(client, OFFER)
    client.request({ type: 'candidate', candidate: CANDIDATE })
    return { native, topic, client }
  }

  test('TP15 the offer that waits for it is told when it has media, in order', () => {
    const { topic, client } = wait()
    const page = topic.subscribe('room-Lake')
    client.request({ type: 'candidate', candidate: { ...CANDIDATE, sdpMid: '1' } })
    client.request({ type: 'candidate', candidate: null })
    expect(page.frames).toEqual([])
    page.publish('call', null, 'room-Lake')
    expect(page.frames).toEqual([
      { cmd: 'publish', event: 'offer', data: OFFER },
      { cmd: 'publish', event: 'candidate', data: CANDIDATE },
      { cmd: 'publish', event: 'candidate', data: { ...CANDIDATE, sdpMid: '1' } },
    ] as never)
    page.publish('answer', ANSWER, 'room-Lake')
    expect(client.last('description')['description']).toEqual(ANSWER)
    client.request({ type: 'candidate', candidate: CANDIDATE })
    expect(page.frames.length).toBe(4)
  })

  test('TP15 a newer offer takes the place of what was held', () => {
    const { topic, client } = wait()
    const page = topic.subscribe()
    describes(client, { ...OFFER, sdp: 'newer' })
    page.publish('call', null)
    expect(page.frames).toMatchObject([{ data: { sdp: 'newer' } }])
  })

  test('TP15 what is held is bounded, and ends with who said it', () => {
    const { native, topic, client } = wait()
    const page = topic.subscribe()
    for (let count = 0; count < 2 * MAX_KEPT_CANDIDATES; count++) {
      client.request({ type: 'candidate', candidate: CANDIDATE })
    }
    page.publish('call', null)
    expect(page.frames.length).toBe(1 + MAX_KEPT_CANDIDATES)

    const late = topic.subscribe('room-sea')
    const other = native.greet()
    other.join('sea')
    describes(other, OFFER)
    other.request({ type: 'leave' })
    late.publish('call', null, 'room-sea')
    expect(late.events).toEqual(['call', 'leave'])
  })

  test('TP7 TP15 from the line, it has said already that it is ready', () => {
    const { native, topic } = openBoth()
    const [stays, goes] = native.pair()
    const page = topic.subscribe()
    page.publish('call', null)
    expect(page.events).toEqual(['full'])
    goes.request({ type: 'leave' })
    expect(stays.events.at(-1)).toMatchObject({ type: 'peer-joined' })
    describes(stays, OFFER)
    expect(page.events).toEqual(['full', 'offer'])
  })
})

describe('TP16 text', () => {
  test('TP16 chat is a line of text in both, and sealed ones stay where they can be read', () => {
    const { native, topic } = openBoth()
    const page = topic.subscribe()
    const client = native.greet()
    client.join('lake')
    page.publish('chat', 'hello 你好')
    expect(client.last('chat')['body']).toBe('hello 你好')
    client.chat('and you')
    client.request({ type: 'chat', body: 'c2VhbGVk', sealed: true })
    expect(page.frames.slice(1)).toEqual([
      { cmd: 'publish', event: 'chat', data: 'and you' },
    ] as never)
  })
})

describe('TP13 the bounds of a bridge', () => {
  test('TP13 what is over the rate of translation is not told to other dialects', () => {
    const { native, topic } = openBoth({
      limits: { translatedLengthRate: { perSecond: 1, burst: 500 } },
    })
    const page = topic.subscribe()
    const client = native.greet()
    client.join('lake')
    page.publish('offer', { ...OFFER, sdp: 'x'.repeat(300) })
    page.publish('offer', { ...OFFER, sdp: 'y'.repeat(300) })
    page.publish('chat', 'z'.repeat(300))
    expect(client.types).toEqual(['joined', 'description'])
  })

  test('TP6 with another capacity, subjects are apart from the rooms of others', () => {
    const { native, topic } = openBoth({ capacity: 3 })
    native.greet().join('lake')
    const pages = [topic.subscribe(), topic.subscribe(), topic.subscribe()]
    expect(pages.flatMap(({ events }) => events)).toEqual([])
  })
})
