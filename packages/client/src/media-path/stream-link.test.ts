import { afterEach, beforeEach, expect, test } from 'bun:test'
import { bob, expectNoConnection, Stage, until, useBrowser } from '../call-stage.ts'
import { createCaptureBook } from '../captures/capture-book.ts'
import { NO_MEDIA_PATH } from './media-path.ts'
import type { StreamExchange, StreamExchangeOptions } from './stream-exchange.ts'

useBrowser()

/** A client of a media server, which only publishes and plays. */
const sam = { ...bob, id: 's1', name: 'Sam', dialect: 'srs' }

class FakeExchange {
  readonly options: StreamExchangeOptions
  stream: MediaStream | null = null
  readonly told: string[] = []

  constructor(options: StreamExchangeOptions) {
    this.options = options
  }

  setPeerPublishing(isPublishing: boolean): void {
    this.told.push(isPublishing ? 'peer publishes' : 'peer does not publish')
  }

  mediaChanged(kind: string): Promise<void> {
    this.told.push(`${kind} changed`)
    return Promise.resolve()
  }

  sample() {
    return Promise.resolve(null)
  }

  close(): void {
    this.told.push('closed')
  }
}

let stage: Stage
let exchanges: FakeExchange[]

function open(key: string): void {
  stage = new Stage(key, {
    loadMediaParts: () =>
      Promise.resolve({
        createCaptureBook,
        createMediaSwitch: () => {
          throw new Error('there is nothing to switch')
        },
        createStreamExchange: (options: StreamExchangeOptions) => {
          const exchange = new FakeExchange(options)
          exchanges.push(exchange)
          return exchange as unknown as StreamExchange
        },
      }),
  })
}

beforeEach(() => {
  exchanges = []
})
afterEach(() => {
  stage.call.close()
  expect(stage.clock.pending).toBe(0)
  expect(exchanges.every(({ told }) => told.at(-1) === 'closed')).toBe(true)
  expectNoConnection()
})

const exchange = () => until('an exchange', () => exchanges[0])

async function joinSam(isPublishing?: boolean): Promise<void> {
  await stage.join()
  const seated = { ...sam, isAway: false, signals: [], ...(isPublishing && { isPublishing }) }
  stage.server.say({ type: 'joined', room: 'lake', self: 'a1', peers: [seated] })
}

test('V6 a peer that only publishes is met at the media server, at once', async () => {
  open('')
  await joinSam(true)
  const met = await exchange()
  expect(met.told).toEqual(['peer publishes'])
  expect(stage.call.mediaPath).toMatchObject({ name: 'server', isThroughServer: true, by: null })
  expect(stage.call.verification.name).toBe('unverified')
  void met.options.requestMedia()
  await until('a request', () => stage.server.all('request-media')[0]?.peer === sam.id)
  expect(stage.server.all('description')).toEqual([])
  met.stream = {} as MediaStream
  met.options.onStream()
  met.options.onUp()
  expect(stage.call.remoteStream).toBe(met.stream)
  expect(stage.call.state.name).toBe('connected')
  met.options.onDown()
  expect(stage.call.state.name).toBe('reconnecting')
})

test('V6 one that comes later takes no offer, and the next one gets a new one', async () => {
  open('')
  await stage.joinAlone()
  stage.server.say({ type: 'peer-joined', peer: sam })
  const met = await exchange()
  expect(met.told).toEqual(['peer does not publish'])
  stage.server.say({ type: 'peer-publishing', peer: sam.id, isPublishing: true })
  stage.server.say({ type: 'peer-publishing', peer: 'somebody', isPublishing: false })
  await stage.call.setTrack('audio', { kind: 'audio' } as MediaStreamTrack)
  expect(met.told).toEqual(['peer does not publish', 'peer publishes', 'audio changed'])
  stage.server.say({ type: 'peer-left', peer: sam.id, reason: 'left' })
  expect(met.told.at(-1)).toBe('closed')
  expect(stage.call.mediaPath).toEqual(NO_MEDIA_PATH)
  await stage.description(1)
  expect(stage.call.state.name).toBe('waiting')
})

test('V6 A3 with a key nothing is sent before the person says so', async () => {
  open('a-key-of-a-link-1234')
  await joinSam(true)
  await until('a question', () => stage.call.verification.name === 'mismatch')
  expect(stage.call.verification).toEqual({ name: 'mismatch', fault: 'peer-key-missing' })
  expect(exchanges).toEqual([])
  stage.call.continueUnverified()
  expect((await exchange()).told).toEqual(['peer publishes'])
  expect(stage.call.verification.name).toBe('unverified')
})
