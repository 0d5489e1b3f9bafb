import { Emitter, silentLogger } from '@duet/base'
import { LocalMedia, type MediaKind } from '../local-media.ts'
import { LocalSenders } from '../local-senders.ts'
import type { PictureMode } from '../picture-mode.ts'
import { MediaSession } from './media-session.ts'
import {
  BROWSER,
  sessionOptions,
  type MediaEnvironment,
  type MediaOptions,
} from './media-session-options.ts'
import type { MediaSessionState } from './media-session-state.ts'

export interface PublishOptions extends MediaOptions {
  /** Its first sound and its first picture are sent. */
  stream?: MediaStream | undefined
  /** The same, one by one; what is missing may come with `replaceTrack`. */
  tracks?: readonly MediaStreamTrack[] | undefined
  /** What the picture is for; a camera, when it is left out. */
  mode?: PictureMode | undefined
}

/** What a publication tells; see `Publication`. */
export type PublicationEvents = {
  state: [state: MediaSessionState]
}

/** For a publication that is a part of something else. */
export interface PublicationParts extends MediaOptions {
  /** What is sent, kept by somebody else. */
  media: LocalMedia
  /** Nobody waits for the first picture: it begins in full size. */
  isUnhurried?: boolean
  /** Codecs of pictures, the best first; as the browser has them, when it is left out. */
  codecs?: readonly RTCRtpCodec[] | undefined
}

/** Sound and picture on their way to a media server, over WHIP (RFC 9725). */
export class Publication {
  readonly #options: PublicationParts
  readonly #environment: MediaEnvironment
  readonly #events: Emitter<PublicationEvents>
  readonly #session: MediaSession
  #senders: LocalSenders | undefined

  constructor(url: string, options: PublicationParts, environment: MediaEnvironment = BROWSER) {
    const { logger = silentLogger } = options
    this.#options = options
    this.#environment = environment
    this.#events = new Emitter((error, event) =>
      logger.error('a listener of a publication threw', { event, error: String(error) }),
    )
    this.#session = new MediaSession({
      ...sessionOptions(url, 'publish', { options, environment }),
      prepare: (connection) => this.#prepare(connection),
      onState: (state) => this.#onState(state),
    })
  }

  get state(): MediaSessionState {
    return this.#session.state
  }

  /** The present peer connection, for statistics; undefined while there is none. */
  get connection(): RTCPeerConnection | undefined {
    return this.#session.connection
  }

  /** Calls `listener` at every `event` from now on; returns its unsubscribe. */
  on<Name extends keyof PublicationEvents>(
    event: Name,
    listener: (...args: PublicationEvents[Name]) => void,
  ): () => void {
    return this.#events.on(event, listener)
  }

  /** Sends `track` from now on, null: nothing of this kind; `mode`: what a shown screen is for. */
  async replaceTrack(
    kind: MediaKind,
    track: MediaStreamTrack | null,
    { mode }: { mode?: PictureMode | undefined } = {},
  ): Promise<void> {
    this.#options.media.setTrack(kind, track, { mode })
    await this.mediaChanged(kind)
  }

  /** Sends what `media` has now. */
  async mediaChanged(kind: MediaKind): Promise<void> {
    await this.#senders?.setTrack(kind, this.#options.media.track(kind))
  }

  /** Ends it, on the server too; the tracks stay their owner's. Final and idempotent. */
  close(): void {
    this.#session.close()
    this.#events.clear()
  }

  #prepare(connection: RTCPeerConnection): void {
    const { codecs, isUnhurried = false, logger = silentLogger, media } = this.#options
    const { clock } = this.#environment
    this.#senders?.close()
    this.#senders = new LocalSenders({
      connection,
      media,
      clock,
      logger,
      direction: 'sendonly',
      isUnhurried,
    })
    this.#senders.make()
    if (codecs?.length) prefer(connection, codecs)
  }

  #onState(state: MediaSessionState): void {
    if (state.name === 'connected') this.#senders?.up()
    if (state.name === 'ended') this.#senders?.close()
    this.#events.emit('state', state)
  }
}

/** Puts the codecs that `codecs` names first; a browser that does not take it keeps its own order. */
function prefer(connection: RTCPeerConnection, codecs: readonly RTCRtpCodec[]): void {
  const ranks = new Map(codecs.map(({ mimeType }, index) => [mimeType.toLowerCase(), index]))
  const rank = ({ mimeType }: RTCRtpCodec) => ranks.get(mimeType.toLowerCase()) ?? ranks.size
  const own = globalThis.RTCRtpSender?.getCapabilities('video')?.codecs ?? []
  const ordered = [...own].sort((some, other) => rank(some) - rank(other))
  for (const transceiver of connection.getTransceivers()) {
    if (transceiver.receiver.track.kind !== 'video') continue
    try {
      transceiver.setCodecPreferences(ordered)
    } catch {
      // Not this one's order then.
    }
  }
}

/**
 * Publishes at `url`: a WHIP endpoint, or `webrtc://host/app/stream`. Never throws: what goes wrong is
 * the state that it ends in.
 */
export function publish(url: string, options: PublishOptions = {}): Publication {
  const { mode, stream, tracks = stream?.getTracks() ?? [], ...rest } = options
  const media = new LocalMedia()
  for (const kind of ['audio', 'video'] as const) {
    media.setTrack(kind, tracks.find((track) => track.kind === kind) ?? null, { mode })
  }
  return new Publication(url, { ...rest, media })
}
