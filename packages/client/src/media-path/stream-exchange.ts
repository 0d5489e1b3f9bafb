import type { CancelTimer, Clock, Logger } from '@duet/base'
import type { LocalMedia, MediaKind } from '../local-media.ts'
import type { PathReport } from '../path-report.ts'
import type { MediaSessionState } from '../whip/media-session-state.ts'
import { BROWSER, type MediaEnvironment } from '../whip/media-session-options.ts'
import { Playback } from '../whip/playback.ts'
import { Publication } from '../whip/publication.ts'
import type { MediaGrant } from './server-leg.ts'
import { ServerSampler } from './server-sampler.ts'

export interface StreamExchangeOptions {
  /** What is sent. */
  media: LocalMedia
  clock: Clock
  logger: Logger
  /** Asks for the way to the media server; null: not now. */
  requestMedia: () => Promise<MediaGrant | null>
  /** Another stream is to be shown: see `stream`. */
  onStream: () => void
  onUp: () => void
  onDown: () => void
}

/** The pause before what ended is begun again, in milliseconds. */
const AGAIN_MS = 2_000

/**
 * Both directions with a peer that only publishes to the media server and plays from it: what is sent here is
 * published all the time, what the peer publishes is played while it does. Mended for as long as it is
 * open, for there is no other way.
 */
export class StreamExchange {
  readonly #options: StreamExchangeOptions
  readonly #environment: MediaEnvironment
  readonly #sampler = new ServerSampler()
  #publication: Publication | undefined
  #playback: Playback | undefined
  #isPeerPublishing = false
  #isAsking = false
  #isUp = false
  #cancelAgain: CancelTimer = () => {}
  #isClosed = false

  constructor(options: StreamExchangeOptions, environment: MediaEnvironment = BROWSER) {
    this.#options = options
    this.#environment = { ...environment, clock: options.clock }
    void this.#open()
  }

  /** What the peer publishes; null while there is nothing. */
  get stream(): MediaStream | null {
    return this.#playback?.stream ?? null
  }

  /** Whether there is something to play. */
  setPeerPublishing(isPublishing: boolean): void {
    this.#isPeerPublishing = isPublishing
    if (isPublishing) return void this.#open()
    this.#playback?.close()
    this.#playback = undefined
    this.#options.onStream()
    this.#judge()
  }

  /** Sends what `media` has now. */
  async mediaChanged(kind: MediaKind): Promise<void> {
    await this.#publication?.mediaChanged(kind)
  }

  /** As `Call.sample()`; null while nothing is connected. */
  sample(): Promise<PathReport | null> {
    return this.#sampler.sample(this.#publication?.connection, this.#playback?.connection)
  }

  /** Ends both, on the server too. Idempotent. */
  close(): void {
    this.#isClosed = true
    this.#cancelAgain()
    this.#publication?.close()
    this.#playback?.close()
  }

  get #isComplete(): boolean {
    return !!this.#publication && (!!this.#playback || !this.#isPeerPublishing)
  }

  async #open(): Promise<void> {
    if (this.#isAsking || this.#isClosed || this.#isComplete) return
    this.#isAsking = true
    const { logger, media, requestMedia } = this.#options
    const grant = await requestMedia().catch(() => null)
    this.#isAsking = false
    if (this.#isClosed) return
    if (!grant) return this.#openAgain()
    const { play, publish } = grant
    if (!this.#publication) {
      const options = { media, logger, token: publish.token }
      this.#publication = new Publication(publish.url, options, this.#environment)
      this.#publication.on('state', (state) => this.#onPublication(state))
    }
    if (this.#playback || !this.#isPeerPublishing) return
    const options = { logger, token: play.token }
    this.#playback = new Playback(play.url, options, this.#environment)
    this.#playback.on('stream', () => this.#options.onStream())
    this.#playback.on('state', (state) => this.#onPlayback(state))
  }

  #onPublication(state: MediaSessionState): void {
    if (isClosedHere(state)) return
    if (state.name === 'ended') this.#publication = undefined
    this.#follow(state)
  }

  #onPlayback(state: MediaSessionState): void {
    if (isClosedHere(state)) return
    if (state.name === 'ended') this.#playback = undefined
    this.#follow(state)
  }

  #follow({ name }: MediaSessionState): void {
    if (name === 'ended') this.#openAgain()
    this.#judge()
  }

  /** One way is enough to be in a call. */
  #judge(): void {
    const states = [this.#publication?.state, this.#playback?.state]
    const isUp = states.some((state) => state?.name === 'connected')
    if (isUp === this.#isUp) return
    this.#isUp = isUp
    if (isUp) this.#options.onUp()
    else this.#options.onDown()
  }

  #openAgain(): void {
    this.#cancelAgain()
    this.#cancelAgain = this.#options.clock.after(AGAIN_MS, () => void this.#open())
  }
}

function isClosedHere(state: MediaSessionState): boolean {
  return state.name === 'ended' && state.reason === 'closed'
}

export function createStreamExchange(options: StreamExchangeOptions): StreamExchange {
  return new StreamExchange(options)
}
