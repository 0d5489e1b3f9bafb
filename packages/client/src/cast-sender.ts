import { Emitter, silentLogger, systemClock, type Logger } from '@duet/base'
import { Call, type CallEnvironment } from './call.ts'
import type { CallState, PeerGoneReason, SignalingState } from './call-state.ts'
import type { CastEndReason, CastSenderState } from './cast-state.ts'
import type { Part } from './part.ts'
import type { PathReport } from './path-report.ts'
import { PICTURE_DEMANDS, type PictureMode } from './picture-mode.ts'
import type { SafetyPhrase } from './safety-phrase.ts'

export interface CastSenderOptions {
  /** The server's WebSocket address, `wss://host/ws`. */
  url: string
  /** As the person typed it, in any case. */
  code: string
  /** What the TV calls this side; may be empty. */
  name?: string | undefined
  /** `relay` hides the own address from the TV. Default `all`. */
  iceTransportPolicy?: RTCIceTransportPolicy | undefined
  logger?: Logger | undefined
}

/** What a sender tells; see `CastSender`. */
export type CastSenderEvents = {
  state: [state: CastSenderState]
  /** What both sides may compare; null for each new connection, until it is agreed. */
  phrase: [phrase: SafetyPhrase | null]
  signaling: [state: SignalingState]
}

/** What is shown: a picture, and its sound where there is one. */
export interface CastSource {
  video: MediaStreamTrack
  audio?: MediaStreamTrack | null | undefined
}

/**
 * Shows a screen, a window, a tab or a camera on a TV, by the code that the TV shows. `open()`
 * connects to it before anything is chosen, so that the picture follows the choice at once.
 * Transitions: `CastSenderState`. Tracks stay their owner's: nothing here stops them.
 */
export class CastSender {
  readonly #call: Call
  readonly #events: Emitter<CastSenderEvents>
  #state: CastSenderState = { name: 'idle' }
  #source: CastSource | undefined
  #mode: PictureMode = 'text'
  #isPaused = false
  #goneReason: PeerGoneReason = 'lost'

  constructor(options: CastSenderOptions, environment: CallEnvironment = { clock: systemClock }) {
    const logger = options.logger ?? silentLogger
    this.#events = new Emitter((error, event) =>
      logger.error('a cast listener threw', { event, error: String(error) }),
    )
    const part: Part = {
      ask: ({ tag, name }) => ({ type: 'join-cast', code: options.code, tag, name }),
      offers: 'always',
    }
    this.#call = new Call({ ...options, room: '' }, { ...environment, part })
    this.#call.on('peergone', (reason) => (this.#goneReason = reason))
    this.#call.on('state', () => this.#update())
    this.#call.on('phrase', (phrase) => this.#events.emit('phrase', phrase))
    this.#call.on('signaling', (state) => this.#events.emit('signaling', state))
    void this.#send()
  }

  get state(): CastSenderState {
    return this.#state
  }

  /** What the TV is called; empty when it has no name, or is not there. */
  get receiverName(): string {
    return this.#call.peer?.name ?? ''
  }

  get mode(): PictureMode {
    return this.#mode
  }

  get phrase(): SafetyPhrase | null {
    return this.#call.phrase
  }

  get signaling(): SignalingState {
    return this.#call.signaling
  }

  /** Calls `listener` at every `event` from now on; returns its unsubscribe. */
  on<Name extends keyof CastSenderEvents>(
    event: Name,
    listener: (...args: CastSenderEvents[Name]) => void,
  ): () => void {
    return this.#events.on(event, listener)
  }

  /** Enters the code, from `idle`, `busy`, `ended` or `failed`. */
  open(): void {
    this.#call.join()
  }

  /** Shows `source` from now on, in place of what was shown before. */
  async show(source: CastSource, mode: PictureMode = this.#mode): Promise<void> {
    this.#source = source
    this.#mode = mode
    this.#isPaused = false
    await this.#send()
  }

  /** Text stays sharp, motion stays smooth. */
  async setMode(mode: PictureMode): Promise<void> {
    this.#mode = mode
    await this.#send()
  }

  /** The TV keeps the last picture, and says that it rests. */
  async pause(): Promise<void> {
    this.#isPaused = true
    await this.#send()
  }

  async resume(): Promise<void> {
    this.#isPaused = false
    await this.#send()
  }

  /** Path, codecs, rates, loss and round trip since the last sample; null without a TV. */
  sample(): Promise<PathReport | null> {
    return this.#call.sample()
  }

  /** Leaves the TV; `open()` may be called again. */
  stop(): void {
    this.#source = undefined
    this.#isPaused = false
    this.#call.leave()
    void this.#send()
  }

  /** Leaves the TV and drops the socket. Final and idempotent. */
  close(): void {
    this.#call.close()
    this.#events.clear()
  }

  async #send(): Promise<void> {
    const { video = null, audio = null } = (!this.#isPaused && this.#source) || {}
    if (video && 'contentHint' in video) video.contentHint = PICTURE_DEMANDS[this.#mode].contentHint
    const mode = this.#mode
    const sending = [
      this.#call.setTrack('video', video, { screen: true, mode }),
      this.#call.setTrack('audio', audio),
    ]
    this.#update()
    await Promise.all(sending)
  }

  #update(): void {
    const next = this.#next(this.#call.state)
    if (isSame(next, this.#state)) return
    this.#state = next
    this.#events.emit('state', next)
  }

  #next(call: CallState): CastSenderState {
    switch (call.name) {
      case 'idle':
        return { name: 'idle' }
      case 'joining':
      case 'knocking':
        return { name: 'entering' }
      case 'full':
        return { name: 'busy' }
      case 'waiting':
        return { name: 'waiting', reason: this.#goneReason }
      case 'connecting':
      case 'connected':
        return this.#shown(call.name === 'connected')
      case 'reconnecting':
        return { name: 'reconnecting', reason: call.reason }
      case 'ended':
        return { name: 'ended', reason: endReasonOf(call.reason) }
      case 'failed':
        return call
    }
  }

  #shown(isConnected: boolean): CastSenderState {
    if (!this.#source) return { name: 'ready' }
    return this.#isPaused ? { name: 'paused' } : { name: 'showing', isConnected }
  }
}

/** Makes a sender; the code is not entered yet. */
export function createCastSender(options: CastSenderOptions): CastSender {
  return new CastSender(options)
}

function endReasonOf(reason: Extract<CallState, { name: 'ended' }>['reason']): CastEndReason {
  // Only a receiver is displaced.
  return reason === 'left' || reason === 'displaced' ? 'stopped' : reason
}

/** States are small and flat. */
function isSame(one: CastSenderState, other: CastSenderState): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
