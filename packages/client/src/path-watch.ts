import type { CancelTimer, Clock } from '@duet/base'
import type { ReconnectReason } from './call-state.ts'
import { Liveness } from './liveness.ts'
import { readReceived } from './path-sampler.ts'

export interface PathWatchOptions {
  connection: RTCPeerConnection
  clock: Clock
  /** Sends a ping over the data channel. */
  ping: (intervalMs: number) => void
  /** True while the data channel is open. */
  isAcknowledged: () => boolean
  /** Looks for a new path. */
  restartIce: () => void
  /** True for the side that leaves the first restart to the other one. */
  isPolite: () => boolean
  onUp: () => void
  onDown: (reason: ReconnectReason) => void
}

/** A restart that has not helped in this time is tried again. */
const RESTART_AGAIN_MS = 4_000

/** The polite side leaves the first restart to the other one. */
const POLITE_RESTART_DELAY_MS = 600

/** Knows whether media can flow on a peer connection, and restarts ICE until it can. */
export class PathWatch {
  readonly #options: PathWatchOptions
  #liveness: Liveness | undefined
  #cancelRestart: CancelTimer = () => {}
  #unwatchVisibility: () => void = () => {}
  #isClosed = false

  constructor(options: PathWatchOptions) {
    this.#options = options
  }

  /** True while media can flow. */
  get isAlive(): boolean {
    return (
      this.#options.connection.connectionState === 'connected' && this.#liveness?.isSilent === false
    )
  }

  /** To be called whenever `connectionState` changed. `disconnected` is weather. */
  connectionStateChanged(): void {
    if (this.#isClosed) return
    const { connectionState } = this.#options.connection
    if (connectionState === 'connected') {
      this.#liveness ??= this.#watch()
      if (!this.#liveness.isSilent) this.#onAlive()
    } else if (connectionState === 'failed') this.#onDown('ice')
  }

  /** Something arrived over the data channel; a ping says how often the next will come. */
  heard(peerIntervalMs?: number): void {
    this.#liveness?.heard(peerIntervalMs)
  }

  /** Stops for good. Idempotent. */
  close(): void {
    this.#isClosed = true
    this.#cancelRestart()
    this.#unwatchVisibility()
    this.#liveness?.close()
  }

  #watch(): Liveness {
    const { clock, connection, ping } = this.#options
    const page = globalThis.document as Document | undefined
    const liveness = new Liveness({
      clock,
      ping,
      isAcknowledged: this.#options.isAcknowledged,
      received: (withChecks) => readReceived(connection, withChecks),
      isHidden: () => page?.visibilityState === 'hidden',
      onSilent: () => this.#onDown('no-packets'),
      onHeard: () => this.#onAlive(),
    })
    const onVisibility = () => liveness.visibilityChanged()
    page?.addEventListener('visibilitychange', onVisibility)
    this.#unwatchVisibility = () => page?.removeEventListener('visibilitychange', onVisibility)
    return liveness
  }

  #onAlive(): void {
    this.#cancelRestart()
    this.#options.onUp()
  }

  #onDown(reason: ReconnectReason): void {
    this.#options.onDown(reason)
    this.#scheduleRestart(this.#options.isPolite() ? POLITE_RESTART_DELAY_MS : 0)
  }

  #scheduleRestart(delayMs: number): void {
    this.#cancelRestart()
    this.#cancelRestart = this.#options.clock.after(delayMs, () => {
      if (this.isAlive) return
      this.#options.restartIce()
      this.#scheduleRestart(RESTART_AGAIN_MS)
    })
  }
}
