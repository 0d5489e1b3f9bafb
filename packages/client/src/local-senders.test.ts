import { afterAll, beforeAll, expect, test } from 'bun:test'
import { FakeClock, silentLogger } from '@duet/base'
import { browser } from './call-stage.ts'
import { FakeMediaStream } from './fake-peer-connection.ts'
import { LocalMedia } from './local-media.ts'
import { LocalSenders } from './local-senders.ts'

beforeAll(() => {
  browser['MediaStream'] = FakeMediaStream
})
afterAll(() => {
  delete browser['MediaStream']
})

/** A connection whose video sender tells how small it sends. */
class FakeConnection {
  scale = 0
  readonly tracks: unknown[] = []

  addTransceiver(trackOrKind: unknown, init: { sendEncodings?: RTCRtpEncodingParameters[] }) {
    this.scale = init.sendEncodings?.[0]?.scaleResolutionDownBy ?? this.scale
    this.tracks.push(trackOrKind)
    return {
      sender: {
        replaceTrack: () => Promise.resolve(),
        getParameters: () => ({ encodings: [{ scaleResolutionDownBy: this.scale }] }),
        setParameters: ({ encodings: [encoding] }: RTCRtpSendParameters) => {
          this.scale = encoding?.scaleResolutionDownBy ?? 1
          return Promise.resolve()
        },
      },
    }
  }
}

function make() {
  const clock = new FakeClock()
  const media = new LocalMedia()
  const connection = new FakeConnection()
  const senders = new LocalSenders({
    connection: connection as unknown as RTCPeerConnection,
    media,
    clock,
    logger: silentLogger,
  })
  return { clock, connection, media, senders }
}

const camera = { kind: 'video' } as MediaStreamTrack

test('a picture begins small, and grows two seconds after the path is there', () => {
  const { clock, connection, media, senders } = make()
  media.setTrack('video', camera)
  senders.make()
  senders.up()
  expect([connection.tracks[1], connection.scale]).toEqual([camera, 2])
  clock.advance(2_000)
  expect(connection.scale).toBe(1)
  senders.close()
  expect(clock.pending).toBe(0)
})

test('a path that was there before the picture: the picture still begins small', async () => {
  const { clock, connection, media, senders } = make()
  senders.make()
  senders.up()
  clock.advance(30_000)
  expect(connection.scale).toBe(2)
  media.setTrack('video', camera)
  await senders.setTrack('video', camera)
  expect(connection.scale).toBe(2)
  clock.advance(2_000)
  expect(connection.scale).toBe(1)
  senders.close()
  expect(clock.pending).toBe(0)
})
