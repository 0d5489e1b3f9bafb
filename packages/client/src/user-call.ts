import { Emitter, type CancelTimer, type Clock, type Logger } from '@duet/base'
import type {
  CallId,
  CallMedia,
  CapturePurpose,
  LiveOptions,
  PeopleEvent,
  PeopleRequest,
  UserId,
} from '@duet/protocol'
import type { FailCode, PeerGoneReason } from './call-state.ts'
import type { Call } from './call.ts'
import { NO_CAPTURE, type CaptureInfo, type Capturing } from './captures/capture-info.ts'
import type { MediaKind } from './local-media.ts'
import type { UserCallEvents, UserCallState } from './phone-state.ts'
import type { SafetyPhrase } from './safety-phrase.ts'
import { UserCallLegs, type CreateLeg } from './user-call-legs.ts'
import { nextUserCallState, type UserCallInput } from './user-call-machine.ts'

export interface UserCallOptions {
  direction: 'out' | 'in'
  peer: UserId
  media: CallMedia
  clock: Clock
  logger: Logger
  createLeg: (call: CallId, ...leg: Parameters<CreateLeg>) => Call
  /** Says something of this call to the server. */
  send: (request: PeopleRequest) => void
  /** False while the server cannot be reached, or does not know this page. */
  isServerReachable: () => boolean
  /** It ended, and everybody was told. */
  onOver: () => void
}

/** What the server says of one call. */
export type UserCallEvent = Extract<
  PeopleEvent,
  { type: 'call-placed' | 'incoming-call' | 'call-ringing' | 'call-accepted' | 'call-ended' }
>

/** The server says itself that the peer hung up; a page that hears nothing ends by itself. */
const PEER_GONE_MS = 1_000

/** The pause before a leg is entered again that the server could not let in just now. */
const LEG_AGAIN_MS = 1_000

/** The first frames are there by then, over the relay; looking for a path would delay them. */
const DIRECT_AFTER_MS = 300

/** Why a leg is not entered yet; everything else that the server says is final. */
const PASSING: ReadonlySet<FailCode> = new Set<FailCode>([
  'internal',
  'rate-limited',
  'unavailable',
])

/** The page can't have media at all: it says so, and its person hangs up. */
const WITHOUT_MEDIA: ReadonlySet<FailCode> = new Set<FailCode>(['insecure-page', 'no-webrtc'])

/** A picture takes longer to be seen than a sound to be heard. */
const FIRST_SENT_FIRST: readonly MediaKind[] = ['video', 'audio']

interface KeptTrack {
  track: MediaStreamTrack | null
  screen: boolean
}

/**
 * A call to another user, or from one. It connects while it rings, over the relay only; nothing
 * is sent before it was accepted, and then it goes on directly. Transitions: `UserCallState`.
 */
export class UserCall implements Capturing {
  readonly direction: 'out' | 'in'
  readonly peer: UserId
  readonly media: CallMedia
  readonly #options: UserCallOptions
  readonly #events: Emitter<UserCallEvents>
  readonly #legs: UserCallLegs
  readonly #tracks = new Map<MediaKind, KeptTrack>()
  #isMuted = false
  #isTellingRinging = false
  #id: CallId | null = null
  #leg: Call | null = null
  #legNumber: number | undefined
  #phrase: SafetyPhrase | null = null
  /** The first one that was agreed. */
  #agreed: string | undefined
  #state: UserCallState
  #cancelGone: CancelTimer = () => {}
  #cancelAgain: CancelTimer = () => {}
  #cancelDirect: CancelTimer = () => {}

  constructor(options: UserCallOptions) {
    const { direction, logger, media, peer } = options
    this.direction = direction
    this.media = media
    this.peer = peer
    this.#options = options
    this.#events = new Emitter((error, event) =>
      logger.error('a listener of a call threw', { event, error: String(error) }),
    )
    this.#legs = new UserCallLegs((leg, policy) => options.createLeg(this.#id ?? '', leg, policy))
    this.#state =
      direction === 'out' ? { name: 'placing' } : { name: 'incoming', isAccepting: false }
  }

  /** Null until the server placed it. */
  get id(): CallId | null {
    return this.#id
  }

  get state(): UserCallState {
    return this.#state
  }

  /** The connection that carries it, a call in a room; null before it was accepted and after. */
  get leg(): Call | null {
    return this.#leg
  }

  /** What both people compare; null while it is being agreed. */
  get phrase(): SafetyPhrase | null {
    return this.#phrase
  }

  /** Who agreed to being recorded or broadcast, and what is on; nothing before `talking`. */
  get capture(): CaptureInfo {
    return this.#leg?.capture ?? NO_CAPTURE
  }

  get isOver(): boolean {
    return this.#state.name === 'ended'
  }

  /** Calls `listener` at every `event` from now on; returns its unsubscribe. */
  on<Name extends keyof UserCallEvents>(
    event: Name,
    listener: (...args: UserCallEvents[Name]) => void,
  ): () => void {
    return this.#events.on(event, listener)
  }

  /** Says that this page really rings; for a call that came in. */
  tellRinging(): void {
    if (this.#state.name !== 'incoming' || this.#id === null) return
    this.#isTellingRinging = true
    this.#options.send({ type: 'call-ringing', call: this.#id })
  }

  /** Takes a call that came in; `talking` follows when this device is the first. */
  accept(): void {
    if (this.#id === null || !this.#input({ type: 'accept' })) return
    this.#options.send({ type: 'accept-call', call: this.#id })
  }

  /** Does not take a call that came in, with a word or without. */
  decline(text?: string): void {
    if (this.#state.name !== 'incoming' || this.#id === null) return
    // Both may be on their way: what was accepted is not declined any more.
    if (this.#state.isAccepting) return this.#hangUp('hung-up')
    const words = text === undefined ? {} : { text }
    this.#options.send({ type: 'decline-call', call: this.#id, ...words })
    this.#end({ type: 'end', reason: 'declined', ...words })
  }

  /** Cancels, declines or hangs up. Idempotent. */
  end(): void {
    const { name } = this.#state
    if (name === 'incoming') return this.decline()
    this.#hangUp(name === 'talking' ? 'hung-up' : 'cancelled')
  }

  /**
   * What is sent from `talking` on; kept until then. Null sends nothing of this kind. `screen`:
   * the picture is a shared screen.
   */
  async setTrack(
    kind: MediaKind,
    track: MediaStreamTrack | null,
    { screen = false }: { screen?: boolean } = {},
  ): Promise<void> {
    this.#tracks.set(kind, { track, screen })
    await this.#leg?.setTrack(kind, track, { screen })
  }

  /** Tells the peer whether the microphone is muted; the track itself is its owner's matter. */
  setMuted(isMuted: boolean): void {
    this.#isMuted = isMuted
    this.#leg?.setMuted(isMuted)
  }

  setConsent(purpose: CapturePurpose, isGiven: boolean): void {
    this.#leg?.setConsent(purpose, isGiven)
  }

  startCapture(purpose: CapturePurpose, options?: LiveOptions): void {
    this.#leg?.startCapture(purpose, options)
  }

  stopCapture(purpose: CapturePurpose): void {
    this.#leg?.stopCapture(purpose)
  }

  /** The server's word; for `Phone`. */
  handle(event: UserCallEvent): void {
    if (this.isOver) return
    switch (event.type) {
      case 'call-placed':
        this.#id = event.call.id
        this.#input({ type: 'placed' })
        return
      case 'incoming-call':
        return this.#handleIncoming(event.call.id, event.leg)
      case 'call-ringing':
        if (event.leg !== undefined && this.#state.name === 'ringing') this.#legs.open(event.leg)
        this.#input({ type: 'rings', isRinging: event.isRinging })
        return
      case 'call-accepted':
        this.#id = event.call.id
        return this.#handleAccepted(event.leg)
      case 'call-ended':
        return this.#end({ type: 'end', reason: event.reason, text: event.text })
    }
  }

  /** The page has a new session, and the server knows it again; for `Phone`. */
  rejoin(): void {
    if (this.#id !== null && !this.isOver) {
      // Each device has a leg of its own, and only who accepted goes on with it, whether it heard
      // the answer or not: a server that was away takes the leg for a call that was answered.
      const number = this.isMerelyRinging ? undefined : this.#legNumber
      const leg = number === undefined ? {} : { leg: number }
      this.#options.send({ type: 'rejoin-call', call: this.#id, ...leg })
    }
  }

  /** Ends it on this device only; for `Phone`. */
  drop(input: Extract<UserCallInput, { type: 'end' | 'refuse' }>): void {
    this.#end(input)
  }

  #handleIncoming(id: CallId, leg: number | undefined): void {
    if (this.#state.name !== 'incoming') return
    const isAgain = this.#id !== null
    this.#id = id
    // Rung again for a new session: the former leg is another device's, which is gone.
    if (isAgain) this.#legs.close()
    this.#legNumber = leg
    if (leg !== undefined) this.#legs.open(leg)
    if (!isAgain) return
    if (this.#isTellingRinging) this.#options.send({ type: 'call-ringing', call: id })
    if (this.#state.isAccepting) this.#options.send({ type: 'accept-call', call: id })
  }

  #handleAccepted(legNumber: number): void {
    if (this.#state.name === 'talking') return
    // Nobody here took it, so nobody is to be seen or heard.
    if (this.isMerelyRinging) return this.#hangUp('lost')
    const leg = this.#legs.keep(legNumber)
    this.#leg = leg
    this.#legNumber = legNumber
    leg.on('peergone', (reason) => this.#onPeerGone(reason))
    leg.on('peerarrived', () => this.#cancelGone())
    leg.on('state', (state) => {
      if (state.name === 'failed') this.#onLegFailed(leg, state.code)
    })
    leg.on('phrase', (phrase) => this.#onPhrase(phrase))
    leg.on('capture', (capture) => this.#events.emit('capture', capture))
    for (const kind of FIRST_SENT_FIRST) {
      const kept = this.#tracks.get(kind)
      if (kept) void leg.setTrack(kind, kept.track, { screen: kept.screen })
    }
    leg.setMuted(this.#isMuted)
    const goDirect = () => leg.goDirect()
    if (leg.state.name === 'connected') {
      this.#cancelDirect = this.#options.clock.after(DIRECT_AFTER_MS, goDirect)
    } else goDirect()
    leg.join()
    this.#events.emit('leg', leg)
    this.#events.emit('capture', leg.capture)
    this.#input({ type: 'accepted' })
    if (leg.phrase) this.#onPhrase(leg.phrase)
  }

  /** What people compared once they do not look at again: another one, or a failure, is for good. */
  #onPhrase(phrase: SafetyPhrase | null): void {
    if (this.#phrase?.name === 'failed') return
    const words = phrase?.name === 'agreed' ? phrase.indices.join(' ') : undefined
    this.#agreed ??= words
    this.#phrase = words === undefined || words === this.#agreed ? phrase : { name: 'failed' }
    this.#events.emit('phrase', this.#phrase)
  }

  #onLegFailed(leg: Call, code: FailCode): void {
    if (PASSING.has(code)) {
      this.#cancelAgain()
      this.#cancelAgain = this.#options.clock.after(LEG_AGAIN_MS, () => leg.join())
    } else if (!WITHOUT_MEDIA.has(code)) this.#hangUp('lost')
  }

  /** The server has the word on it, while it can be reached. */
  #onPeerGone(reason: PeerGoneReason): void {
    const hangUp = () => this.#hangUp(reason === 'left' ? 'hung-up' : 'lost')
    if (!this.#options.isServerReachable() && reason === 'left') return hangUp()
    this.#cancelGone()
    this.#cancelGone = this.#options.clock.after(PEER_GONE_MS, hangUp)
  }

  #hangUp(reason: 'hung-up' | 'lost' | 'cancelled'): void {
    if (this.isOver) return
    if (this.#id !== null) this.#options.send({ type: 'end-call', call: this.#id })
    this.#end({ type: 'end', reason })
  }

  #end(input: UserCallInput): void {
    if (this.isOver) return
    this.#cancelGone()
    this.#cancelAgain()
    this.#cancelDirect()
    this.#legs.close()
    const leg = this.#leg
    this.#leg = null
    this.#phrase = null
    leg?.close()
    if (leg) this.#events.emit('leg', null)
    this.#input(input)
    this.#events.clear()
    this.#options.onOver()
  }

  /** A call that came in, and that the person here did not take yet. */
  get isMerelyRinging(): boolean {
    return this.#state.name === 'incoming' && !this.#state.isAccepting
  }

  /** True when it changed something. */
  #input(input: UserCallInput): boolean {
    const next = nextUserCallState(this.#state, input)
    if (next === this.#state) return false
    this.#state = next
    this.#options.logger.info('call of users', { state: next.name })
    this.#events.emit('state', next)
    return true
  }
}
