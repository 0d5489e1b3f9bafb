import type { Clock } from '@duet/base'
import type { SafetyPhrase, UserCallState } from '@duet/client'
import type { CallMedia, UserId } from '@duet/protocol'
import { effect, signal, type ReadonlySignal } from '@preact/signals'
import { Notices } from '../notices.ts'
import { OwnMedia } from '../own-media.ts'
import type { OpenCallCast } from '../on-tv.ts'
import type { MediaPort, Memory } from '../ports.ts'
import { FigureLog, type CallFigures } from './figure-log.ts'
import { outcomeOf, type Outcome } from './outcome.ts'
import type { UserCallPort } from './ports.ts'
import { TalkModel } from './talk-model.ts'

export interface AccountCallOptions {
  media: MediaPort
  memory: Memory
  timers: Clock
  openCallCast: OpenCallCast
  /** What this user is called, and the other one; both as they are now. */
  ownName: () => string
  peerName: () => string
  /** Sets a performance mark. */
  mark: (name: string) => void
  /** Told once; null when there is nothing to say of the end. */
  onEnded: (outcome: Outcome | null, figures: CallFigures | undefined) => void
}

/** One call between users on this page, from the press or the ring until it ended. */
export class AccountCall {
  readonly call: UserCallPort
  readonly direction: 'in' | 'out'
  readonly peer: UserId
  readonly media: CallMedia
  readonly own: OwnMedia
  readonly notices: Notices
  readonly state: ReadonlySignal<UserCallState>
  /** What both can compare; null until the connection stands. */
  readonly phrase: ReadonlySignal<SafetyPhrase | null>
  /** The stage, while the two talk. */
  readonly stage: ReadonlySignal<TalkModel | null>
  readonly #state
  readonly #phrase
  readonly #stage = signal<TalkModel | null>(null)
  readonly #options: AccountCallOptions
  readonly #stop: (() => void)[]
  #stopSampling = () => {}
  #talkingSince: number | undefined
  #log: FigureLog | undefined
  #wasFrameSeen = false
  #wasRingingMarked = false
  #isClosed = false

  constructor(call: UserCallPort, options: AccountCallOptions) {
    this.call = call
    this.#options = options
    this.direction = call.direction
    this.peer = call.peer
    this.media = call.media
    this.notices = new Notices(options.timers)
    this.own = new OwnMedia({ ...options, notices: this.notices })
    this.#state = signal<UserCallState>(call.state)
    this.#phrase = signal<SafetyPhrase | null>(call.phrase)
    this.state = this.#state
    this.phrase = this.#phrase
    this.stage = this.#stage
    this.#stop = [
      this.own.sendTo(call),
      call.on('phrase', (phrase) => (this.#phrase.value = phrase)),
      call.on('leg', () => this.#followLeg()),
      call.on('state', (state) => this.#follow(state)),
    ]
    // Who calls sees oneself meanwhile; who is called shows nothing before picking up.
    if (this.direction === 'out') this.#openDevices(this.media === 'video')
    this.#follow(call.state)
  }

  /** Picks up: the camera only with a picture. */
  accept({ withPicture }: { withPicture: boolean }): void {
    const { state } = this.call
    if (state.name !== 'incoming' || state.isAccepting) return
    this.#options.mark('duet:accept')
    this.call.accept()
    this.#openDevices(withPicture)
  }

  /** Does not pick up; `text` is told to the caller. */
  decline(text?: string): void {
    this.call.decline(text)
  }

  /** Cancels while it rings, hangs up after. */
  end(): void {
    this.call.end()
  }

  /**
   * The page goes: ends the call and lets everything go. What merely rings here is not declined:
   * another device may pick it up, or this one after a reload. Idempotent.
   */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const { state } = this.call
    const isMerelyRinging = state.name === 'incoming' && !state.isAccepting
    if (!isMerelyRinging && state.name !== 'ended') this.call.end()
    for (const stop of this.#stop.splice(0)) stop()
    this.#closeStage()
    this.own.close()
    this.notices.dismiss()
  }

  /** This side's figures until now; undefined when nothing was measured. */
  get figures(): CallFigures | undefined {
    if (!this.#log || this.#log.isEmpty) return undefined
    return this.#log.figures({ hasPhrase: this.#phrase.peek()?.name === 'agreed' })
  }

  #openDevices(withPicture: boolean): void {
    if (withPicture) void this.own.local.start()
    else void this.own.local.toggleMicrophone()
  }

  #follow(state: UserCallState): void {
    if (this.#isClosed) return
    if (state.name === 'ringing' && state.isRinging && !this.#wasRingingMarked) {
      this.#wasRingingMarked = true
      this.#options.mark('duet:ringing')
    }
    // Before the page is told: what it draws then finds the picture.
    if (state.name === 'talking') this.#followLeg()
    this.#state.value = state
    if (state.name === 'ended') this.#ended(state)
  }

  #followLeg(): void {
    const { leg, state } = this.call
    if (state.name !== 'talking' || leg === this.#stage.peek()?.call) return
    this.#closeStage()
    if (!leg) return
    const { timers, openCallCast, ownName, peerName } = this.#options
    // The lines of the chat carry it.
    leg.setName(ownName())
    this.#talkingSince ??= timers.now()
    const log = (this.#log ??= new FigureLog(this.#talkingSince))
    const stage = new TalkModel({
      call: leg,
      peerName: peerName(),
      ownName: ownName(),
      openCallCast,
      own: this.own,
      notices: this.notices,
      timers,
      onFrame: () => this.#frameSeen(),
      onLeave: () => this.end(),
    })
    this.#stopSampling = effect(() => {
      const report = stage.details.report.value
      if (report) log.add(report)
    })
    this.#stage.value = stage
  }

  #closeStage(): void {
    this.#stopSampling()
    this.#stage.peek()?.close()
    this.#stage.value = null
  }

  #frameSeen(): void {
    if (this.#wasFrameSeen) return
    this.#wasFrameSeen = true
    this.#options.mark('duet:first-remote-frame')
  }

  #ended(end: Extract<UserCallState, { name: 'ended' }>): void {
    const since = this.#talkingSince
    const outcome = outcomeOf(
      {
        id: this.call.id,
        direction: this.direction,
        peer: this.peer,
        media: this.media,
        talkedMs: since === undefined ? 0 : this.#options.timers.now() - since,
        wasAnswered: since !== undefined,
      },
      end,
    )
    const { figures } = this
    this.close()
    this.#options.onEnded(outcome, figures)
  }
}
