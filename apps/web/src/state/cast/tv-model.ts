import type { CancelTimer, Clock } from '@duet/base'
import { batch, computed, signal, type ReadonlySignal } from '@preact/signals'
import type {
  CastReceiver,
  CastReceiverOptions,
  CastReceiverState,
  PeerGoneReason,
  SafetyPhrase,
  SignalingState,
} from '@duet/client'
import { cleanDisplayName } from '@duet/protocol'
import { linkOrigin, type ServerAddresses } from '../addresses.ts'
import { IdleModel } from '../idle-model.ts'
import type { Memory } from '../ports.ts'
import { typedAddress } from './typed-address.ts'

/** What the TV's page needs of a receiver, so that a fake can take its place. */
export type CastReceiverPort = Pick<CastReceiver, keyof CastReceiver>

/** What fills the page: the code, the sender's picture, or why there can be neither. */
export type TvScreen = 'code' | 'picture' | 'impossible'

/** Whether the sender is heard; blocked: the browser wants a press first. */
export type TvSound = 'on' | 'muted' | 'blocked'

/** How the last sender went; stopped: it was put out here. */
export interface TvFarewell {
  reason: PeerGoneReason | 'stopped'
  name: string
}

export interface TvOptions {
  origin: string
  addresses: ServerAddresses
  /** What to call this TV, from the page's address. */
  name: string | undefined
  createReceiver: (options: CastReceiverOptions) => CastReceiverPort
  /** Of this tab alone: two TVs in one browser have two codes. */
  memory: Memory
  timers: Clock
  /** Sets a performance mark. */
  mark: (name: string) => void
}

const SECRET_KEY = 'duet.tv.secret'
const SINCE_KEY = 'duet.tv.since'

/** An older code has been seen by many: it gives way to a new one as soon as nobody needs it. */
const CODE_MAX_AGE_MS = 24 * 60 * 60 * 1000
const AGE_CHECK_MS = 60_000

/** Long enough to look up from a phone and read one sentence. */
const FAREWELL_MS = 8_000

/** A server that is there has given a code by then. */
const LATE_AFTER_MS = 5_000

/** Arrow keys are slower than a mouse, and four pictures are compared meanwhile. */
const IDLE_AFTER_MS = 7_000

/** The page of a TV: shows its code, then what is sent to it. */
export class TvModel {
  readonly state: ReadonlySignal<CastReceiverState>
  readonly code: ReadonlySignal<string | null>
  /** Empty when the sender gave no name, or is not there. */
  readonly senderName: ReadonlySignal<string>
  readonly remoteStream: ReadonlySignal<MediaStream | null>
  readonly phrase: ReadonlySignal<SafetyPhrase | null>
  readonly signaling: ReadonlySignal<SignalingState>
  readonly screen: ReadonlySignal<TvScreen>
  readonly sound: ReadonlySignal<TvSound>
  /** Set for a while after a sender went. */
  readonly farewell: ReadonlySignal<TvFarewell | null>
  /** A picture of this sender was seen. */
  readonly hasFrame: ReadonlySignal<boolean>
  /** There has been no code for longer than a server takes that is there. */
  readonly isLate: ReadonlySignal<boolean>
  /** Nobody pressed anything for a while: the controls may fade. */
  readonly isQuiet: ReadonlySignal<boolean>
  /** The link in the QR code; null while there is no code. */
  readonly link: ReadonlySignal<string | null>
  /** What a person types into the address bar. */
  readonly address: string
  readonly name: string
  readonly idle: IdleModel
  readonly #state
  readonly #code
  readonly #senderName = signal('')
  readonly #remoteStream = signal<MediaStream | null>(null)
  readonly #phrase = signal<SafetyPhrase | null>(null)
  readonly #signaling
  readonly #screen = signal<TvScreen>('code')
  readonly #sound = signal<TvSound>('on')
  readonly #farewell = signal<TvFarewell | null>(null)
  readonly #hasFrame = signal(false)
  readonly #isLate = signal(false)
  readonly #options: TvOptions
  readonly #receiver: CastReceiverPort
  readonly #stop: (() => void)[]
  #codeSince: number
  #cancelLate: CancelTimer = () => {}
  #cancelFarewell: CancelTimer = () => {}

  constructor(options: TvOptions) {
    this.#options = options
    const { origin, addresses, memory, timers } = options
    this.name = cleanDisplayName(options.name ?? '')
    const secret = memory.get(SECRET_KEY)
    this.#receiver = options.createReceiver({
      url: `${origin.replace(/^http/, 'ws')}/ws`,
      secret,
      name: this.name || undefined,
    })
    const receiver = this.#receiver
    this.#codeSince = Number(memory.get(SINCE_KEY)) || timers.now()
    if (secret === undefined) this.#keep(receiver.secret)
    this.#state = signal(receiver.state)
    this.#code = signal(receiver.code)
    this.#signaling = signal(receiver.signaling)
    this.state = this.#state
    this.code = this.#code
    this.senderName = this.#senderName
    this.remoteStream = this.#remoteStream
    this.phrase = this.#phrase
    this.signaling = this.#signaling
    this.screen = this.#screen
    this.sound = this.#sound
    this.farewell = this.#farewell
    this.hasFrame = this.#hasFrame
    this.isLate = this.#isLate
    this.idle = new IdleModel(timers, IDLE_AFTER_MS)
    this.isQuiet = computed(() => this.idle.isIdle.value && this.#sound.value !== 'blocked')
    const sharedOrigin = linkOrigin(origin, addresses)
    this.address = typedAddress(sharedOrigin, '/cast')
    this.link = computed(() => this.#code.value && `${sharedOrigin}/cast#${this.#code.value}`)
    this.#stop = [...this.#listen(), timers.every(AGE_CHECK_MS, () => this.#renewOldCode())]
    this.#countOpening()
  }

  /** Asks for the code. */
  open(): void {
    this.#receiver.open()
  }

  /** Puts the sender out. */
  stop(): void {
    this.#receiver.stop()
  }

  /** Shows another code; whoever sends is put out. */
  renewCode(): void {
    this.#receiver.renewCode()
  }

  toggleSound(): void {
    this.#sound.value = this.#sound.peek() === 'on' ? 'muted' : 'on'
  }

  /** The browser refused to play the sound. */
  blockSound(): void {
    if (this.#sound.peek() === 'on') this.#sound.value = 'blocked'
  }

  /** Somebody pressed something: the browser may let the sound be heard now. */
  unblockSound(): void {
    if (this.#sound.peek() === 'blocked') this.#sound.value = 'on'
  }

  /** Back was pressed: puts away what lies over the picture. False: there was nothing. */
  back(): boolean {
    if (this.#sound.peek() === 'blocked') {
      this.#sound.value = 'muted'
      return true
    }
    if (this.#screen.peek() !== 'picture' || this.idle.isIdle.peek()) return false
    this.idle.rest()
    return true
  }

  /** The picture showed a frame. */
  frameSeen(): void {
    if (this.#hasFrame.peek()) return
    this.#hasFrame.value = true
    this.#options.mark('duet:first-remote-frame')
  }

  /** Gives the code up, until the page comes back; final. */
  close(): void {
    for (const stop of this.#stop.splice(0)) stop()
    this.#cancelLate()
    this.#cancelFarewell()
    this.idle.close()
    this.#receiver.close()
  }

  #listen(): (() => void)[] {
    const receiver = this.#receiver
    return [
      receiver.on('state', (state) => batch(() => this.#onState(state))),
      receiver.on('code', (code) => (this.#code.value = code)),
      receiver.on('secret', (secret) => this.#keep(secret)),
      receiver.on('remotestream', (stream) => (this.#remoteStream.value = stream)),
      receiver.on('phrase', (phrase) => (this.#phrase.value = phrase)),
      receiver.on('signaling', (signaling) => (this.#signaling.value = signaling)),
      receiver.on('sendergone', (reason, name) =>
        batch(() => this.#onSenderGone({ reason, name })),
      ),
    ]
  }

  #onState(state: CastReceiverState): void {
    const before = this.#state.peek().name
    this.#state.value = state
    this.#senderName.value = this.#receiver.senderName || this.#senderName.peek()
    this.#screen.value = screenOf(state, this.#screen.peek())
    if (state.name === 'connecting') this.#forgetFarewell()
    if (state.name === 'opening' || state.name === 'ready') this.#forgetSender()
    if (state.name !== before) this.#countOpening()
    // Whoever begins to show something is told who it is, and how to stop it.
    if (state.name === 'showing' && before !== 'showing') this.idle.touch()
  }

  #onSenderGone(farewell: TvFarewell): void {
    this.#forgetSender()
    this.#farewell.value = farewell
    this.#cancelFarewell()
    this.#cancelFarewell = this.#options.timers.after(FAREWELL_MS, () => this.#forgetFarewell())
  }

  #forgetSender(): void {
    this.#senderName.value = ''
    this.#hasFrame.value = false
    this.#sound.value = 'on'
  }

  #forgetFarewell(): void {
    this.#cancelFarewell()
    this.#farewell.value = null
  }

  #countOpening(): void {
    this.#cancelLate()
    this.#isLate.value = false
    if (this.#state.peek().name !== 'opening') return
    this.#cancelLate = this.#options.timers.after(LATE_AFTER_MS, () => (this.#isLate.value = true))
  }

  #keep(secret: string): void {
    const { memory, timers } = this.#options
    this.#codeSince = timers.now()
    memory.set(SECRET_KEY, secret)
    memory.set(SINCE_KEY, String(this.#codeSince))
  }

  #renewOldCode(): void {
    if (this.#state.peek().name !== 'ready') return
    if (this.#options.timers.now() - this.#codeSince >= CODE_MAX_AGE_MS) this.renewCode()
  }
}

/** A connection that is lost before anything was shown leaves the code where it is. */
function screenOf({ name }: CastReceiverState, before: TvScreen): TvScreen {
  if (name === 'showing' || name === 'paused') return 'picture'
  if (name === 'reconnecting') return before
  return name === 'failed' ? 'impossible' : 'code'
}
