import { describe, expect, test } from 'bun:test'
import { Stage as NativeStage, type FakeClient } from '../native/fake-client.ts'
import { Stage as TopicStage } from '../topic/stage.ts'
import { Stage, type StageOptions } from './stage.ts'

const ANN = { room: 'lake', display: 'ann' }
const OFFER = { type: 'offer', sdp: 'v=0\r\n' }

/** Both gateways over one hub. */
function openBoth(options: StageOptions = {}): { native: NativeStage; srs: Stage } {
  const native = new NativeStage()
  return { native, srs: new Stage({ ...options, hub: native.hub }) }
}

/** What it heard but for the answers to its own joins. */
function news(client: FakeClient): unknown[] {
  return client.events.filter(({ type }) => type !== 'joined')
}

describe('SG16 with a native member', () => {
  test('SG16 the page was there first: joining, publishing and leaving are told both ways', () => {
    const { native, srs } = openBoth()
    const page = srs.join('ann')
    const client = native.greet()
    client.join('lake', { name: 'Ben' })
    expect(page.heard).toEqual(['join of Ben: ann, Ben'])
    expect(client.last('joined')['peers']).toMatchObject([{ name: 'ann', dialect: 'srs' }])
    page.ask('publish', ANN)
    page.ask('publish', ANN)
    const [peer] = client.last('joined')['peers'] as { id: string }[]
    expect(news(client)).toMatchObject([
      { type: 'peer-publishing', peer: peer?.id, isPublishing: true },
    ])
    client.request({ type: 'leave' })
    expect(page.heard.at(-1)).toBe('leave of Ben: ann*')
    client.join('lake', { name: 'Ben' })
    expect(client.last('joined')['peers']).toMatchObject([{ name: 'ann', isPublishing: true }])
    page.socket.hangUp()
    expect(client.events.at(-1)).toMatchObject({ type: 'peer-left', reason: 'left' })
  })

  test('SG16 the page comes second, and is lost', () => {
    const { native, srs } = openBoth()
    const client = native.greet()
    client.join('lake', { name: 'Ben' })
    client.request({ type: 'description', description: OFFER })
    const page = srs.connect()
    page.ask('join', ANN)
    expect(page.heard).toEqual(['join 1: Ben, ann'])
    expect(client.events.at(-1)).toMatchObject({ type: 'peer-joined', peer: { dialect: 'srs' } })
    page.socket.cut()
    expect(client.events.at(-1)).toMatchObject({ type: 'peer-left', reason: 'lost' })
  })

  test('SG16 its descriptions, lines and lost connections are not told, nor are controls to it', () => {
    const { native, srs } = openBoth()
    const page = srs.join('ann')
    const client = native.greet()
    client.join('lake')
    page.forget()
    client.request({ type: 'description', description: OFFER })
    client.chat('hello')
    client.socket.cut()
    client.resume()
    page.ask('control', { ...ANN, call: 'alert', data: 'x' })
    expect(page.heard).toEqual(['done 2'])
    expect(news(client)).toEqual([])
  })

  test('SG17 who has no name, or that of another one, is known by a piece of its id', () => {
    const { native, srs } = openBoth()
    const nameless = native.greet()
    nameless.join('lake')
    const page = srs.connect()
    page.ask('join', ANN)
    const { self } = nameless.last('joined') as never as { self: string }
    const short = self.slice(0, 8)
    expect(page.heard).toEqual([`join 1: ${short}, ann`])
    nameless.request({ type: 'leave' })
    const namesake = native.greet()
    namesake.join('lake', { name: 'ann' })
    const other = String(namesake.last('joined')['self']).slice(0, 8)
    expect(page.heard.slice(1)).toEqual([
      `leave of ${short}: ann`,
      `join of ${other}: ann, ${other}`,
    ])
  })

  test('SG17 the name of a native member is taken', () => {
    const { native, srs } = openBoth()
    native.greet().join('lake', { name: 'ann' })
    const page = srs.connect()
    page.ask('join', ANN)
    expect(page.heard).toEqual(['error 1 display-taken'])
  })
})

describe('SG19 a call of two can’t be walked into', () => {
  test('SG19 two native members: full, without their names', () => {
    const { native, srs } = openBoth()
    const [a, b] = native.pair()
    const page = srs.connect()
    page.ask('join', ANN)
    expect(page.heard).toEqual(['join 1: , , ann'])
    expect([news(a).length, news(b).length]).toEqual([1, 0])
  })

  test('SG19 one of each: full for a third of either', () => {
    const { native, srs } = openBoth()
    srs.join('ann')
    const client = native.greet()
    client.join('lake', { name: 'Ben' })
    const page = srs.connect()
    page.ask('join', { room: 'lake', display: 'cleo' })
    expect(page.heard).toEqual(['join 1: ann, , cleo'])
    expect(native.greet().join('lake')).toMatchObject({ type: 'full' })
    client.request({ type: 'leave' })
    page.ask('join', { room: 'lake', display: 'cleo' })
    expect(page.heard.at(-1)).toBe('join 2: ann, cleo')
  })

  test('SG19 two pages or more: full for a native member, and one in line holds up no page', () => {
    const { native, srs } = openBoth()
    const [ann] = srs.joinAll('ann', 'ben')
    const client = native.greet()
    expect(client.join('lake', { wait: true })).toMatchObject({ type: 'full', waiting: true })
    srs.join('cleo')
    ann?.socket.hangUp()
    expect(client.events.at(-1)).toMatchObject({ type: 'full' })
  })

  test('SG19 R6 the offer of a native member waits for a native one as before', () => {
    const { native, srs } = openBoth()
    const client = native.greet()
    client.join('lake')
    const page = srs.join('ann')
    page.socket.hangUp()
    client.request({ type: 'description', description: OFFER })
    const other = native.greet()
    other.join('lake')
    expect(other.last('joined')['peers']).toMatchObject([{ signals: [{ description: OFFER }] }])
  })
})

test('SG16 a page on topic and one on srs see each other come and go', () => {
  const topic = new TopicStage()
  const srs = new Stage({ hub: topic.hub })
  const subscriber = topic.subscribe()
  const page = srs.connect()
  page.ask('join', ANN)
  expect(page.heard[0]).toMatch(/^join 1: [\w-]{8}, ann$/)
  subscriber.publish('own', 1)
  page.socket.hangUp()
  expect(subscriber.events.at(-1)).toBe('leave')
})
