import type { Clock, Logger } from '@duet/base'
import type { LocalMedia, MediaKind } from './local-media.ts'
import { applyMode, encodingOf, type PictureMode } from './picture-mode.ts'
import { SMALL_ENCODINGS, SmallStart } from './small-start.ts'

export interface LocalSendersOptions {
  connection: RTCPeerConnection
  media: LocalMedia
  clock: Clock
  logger: Logger
  /** Of the places that an offer makes; `sendrecv` when left out. */
  direction?: 'sendrecv' | 'sendonly'
  /** Nobody waits for the first picture: it begins in full size. */
  isUnhurried?: boolean
}

const KINDS: readonly MediaKind[] = ['audio', 'video']

/** What sends sound and picture on a peer connection: one transceiver for each. */
export class LocalSenders {
  readonly #options: LocalSendersOptions
  readonly #smallStart: SmallStart
  readonly #transceivers = new Map<MediaKind, RTCRtpTransceiver>()
  #isUp = false
  /** As the video sender was told last. */
  #mode: PictureMode | undefined

  constructor(options: LocalSendersOptions) {
    this.#options = options
    this.#smallStart = new SmallStart(options.clock, (error) =>
      options.logger.debug('the size of the picture stays', { error: String(error) }),
    )
  }

  /** For an offer: a place for each kind. */
  make(): void {
    const { connection, direction = 'sendrecv', isUnhurried, media } = this.#options
    const { mode } = media
    const large = isUnhurried ? [{}] : [...SMALL_ENCODINGS]
    const sendEncodings = mode ? [encodingOf(mode)] : large
    for (const kind of KINDS) {
      const transceiver = connection.addTransceiver(media.track(kind) ?? kind, {
        direction,
        streams: [media.stream],
        ...(kind === 'video' ? { sendEncodings } : {}),
      })
      this.#transceivers.set(kind, transceiver)
      if (kind === 'audio') continue
      if (mode) this.#serve(mode)
      else if (!isUnhurried) this.#smallStart.begun(transceiver.sender)
    }
  }

  /** For an offer: sends in new places; the old ones go on receiving. */
  renew(): void {
    const { connection, media } = this.#options
    for (const [kind, former] of this.#transceivers) {
      const track = media.track(kind)
      former.direction = 'recvonly'
      former.sender.replaceTrack(null).catch(() => {})
      const next = connection.addTransceiver(track ?? kind, {
        direction: 'sendonly',
        streams: [media.stream],
      })
      this.#transceivers.set(kind, next)
    }
  }

  /** For an answer: the places that the offer made, the first of each kind. */
  take(): void {
    const { connection, logger, media } = this.#options
    for (const transceiver of connection.getTransceivers()) {
      const kind = transceiver.receiver.track.kind as MediaKind
      if (transceiver.mid === null || this.#transceivers.has(kind)) continue
      // A place that the offer itself closes (JSEP, RFC 9429 §5.10).
      if (transceiver.direction === 'stopped') continue
      this.#transceivers.set(kind, transceiver)
      transceiver.direction = 'sendrecv'
      transceiver.sender.setStreams(media.stream)
      if (kind === 'video') {
        if (media.mode) this.#serve(media.mode)
        else this.#smallStart.begin(transceiver.sender)
      }
      // The answer does not depend on the track, so it does not wait for it.
      transceiver.sender.replaceTrack(media.track(kind)).catch((error: unknown) => {
        logger.warn('a track is not sent', { kind, error: String(error) })
      })
    }
  }

  /** Sends `track` from now on. */
  async setTrack(kind: MediaKind, track: MediaStreamTrack | null): Promise<void> {
    const { mode } = this.#options.media
    if (kind === 'video' && track && mode !== this.#mode) this.#serve(mode)
    await this.#transceivers.get(kind)?.sender.replaceTrack(track)
    this.#grow()
  }

  /** Whether anything is sent at all; what it would be may change meanwhile. */
  setActive(isActive: boolean): void {
    for (const { sender } of this.#transceivers.values()) {
      const parameters = sender.getParameters()
      const encodings = parameters.encodings ?? []
      if (encodings.every(({ active = true }) => active === isActive)) continue
      for (const encoding of encodings) encoding.active = isActive
      // A browser that does not take it sends twice: that costs, and nothing is missing.
      sender.setParameters(parameters).catch((error: unknown) => {
        this.#options.logger.debug('what is sent stays', { isActive, error: String(error) })
      })
    }
  }

  /** What the picture is for, from now on. */
  #serve(mode: PictureMode | undefined): void {
    this.#mode = mode
    const sender = this.#transceivers.get('video')?.sender
    if (!sender) return
    // A shown screen is in full size from the first frame on.
    this.#smallStart.close()
    applyMode(sender, mode, (error) => {
      this.#options.logger.debug('the mode of the picture stays', { error: String(error) })
    })
  }

  /** Media can flow. */
  up(): void {
    this.#isUp = true
    this.#grow()
  }

  /** The first picture counts: a path that is made in advance, while a call rings, has none. */
  #grow(): void {
    if (this.#isUp && this.#options.media.track('video')) this.#smallStart.up()
  }

  /** Idempotent. */
  close(): void {
    this.#smallStart.close()
  }
}
