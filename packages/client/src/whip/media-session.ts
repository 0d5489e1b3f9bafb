import type { CancelTimer, Clock, Logger } from '@duet/base'
import { Backoff } from '../backoff.ts'
import { watchNetwork } from '../network.ts'
import type { FetchLike } from './http-resource.ts'
import { MediaConnection } from './media-connection.ts'
import { faultOf, isPassing, MediaError } from './media-error.ts'
import {
  nextMediaSession,
  type MediaFault,
  type MediaSessionInput,
  type MediaSessionState,
} from './media-session-state.ts'

export interface MediaSessionOptions {
  /** Undefined when the address that was given is none. */
  endpoint: URL | undefined
  /** Bearer token (RFC 6750). */
  token: string | undefined
  configuration: RTCConfiguration
  clock: Clock
  logger: Logger
  fetch: FetchLike
  /** 0 to 1; spreads tries. */
  random: () => number
  /** Makes the places of the offer of a new connection. */
  prepare: (connection: RTCPeerConnection) => void
  onState: (state: MediaSessionState) => void
}

/** Longer than any path takes that can be had, in milliseconds. */
const CONNECT_LIMIT_MS = 15_000

/** A restart, or a new session, that has not helped in this time is given up. */
const ATTEMPT_MS = 4_000

/** A session that did not come back in this time is over. */
const GIVE_UP_MS = 60_000

/**
 * A session with a media server, over all connections that it takes: one that broke is mended by an ICE restart,
 * or else replaced by another one. Transitions: `MediaSessionState`.
 */
export class MediaSession {
  readonly #options: MediaSessionOptions
  readonly #backoff: Backoff
  readonly #unwatchNetwork: () => void
  #current: MediaConnection | undefined
  #state: MediaSessionState = { name: 'connecting' }
  #cancelLimit: CancelTimer = () => {}
  #restarting: Promise<boolean> | undefined
  #wake: () => void = () => {}

  constructor(options: MediaSessionOptions) {
    this.#options = options
    this.#backoff = new Backoff(options.random)
    this.#unwatchNetwork = watchNetwork(() => this.networkChanged())
    void this.#start()
  }

  get state(): MediaSessionState {
    return this.#state
  }

  /** The present connection; undefined while there is none. */
  get connection(): RTCPeerConnection | undefined {
    return this.#current?.connection
  }

  /** The network is back, or is another one. */
  networkChanged(): void {
    if (this.#state.name === 'connected') void this.#restart()
    else this.#wake()
  }

  /** Ends it. Final and idempotent. */
  close(): void {
    this.#input({ type: 'end', reason: 'closed' })
  }

  async #start(): Promise<void> {
    try {
      await this.#connect()
      if (this.#state.name !== 'connecting') return
      this.#cancelLimit = this.#options.clock.after(CONNECT_LIMIT_MS, () => this.#onNoPath())
    } catch (error) {
      this.#options.logger.debug('no session with the media server', { error: String(error) })
      this.#input({ type: 'end', reason: faultOf(error, 'failed') })
    }
  }

  /** Another session on the server. Rejects with a `MediaError`. */
  async #connect(): Promise<void> {
    const { endpoint, ...options } = this.#options
    if (!endpoint) throw new MediaError('bad-address')
    if (typeof RTCPeerConnection === 'undefined') throw new MediaError('no-webrtc')
    // The server keeps a name for the session that has it.
    this.#current?.close()
    this.#current = new MediaConnection({
      ...options,
      endpoint,
      onState: (state) => this.#onConnectionState(state),
    })
    await this.#current.open()
  }

  #onConnectionState(state: RTCPeerConnectionState): void {
    if (state === 'connected') this.#input({ type: 'up' })
    else if (state === 'failed' && this.#state.name === 'connecting') this.#onNoPath()
    else if (state === 'failed' || state === 'disconnected') this.#input({ type: 'down' })
  }

  #onNoPath(): void {
    if (this.#state.name === 'connecting') this.#input({ type: 'end', reason: 'no-path' })
  }

  /** RFC 9725 §4.3.3, one at a time; true when the server took part. */
  async #restart(): Promise<boolean> {
    this.#restarting ??= this.#current?.restart()
    const isRestarted = (await this.#restarting) === true
    this.#restarting = undefined
    return isRestarted
  }

  async #mend(): Promise<void> {
    const { clock, logger } = this.#options
    const giveUpAt = clock.now() + GIVE_UP_MS
    let fault: MediaFault = 'no-path'
    let isTried = await this.#restart()
    while (this.#state.name === 'reconnecting') {
      let pauseMs = ATTEMPT_MS
      try {
        if (!isTried) await this.#connect()
      } catch (error) {
        logger.debug('no new session with the media server', { error: String(error) })
        fault = faultOf(error, 'failed')
        pauseMs = this.#backoff.next()
      }
      if (!isPassing(fault)) return this.#input({ type: 'end', reason: fault })
      await this.#rest(pauseMs)
      isTried = false
      if (clock.now() >= giveUpAt) return this.#giveUp(fault)
    }
  }

  #giveUp(fault: MediaFault): void {
    if (this.#state.name === 'reconnecting') this.#input({ type: 'end', reason: fault })
  }

  /** Until `ms` passed, the state changed, or the network did. */
  async #rest(ms: number): Promise<void> {
    if (this.#state.name !== 'reconnecting') return
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#options.clock.after(ms, resolve)
    this.#wake = resolve
    await promise
    cancel()
  }

  #input(input: MediaSessionInput): void {
    const next = nextMediaSession(this.#state, input)
    if (next === this.#state) return
    this.#state = next
    this.#cancelLimit()
    if (next.name === 'connected') this.#backoff.reset()
    if (next.name === 'ended') this.#release()
    this.#options.logger.info('media session', { state: next.name })
    this.#options.onState(next)
    this.#wake()
    if (next.name === 'reconnecting') void this.#mend()
  }

  #release(): void {
    this.#unwatchNetwork()
    this.#current?.close()
    this.#current = undefined
  }
}
