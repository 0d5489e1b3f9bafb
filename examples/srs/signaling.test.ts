import { describe, expect, test } from 'bun:test'
import { RefusedError, Signaling, type BroadcastNews, type News } from './signaling.ts'

/** The server's end of a socket that is open. */
class FakeSocket extends EventTarget {
  readonly said: unknown[] = []

  send(frame: string): void {
    this.said.push(JSON.parse(frame))
  }

  tell(frame: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) }))
  }

  close(): void {
    this.dispatchEvent(new Event('close'))
  }
}

function open() {
  const socket = new FakeSocket()
  const news: News[] = []
  const broadcasts: BroadcastNews[] = []
  let losses = 0
  const signaling = new Signaling({
    socket: socket as never,
    identity: { room: 'lake', display: 'ann' },
    onNews: (each) => news.push(each),
    onBroadcast: (each) => broadcasts.push(each),
    onLost: () => losses++,
  })
  return { socket, signaling, news, broadcasts, losses: () => losses }
}

describe('signaling', () => {
  test('asks as who it is, and gets the answer to what it asked', async () => {
    const { socket, signaling } = open()
    const [joined, published, controlled] = [
      signaling.join(),
      signaling.publish(),
      signaling.control('alert', 'hello'),
    ]
    const who = { room: 'lake', display: 'ann' }
    expect(socket.said).toEqual([
      { tid: '1', msg: { action: 'join', ...who, captures: ['live'] } },
      { tid: '2', msg: { action: 'publish', ...who } },
      { tid: '3', msg: { action: 'control', ...who, call: 'alert', data: 'hello' } },
    ])
    socket.tell({ tid: '3', msg: null })
    socket.tell({ tid: '1', msg: { action: 'join', participants: [] } })
    socket.tell({ tid: '2', msg: null })
    expect(await joined).toMatchObject({ participants: [] })
    expect(await Promise.all([published, controlled])).toEqual([undefined, undefined])
  })

  test('a broadcast is agreed on and begun, and what is told of it is news of its own', async () => {
    const { socket, signaling, news, broadcasts } = open()
    const push = { url: 'rtmp://a.example/live', key: 'k' }
    const asked = [
      signaling.consent(true, 'ben'),
      signaling.capture({ on: true, layout: 'inset', push }),
      signaling.capture({ on: false }),
    ]
    const live = { purpose: 'live', room: 'lake', display: 'ann' }
    expect(socket.said).toEqual([
      { tid: '1', msg: { action: 'consent', ...live, given: true, peer: 'ben' } },
      { tid: '2', msg: { action: 'capture', ...live, on: true, layout: 'inset', push } },
      { tid: '3', msg: { action: 'capture', ...live, on: false } },
    ])
    for (const tid of ['1', '2', '3']) socket.tell({ tid, msg: null })
    await Promise.all(asked)
    socket.tell({ msg: { action: 'notify', event: 'captures', consents: [], active: [] } })
    socket.tell({ msg: { action: 'notify', event: 'capture', purpose: 'live', state: 'running' } })
    expect(broadcasts).toMatchObject([{ event: 'captures' }, { state: 'running' }])
    expect(news).toEqual([])
  })

  test('an error says its code', async () => {
    const { socket, signaling } = open()
    const joined = signaling.join()
    socket.tell({ tid: '1', msg: { action: 'error', code: 'display-taken', participants: [] } })
    const error = await joined.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RefusedError)
    expect((error as RefusedError).code).toBe('display-taken')
  })

  test('what has no tid is news', () => {
    const { socket, news } = open()
    socket.tell({ msg: { action: 'notify', event: 'leave', participants: [] } })
    socket.tell({ tid: 'unknown', msg: null })
    expect(news).toMatchObject([{ event: 'leave' }])
  })

  test('a socket that closes answers nothing any more', async () => {
    const { socket, signaling, losses } = open()
    const joined = signaling.join()
    socket.close()
    expect(joined).rejects.toThrow('the socket was closed')
    expect(losses()).toBe(1)
  })
})
