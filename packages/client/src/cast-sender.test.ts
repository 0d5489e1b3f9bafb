import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import type { Description } from '@duet/protocol'
import { bob as tv, expectNoConnection, until, useBrowser } from './call-stage.ts'
import { CastSender, type CastSource } from './cast-sender.ts'
import { FakePeerConnection } from './fake-peer-connection.ts'
import { FakeServer } from './fake-server.ts'

useBrowser()

let clock: FakeClock
let server: FakeServer
let sender: CastSender
let told: string[]

const screen = () => ({ kind: 'video', contentHint: '' }) as unknown as MediaStreamTrack
const sound = { kind: 'audio' } as unknown as MediaStreamTrack

beforeEach(() => {
  clock = new FakeClock()
  server = new FakeServer()
  told = []
  const options = { url: 'wss://duet.example/ws', code: 'k7p hqx', name: 'Ann' }
  sender = new CastSender(options, { clock, openSocket: server.openSocket })
  sender.on('state', (state) => {
    const detail = 'reason' in state ? ` ${state.reason}` : ''
    told.push(`${state.name}${detail}`)
  })
})

afterEach(() => {
  sender.close()
  expect(clock.pending).toBe(0)
  expectNoConnection()
})

const connection = () => FakePeerConnection.all.at(-1) as FakePeerConnection
const seated = { type: 'joined', room: '~tv.k7phqx', self: 'a1' } as const

/** The code is entered, and the TV is there. */
async function open(): Promise<void> {
  sender.open()
  await until('join', () => server.all('join-cast').length > 0)
  server.say({ ...seated, peers: [{ ...tv, isAway: false, signals: [] }] })
  await answer()
}

/** The TV answers the latest offer, and the path is there. */
async function answer(): Promise<void> {
  const ours = connection()
  const offer = await until('offer', () => ours.localDescription)
  const theirs = FakePeerConnection.ofPeer()
  await theirs.setRemoteDescription(offer)
  await theirs.setLocalDescription()
  const description = theirs.localDescription as Description
  server.say({ type: 'description', description, from: tv.id })
  await until('answered', () => ours.signalingState === 'stable')
  ours.connect()
}

async function show(source: CastSource = { video: screen(), audio: sound }): Promise<CastSource> {
  await sender.show(source)
  return source
}

/** What the TV was told last of what is sent. */
const mediaTold = () => connection().channel.sent.findLast(({ type }) => type === 'media')

describe('T3 T4 entering a code', () => {
  test('entering -> ready: connected before anything is chosen', async () => {
    await open()
    expect(told).toEqual(['entering', 'ready'])
    expect(server.heard.map(({ type }) => type)).toEqual(['join-cast', 'description'])
    expect(server.all('join-cast')[0]).toMatchObject({ code: 'k7p hqx', name: 'Ann' })
    expect([sender.receiverName, mediaTold()?.['video']]).toEqual(['Bob', false])
  })

  test.each(['no-such-cast', 'cast-over', 'rate-limited'] as const)(
    'entering -> refused with %s -> failed; open() enters it again',
    async (code) => {
      sender.open()
      await until('join', () => server.all('join-cast').length > 0)
      server.say({ type: 'error', code, message: '' })
      expect(sender.state).toMatchObject({ name: 'failed', code })
      sender.open()
      await until('another', () => server.all('join-cast').length === 2)
      expect(sender.state.name).toBe('entering')
    },
  )

  test('entering -> somebody else shows something -> busy', async () => {
    sender.open()
    await until('join', () => server.all('join-cast').length > 0)
    server.say({ type: 'full', room: seated.room, waiting: false })
    expect(told).toEqual(['entering', 'busy'])
  })
})

describe('T7 showing', () => {
  test('ready -> show -> showing, on the connection that is there', async () => {
    await open()
    const { video } = await show()
    expect(sender.state).toEqual({ name: 'showing', isConnected: true })
    expect(FakePeerConnection.all).toHaveLength(1)
    expect(connection().transceivers.map(({ sender: { track } }) => track)).toEqual([sound, video])
    expect([video.contentHint, mediaTold()]).toMatchObject([
      'text',
      { type: 'media', audio: true, video: true, screen: true },
    ])
  })

  test('show before the TV answered -> showing, and connected later', async () => {
    sender.open()
    await until('join', () => server.all('join-cast').length > 0)
    await show()
    expect(sender.state.name).toBe('entering')
    server.say({ ...seated, peers: [{ ...tv, isAway: false, signals: [] }] })
    expect(sender.state).toEqual({ name: 'showing', isConnected: false })
    await answer()
    expect(sender.state).toEqual({ name: 'showing', isConnected: true })
  })

  test('showing -> pause -> paused -> resume -> showing', async () => {
    await open()
    const { video } = await show()
    await sender.pause()
    expect([told.at(-1), mediaTold()?.['video']]).toEqual(['paused', false])
    expect(connection().transceivers.map(({ sender: { track } }) => track)).toEqual([null, null])
    await sender.resume()
    expect([told.at(-1), mediaTold()?.['video']]).toEqual(['showing', true])
    expect(connection().transceivers[1]?.sender.track).toBe(video)
  })

  test('paused -> another source -> showing', async () => {
    await open()
    await show()
    await sender.pause()
    const { video } = await show({ video: screen() })
    expect(sender.state.name).toBe('showing')
    expect(connection().transceivers.map(({ sender: { track } }) => track)).toEqual([null, video])
  })

  test('the mode is that of the track, too', async () => {
    await open()
    const { video } = await show()
    await sender.setMode('motion')
    expect([sender.mode, video.contentHint]).toEqual(['motion', 'motion'])
  })

  test('stop -> ended; open() enters the code again, with nothing to show', async () => {
    await open()
    await show()
    sender.stop()
    expect(sender.state).toEqual({ name: 'ended', reason: 'stopped' })
    expect(server.all('leave')).toHaveLength(1)
    sender.open()
    server.say({ type: 'left' })
    await until('another', () => server.all('join-cast').length === 2)
    server.say({ ...seated, peers: [{ ...tv, isAway: false, signals: [] }] })
    expect(sender.state.name).toBe('ready')
  })
})

describe('T5 a TV that goes', () => {
  test('showing -> the TV is reloaded -> waiting -> back: a new offer, and the same source', async () => {
    await open()
    const { video } = await show()
    server.say({ type: 'peer-left', peer: tv.id, reason: 'left' })
    expect(told.at(-1)).toBe('waiting left')
    server.say({ type: 'peer-joined', peer: { ...tv, id: 'b2', tag: 'run-b2' } })
    expect(sender.state).toEqual({ name: 'showing', isConnected: false })
    expect(FakePeerConnection.all).toHaveLength(2)
    await until('offer', () => server.all('description').length === 2)
    expect(server.all('description')[1]).toMatchObject({ to: 'b2', description: { type: 'offer' } })
    expect(connection().transceivers.map(({ sender: { track } }) => track)).toEqual([sound, video])
  })

  test('the TV lost this side, and did not hear why -> a new connection to the same TV', async () => {
    await open()
    await show()
    const former = connection()
    server.restart()
    await until('back', () => {
      clock.advance(100)
      return server.all('join-cast').length === 2
    })
    server.say({ ...seated, peers: [{ ...tv, isAway: false, signals: [] }] })
    // The former connection is gone there: the answer to a restart comes from another one.
    for (let tick = 0; tick < 12 && server.all('description').length === 1; tick++) {
      clock.advance(250)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const theirs = FakePeerConnection.ofPeer()
    await theirs.setRemoteDescription(former.localDescription as Description)
    await theirs.setLocalDescription()
    const description = theirs.localDescription as Description
    server.say({ type: 'description', description, from: tv.id })
    await until('offer', () => server.all('description').length === 3)
    expect(former.connectionState).toBe('closed')
    expect(sender.state).toEqual({ name: 'showing', isConnected: false })
    expect(connection().transceivers).toHaveLength(2)
    await answer()
    expect(sender.state).toEqual({ name: 'showing', isConnected: true })
  })

  test.each([
    ['receiver', 'receiver'],
    ['receiver-gone', 'receiver-gone'],
  ] as const)('showing -> dismissed as %s -> ended', async (reason, end) => {
    await open()
    await show()
    server.say({ type: 'dismissed', reason })
    expect(sender.state).toEqual({ name: 'ended', reason: end })
    expect(connection().connectionState).toBe('closed')
  })

  test('the server restarts, and the TV is not back yet -> the picture goes on, asked every second', async () => {
    await open()
    await show()
    server.restart()
    await until('back', () => {
      clock.advance(100)
      return server.all('join-cast').length === 2
    })
    server.say({ type: 'error', code: 'no-such-cast', message: '' })
    expect(sender.state.name).not.toBe('failed')
    clock.advance(1_000)
    await until('third', () => server.all('join-cast').length === 3)
    server.say({ ...seated, peers: [{ ...tv, isAway: false, signals: [] }] })
    expect(FakePeerConnection.all).toHaveLength(1)
    expect(connection().connectionState).toBe('connected')
  })

  test('the server restarts, and too many ask from this address -> asked on, until it is answered', async () => {
    await open()
    await show()
    server.restart()
    const asks = async (count: number) => {
      await until(`ask ${count}`, () => {
        clock.advance(100)
        connection().channel.hear({ type: 'ping', intervalMs: 250 })
        return server.all('join-cast').length === count
      })
    }
    for (let count = 2; count < 50; count++) {
      await asks(count)
      server.say({ type: 'error', code: 'rate-limited', message: '' })
    }
    await asks(50)
    server.say({ ...seated, peers: [{ ...tv, isAway: false, signals: [] }] })
    expect(sender.state).toEqual({ name: 'showing', isConnected: true })
    clock.advance(5_000)
    expect(server.all('join-cast')).toHaveLength(50)
  })

  test('the server restarts, and the TV never comes back -> failed after the grace time', async () => {
    await open()
    await show()
    server.restart()
    for (let second = 0; second < 40 && sender.state.name !== 'failed'; second++) {
      const asked = server.all('join-cast').length
      await until('asked', () => {
        clock.advance(100)
        return server.all('join-cast').length > asked
      })
      server.say({ type: 'error', code: 'no-such-cast', message: '' })
      connection().channel.hear({ type: 'ping', intervalMs: 250 })
    }
    expect(sender.state).toMatchObject({ name: 'failed', code: 'no-such-cast' })
  })
})
