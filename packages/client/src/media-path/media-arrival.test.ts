import { FakeClock } from '@duet/base'
import { expect, test } from 'bun:test'
import type { PeerMedia } from '../call-state.ts'
import { FakePeerConnection } from '../fake-peer-connection.ts'
import { MediaArrival } from './media-arrival.ts'

const BOTH: PeerMedia = { audio: true, video: true, screen: false }

interface Given {
  isFresh?: boolean
  media?: PeerMedia | null
  isConnected?: boolean
}

function setUp({ isFresh = true, media = BOTH, isConnected = true }: Given = {}) {
  const clock = new FakeClock()
  const connection = FakePeerConnection.ofPeer()
  if (isConnected) connection.become('connected')
  let arrivals = 0
  const expected: { media: PeerMedia | null } = { media }
  const arrival = new MediaArrival({
    connection: connection as unknown as RTCPeerConnection,
    clock,
    expected: () => expected.media,
    isFresh,
    onArrived: () => (arrivals += 1),
  })
  const look = async () => {
    clock.advance(50)
    await new Promise((resolve) => setImmediate(resolve))
    return arrivals
  }
  return { arrival, clock, connection, expected, look }
}

test('V4 a picture that moves and a sound are there: told once', async () => {
  const { clock, connection, look } = setUp()
  expect(await look()).toBe(0)
  connection.frames = 1
  connection.packets = 50
  expect(await look()).toBe(0)
  connection.frames = 2
  expect(await look()).toBe(1)
  connection.frames = 20
  expect(await look()).toBe(1)
  expect(clock.pending).toBe(0)
})

test.each([
  [{ audio: true, video: false, screen: false }, { packets: 5 }],
  [{ audio: false, video: true, screen: true }, { frames: 2 }],
  [{ audio: false, video: false, screen: false }, {}],
  [null, {}],
])('V4 of %p only that is waited for', async (media, came) => {
  const { arrival, connection, look } = setUp({ media })
  const isAnythingMissing = Object.keys(came).length > 0
  expect(await look()).toBe(isAnythingMissing ? 0 : 1)
  Object.assign(connection, came)
  expect(await look()).toBe(1)
  arrival.close()
})

test('V4 what came before does not count on a connection that is used again', async () => {
  const { connection, look } = setUp({ isFresh: false })
  Object.assign(connection, { frames: 100, packets: 100 })
  expect(await look()).toBe(0)
  Object.assign(connection, { frames: 102, packets: 105 })
  expect(await look()).toBe(1)
})

test('V4 what the other side does not send any more is not waited for', async () => {
  const { expected, look } = setUp()
  expect(await look()).toBe(0)
  expected.media = { audio: false, video: false, screen: false }
  expect(await look()).toBe(1)
})

test('V4 nothing is there before the connection is', async () => {
  const { connection, look } = setUp({ media: null, isConnected: false })
  expect(await look()).toBe(0)
  connection.become('connected')
  expect(await look()).toBe(1)
})

test('what is closed tells nothing', async () => {
  const { arrival, clock, connection, look } = setUp()
  arrival.close()
  Object.assign(connection, { frames: 10, packets: 10 })
  expect(await look()).toBe(0)
  expect(clock.pending).toBe(0)
})
