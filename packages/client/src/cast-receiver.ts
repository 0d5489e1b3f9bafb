import {
  Emitter,
  silentLogger,
  systemClock,
  type CancelTimer,
  type Clock,
  type Logger,
} from '@duet/base'
import { Call, type CallEnvironment } from './call.ts'
import type { CallState, PeerGoneReason, SignalingState } from './call-state.ts'
import type { CastReceiverState } from './cast-state.ts'
import { toBase64Url } from './link.ts'
import type { Part } from './part.ts'
import type { PathReport } from './path-report.ts'
import type { SafetyPhrase } from './safety-phrase.ts'

export interface CastReceiverOptions {
  /** The server's WebSocket address, `wss://host/ws`. */
  url: string
  /** What this receiver kept: the same again, the same code. Undefined: a new one. */
  secret?: string | undefined
  /** What senders see, as `Living room`. */
  name?: string | undefined
  logger?: Logger | undefined
}

/** What a receiver tells; see `CastReceiver`. */
export type CastReceiverEvents = {
  state: [state: CastReceiverState]
  /** The code to show; null while there is none. */
  code: [code: string | null]
  /** The secret to keep: another one, because the former is somebody else's or was given up. */
  secret: [secret: string]
  /** Shows both the picture and the sound; a new object for each connection. */
  remotestream: [stream: MediaStream | null]
  /** The sender is gone; stopped: it was put out here. */
  sendergone: [reason: PeerGoneReason | 'stopped', name: string]
  /** What both sides may compare; null for each new connection, until it is agreed. */
  phrase: [phrase: SafetyPhrase | null]
  signaling: [state: SignalingState]
}

/** Nobody is there to press a button: what failed is tried again after this pause. */
const OPEN_AGAIN_MS = 5_000

/**
 * A TV: shows a code, and whatever the one who entered it sends. Needs nobody who looks after it: it
 * goes on asking until it has a code, and keeps it as long as its secret is kept. Transitions:
 * `CastReceiverState`.
 */
export class CastReceiver {
  readonly #call: Call
  readonly #clock: Clock
  readonly #events: Emitter<CastReceiverEvents>
  readonly #unlisten: (() => void)[]
  #secret: string
  #code: string | null = null
  #state: CastReceiverState = { name: 'opening' }
  /** This sender has shown something. */
  #wasShown = false
  /** What happens now is done here. */
  #isStopping = false
  #cancelOpening: CancelTimer = () => {}
  #isClosed = false

  constructor(options: CastReceiverOptions, environment: CallEnvironment = { clock: systemClock }) {
    const logger = options.logger ?? silentLogger
    this.#clock = environment.clock
    this.#secret = options.secret ?? createSecret()
    this.#events = new Emitter((error, event) =>
      logger.error('a cast listener threw', { event, error: String(error) }),
    )
    const part: Part = {
      ask: ({ tag, name }) => ({ type: 'open-cast', secret: this.#secret, tag, name }),
      offers: 'never',
      onSeated: ({ code }) => this.#setCode(code ?? null),
    }
    this.#call = new Call({ ...options, room: '' }, { ...environment, part })
    this.#unlisten = [
      this.#call.on('state', (state) => this.#onState(state)),
      this.#call.on('peer', () => this.#update()),
      this.#call.on('peergone', (reason, name) =>
        this.#events.emit('sendergone', this.#isStopping ? 'stopped' : reason, name),
      ),
      this.#call.on('remotestream', (stream) => this.#events.emit('remotestream', stream)),
      this.#call.on('phrase', (phrase) => this.#events.emit('phrase', phrase)),
      this.#call.on('signaling', (state) => this.#events.emit('signaling', state)),
    ]
  }

  get state(): CastReceiverState {
    return this.#state
  }

  get code(): string | null {
    return this.#code
  }

  /** To be kept where only this receiver finds it, over reloads. */
  get secret(): string {
    return this.#secret
  }

  /** What the sender wants to be called; empty when it gave no name, or is not there. */
  get senderName(): string {
    return this.#call.peer?.name ?? ''
  }

  get remoteStream(): MediaStream | null {
    return this.#call.remoteStream
  }

  get phrase(): SafetyPhrase | null {
    return this.#call.phrase
  }

  get signaling(): SignalingState {
    return this.#call.signaling
  }

  /** Calls `listener` at every `event` from now on; returns its unsubscribe. */
  on<Name extends keyof CastReceiverEvents>(
    event: Name,
    listener: (...args: CastReceiverEvents[Name]) => void,
  ): () => void {
    return this.#events.on(event, listener)
  }

  /** Asks for the code, and goes on until it is there. */
  open(): void {
    this.#call.join()
  }

  /** Puts the sender out; the code stays. */
  stop(): void {
    if (!this.#call.peer) return
    this.#isStopping = true
    this.#call.dismiss()
    this.#isStopping = false
  }

  /** Shows another code from now on; whoever sends is put out. */
  renewCode(): void {
    this.stop()
    this.#call.leave()
    this.#renewSecret()
    this.open()
  }

  /** Path, codecs, rates, loss and round trip since the last sample; null without a sender. */
  sample(): Promise<PathReport | null> {
    return this.#call.sample()
  }

  /** Gives the code up and drops the socket. Final and idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelOpening()
    for (const unlisten of this.#unlisten) unlisten()
    this.#call.close()
    this.#events.clear()
  }

  #onState(call: CallState): void {
    if (call.name === 'waiting') this.#wasShown = false
    const isOver = call.name === 'ended' || call.name === 'failed' || call.name === 'full'
    if (isOver) {
      this.#setCode(null)
      // `leave()` was called here, and `open()` follows.
      if (call.name !== 'ended' || call.reason !== 'left') this.#openAgain(call)
    }
    this.#update()
  }

  /** Another page has the code, or it can't be had now. */
  #openAgain(call: CallState): void {
    const isElsewhere =
      (call.name === 'ended' && call.reason === 'displaced') ||
      (call.name === 'failed' && call.code === 'code-taken')
    if (isElsewhere) this.#renewSecret()
    if (call.name === 'failed' && call.code === 'no-webrtc') return
    this.#cancelOpening()
    this.#cancelOpening = this.#clock.after(isElsewhere ? 0 : OPEN_AGAIN_MS, () => this.open())
  }

  #renewSecret(): void {
    this.#secret = createSecret()
    this.#events.emit('secret', this.#secret)
  }

  #setCode(code: string | null): void {
    if (code === this.#code) return
    this.#code = code
    this.#events.emit('code', code)
    this.#update()
  }

  #update(): void {
    const next = this.#next(this.#call.state)
    if (JSON.stringify(next) === JSON.stringify(this.#state)) return
    this.#state = next
    this.#events.emit('state', next)
  }

  #next(call: CallState): CastReceiverState {
    switch (call.name) {
      case 'waiting':
        return { name: 'ready' }
      case 'connecting':
        return this.#wasShown ? this.#shown() : { name: 'connecting' }
      case 'connected':
        return this.#shown()
      case 'reconnecting':
        return { name: 'reconnecting', reason: call.reason }
      case 'failed':
        return call.code === 'no-webrtc' ? call : { name: 'opening' }
      default:
        return { name: 'opening' }
    }
  }

  /** A sender on another dialect never says what it sends: then it shows something. */
  #shown(): CastReceiverState {
    if (this.#call.peer?.media?.video ?? !this.#call.isPeerDuet) {
      this.#wasShown = true
      return { name: 'showing' }
    }
    return this.#wasShown ? { name: 'paused' } : { name: 'connecting' }
  }
}

/** Makes a receiver; no code is asked for yet. */
export function createCastReceiver(options: CastReceiverOptions): CastReceiver {
  return new CastReceiver(options)
}

/** 128 random bits. */
function createSecret(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)))
}
