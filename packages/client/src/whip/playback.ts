import { Emitter, silentLogger } from '@duet/base'
import { RemoteTracks } from '../remote-tracks.ts'
import { MediaSession } from './media-session.ts'
import {
  BROWSER,
  sessionOptions,
  type MediaEnvironment,
  type MediaOptions,
} from './media-session-options.ts'
import type { MediaSessionState } from './media-session-state.ts'

export interface PlayOptions extends MediaOptions {
  /** What is wanted; both, when they are left out. */
  audio?: boolean
  video?: boolean
}

/** What a playback tells; see `Playback`. */
export type PlaybackEvents = {
  state: [state: MediaSessionState]
  /** Another stream is to be shown: the first one, and a new one for each connection that is made. */
  stream: [stream: MediaStream]
}

/** Sound and picture that a media server sends, over WHEP. */
export class Playback {
  readonly #options: PlayOptions
  readonly #events: Emitter<PlaybackEvents>
  readonly #session: MediaSession
  #remote: RemoteTracks | undefined

  constructor(url: string, options: PlayOptions = {}, environment: MediaEnvironment = BROWSER) {
    const { logger = silentLogger } = options
    this.#options = options
    this.#events = new Emitter((error, event) =>
      logger.error('a listener of a playback threw', { event, error: String(error) }),
    )
    this.#session = new MediaSession({
      ...sessionOptions(url, 'play', { options, environment }),
      prepare: (connection) => this.#prepare(connection),
      onState: (state) => this.#onState(state),
    })
  }

  get state(): MediaSessionState {
    return this.#session.state
  }

  /** The sound and the picture; null until the server connected once. */
  get stream(): MediaStream | null {
    return this.#remote?.isTold ? this.#remote.stream : null
  }

  /** The present peer connection, for statistics; undefined while there is none. */
  get connection(): RTCPeerConnection | undefined {
    return this.#session.connection
  }

  /** Calls `listener` at every `event` from now on; returns its unsubscribe. */
  on<Name extends keyof PlaybackEvents>(
    event: Name,
    listener: (...args: PlaybackEvents[Name]) => void,
  ): () => void {
    return this.#events.on(event, listener)
  }

  /** Ends it, on the server too. Final and idempotent. */
  close(): void {
    this.#session.close()
    this.#events.clear()
  }

  #prepare(connection: RTCPeerConnection): void {
    const { audio = true, video = true } = this.#options
    const remote = new RemoteTracks((stream) => this.#events.emit('stream', stream))
    this.#remote?.close()
    this.#remote = remote
    connection.ontrack = ({ track }) => remote.add(track)
    if (audio) connection.addTransceiver('audio', { direction: 'recvonly' })
    if (video) connection.addTransceiver('video', { direction: 'recvonly' })
  }

  #onState(state: MediaSessionState): void {
    if (state.name === 'connected') this.#remote?.tell()
    if (state.name === 'ended') this.#remote?.close()
    this.#events.emit('state', state)
  }
}

/**
 * Plays what is published at `url`: a WHEP endpoint, or `webrtc://host/app/stream`. Never throws: what
 * goes wrong is the state that it ends in.
 */
export function play(url: string, options: PlayOptions = {}): Playback {
  return new Playback(url, options)
}
