import type { DescriptionSignal } from '@duet/protocol'
import type { CallLink } from '../call-link.ts'
import type { Verification } from '../call-state.ts'
import { Gate } from '../gate.ts'
import type { MediaKind } from '../local-media.ts'
import type { PeerLinkOptions } from '../peer-link-options.ts'
import { NO_MEDIA_PATH } from './media-path.ts'
import type { StreamExchange } from './stream-exchange.ts'

export type StreamLinkOptions = Pick<
  PeerLinkOptions,
  | 'clock'
  | 'keyring'
  | 'loadMediaParts'
  | 'logger'
  | 'media'
  | 'onDown'
  | 'onMediaPath'
  | 'onUp'
  | 'onVerification'
  | 'requestMedia'
> & { onRemoteStream: (stream: MediaStream | null) => void }

/** Such a peer never proves anything. */
const UNPROVEN: DescriptionSignal = { type: 'description', description: { type: 'offer', sdp: '' } }

/** Nobody moved it there, and there is no way back. */
const INFO = { ...NO_MEDIA_PATH, name: 'server', isThroughServer: true } as const

/**
 * A link to a peer that has no connection of its own (docs/protocol.md, V6): both publish to the media server, and
 * play what the other one publishes.
 */
export class StreamLink implements CallLink {
  readonly connection = null
  readonly phrase = null
  readonly isFresh = false
  readonly mediaPath = {
    info: INFO,
    move: () => {},
    refresh: () => {},
    sample: async () => (await this.#exchange?.sample()) ?? null,
  }
  readonly #options: StreamLinkOptions
  readonly #gate: Gate
  #exchange: StreamExchange | undefined
  #isPeerPublishing = false
  #isAlive = false
  #isClosed = false

  constructor(options: StreamLinkOptions) {
    this.#options = options
    this.#gate = new Gate(options.keyring, options.onVerification)
    options.onMediaPath(INFO)
    void this.#begin()
  }

  get remoteStream(): MediaStream | null {
    return this.#exchange?.stream ?? null
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  get verification(): Verification {
    return this.#gate.verification
  }

  get isPeerKeyless(): boolean {
    return this.#gate.isPeerKeyless
  }

  /** Whether the peer can be played. */
  setPeerPublishing(isPublishing: boolean): void {
    this.#isPeerPublishing = isPublishing
    this.#exchange?.setPeerPublishing(isPublishing)
  }

  async setTrack(kind: MediaKind): Promise<void> {
    await this.#exchange?.mediaChanged(kind)
  }

  continueUnverified(): void {
    this.#gate.force()
    void this.#begin()
  }

  leave(): void {
    this.close()
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#exchange?.close()
    this.#options.onMediaPath(NO_MEDIA_PATH)
  }

  // What is between two connections has no meaning here.
  offer(): void {}
  handleSignal(): void {}
  tellMedia(): void {}
  restartIce(): void {}
  resync(): void {}
  goDirect(): void {}
  setIceServers(): void {}
  isForeign(): boolean {
    return false
  }

  /** Nothing is sent before the person knows that the peer proved nothing. */
  async #begin(): Promise<void> {
    const { loadMediaParts, logger, onRemoteStream, onUp, onDown, ...options } = this.#options
    if (!(await this.#gate.admits(UNPROVEN, null)) || !loadMediaParts) return
    try {
      const { createStreamExchange } = await loadMediaParts()
      if (this.#isClosed || this.#exchange) return
      this.#exchange = createStreamExchange({
        ...options,
        logger,
        onStream: () => onRemoteStream(this.remoteStream),
        onUp: () => {
          this.#isAlive = true
          onUp()
        },
        onDown: () => {
          this.#isAlive = false
          onDown('ice')
        },
      })
      this.#exchange.setPeerPublishing(this.#isPeerPublishing)
    } catch (error) {
      logger.warn('what goes through the media server is not loaded', { error: String(error) })
    }
  }
}
