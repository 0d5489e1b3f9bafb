import type { CancelTimer, Clock, Logger } from '@duet/base'
import type { PeerMedia } from '../call-state.ts'
import type { LocalMedia, MediaKind } from '../local-media.ts'
import type { PathReport } from '../path-report.ts'
import { readReceived } from '../path-sampler.ts'
import type { MediaSessionState } from '../whip/media-session-state.ts'
import { BROWSER, type MediaEnvironment } from '../whip/media-session-options.ts'
import { Playback } from '../whip/playback.ts'
import { Publication } from '../whip/publication.ts'
import { MediaArrival } from './media-arrival.ts'
import { ServerSampler } from './server-sampler.ts'

/** Where to publish and to play, as the server granted it. */
export interface MediaGrant {
  publish: { url: string; token?: string | undefined }
  play: { url: string; token?: string | undefined }
}

export interface ServerLegOptions {
  grant: MediaGrant
  /** What is sent. */
  media: LocalMedia
  /** The connection from browser to browser. */
  direct: RTCPeerConnection
  /** What the other side says that it sends; null: it said nothing. */
  expected: () => PeerMedia | null
  clock: Clock
  logger: Logger
  /** Sound and picture are there, the way that was waited for. */
  onArrived: () => void
  /** It ended, or nothing comes any more. Told once. */
  onLost: () => void
}

/** How often it is looked whether anything comes, in milliseconds. */
const LOOK_INTERVAL_MS = 250

/** A camera and a microphone are never silent for so long, in milliseconds. */
const SILENCE_MS = 2_000

/** A still screen, or checks alone (RFC 7675): every 2.5 s in Chromium, so that one may be lost. */
const LONG_SILENCE_MS = 6_000

/**
 * The way of a call through the media server: what is sent here is published, what the other side publishes
 * is played.
 */
export class ServerLeg {
  readonly #options: ServerLegOptions
  readonly #publication: Publication
  readonly #playback: Playback
  readonly #cancelLook: CancelTimer
  readonly #sampler = new ServerSampler()
  #arrival: MediaArrival | undefined
  #received: number | undefined
  #heardAt: number
  #isLooking = false
  #isOver = false

  constructor(options: ServerLegOptions, environment: MediaEnvironment = BROWSER) {
    const { clock, direct, grant, logger, media } = options
    this.#options = options
    this.#heardAt = clock.now()
    const { publish, play } = grant
    const parts = { ...environment, clock }
    this.#publication = new Publication(
      publish.url,
      { media, logger, token: publish.token, isUnhurried: true, codecs: videoCodecsOf(direct) },
      parts,
    )
    this.#playback = new Playback(play.url, { logger, token: play.token }, parts)
    this.#publication.on('state', (state) => this.#onState(state))
    this.#playback.on('state', (state) => {
      if (state.name === 'connected') this.#begin()
      this.#onState(state)
    })
    this.#cancelLook = clock.every(LOOK_INTERVAL_MS, () => void this.#look())
  }

  /** What comes from the server; null until it is connected. */
  get stream(): MediaStream | null {
    return this.#playback.stream
  }

  /** Waits for sound and picture from the server. */
  awaitServer(): void {
    if (this.#playback.connection) this.#await(this.#playback.connection, false)
  }

  /** Waits for sound and picture from browser to browser. */
  awaitDirect(): void {
    this.#await(this.#options.direct, false)
  }

  /** Sends what `media` has now. */
  async mediaChanged(kind: MediaKind): Promise<void> {
    await this.#publication.mediaChanged(kind)
  }

  /** As `Call.sample()`; null while nothing is connected. */
  sample(): Promise<PathReport | null> {
    return this.#sampler.sample(this.#publication.connection, this.#playback.connection)
  }

  /** Ends both, on the server too. Idempotent. */
  close(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#cancelLook()
    this.#arrival?.close()
    this.#publication.close()
    this.#playback.close()
  }

  /** The server is connected for the first time. */
  #begin(): void {
    const { connection } = this.#playback
    if (!this.#arrival && connection) this.#await(connection, true)
  }

  #await(connection: RTCPeerConnection, isFresh: boolean): void {
    const { clock, expected, onArrived } = this.#options
    this.#arrival?.close()
    this.#arrival = new MediaArrival({ connection, clock, expected, isFresh, onArrived })
  }

  /** The direct way is there: nothing is mended here that takes longer than going back. */
  #onState({ name }: MediaSessionState): void {
    if (name === 'reconnecting' || name === 'ended') this.#lose()
  }

  #lose(): void {
    if (this.#isOver) return
    this.#cancelLook()
    this.#options.onLost()
  }

  /** A server that is gone says nothing: what comes is counted. */
  async #look(): Promise<void> {
    const { connection, state } = this.#playback
    if (this.#isLooking || !connection || state.name !== 'connected') return
    this.#isLooking = true
    const received = await readReceived(connection, true).catch(() => undefined)
    this.#isLooking = false
    if (this.#isOver) return
    const now = this.#options.clock.now()
    if (received === undefined || received !== this.#received) this.#heardAt = now
    this.#received = received
    if (now - this.#heardAt >= this.#patienceMs()) this.#lose()
  }

  #patienceMs(): number {
    const media = this.#options.expected()
    const isSteady = media !== null && (media.audio || (media.video && !media.screen))
    return isSteady ? SILENCE_MS : LONG_SILENCE_MS
  }
}

/** Codecs of pictures that the other side decodes, the one in use first. */
function videoCodecsOf(direct: RTCPeerConnection): RTCRtpCodec[] {
  const transceiver = direct
    .getTransceivers()
    .find(({ direction, receiver }) => receiver.track.kind === 'video' && direction !== 'stopped')
  return transceiver?.sender.getParameters().codecs ?? []
}
