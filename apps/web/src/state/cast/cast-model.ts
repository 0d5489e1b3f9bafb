import type { Clock } from '@duet/base'
import type { CastEndReason, CastSenderState, PictureMode } from '@duet/client'
import { computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals'
import { linkOrigin, secureOrigin, type ServerAddresses } from '../addresses.ts'
import type { ObstacleName } from '../environment.ts'
import { CastEntry, isThere } from './cast-entry.ts'
import { CastPath } from './cast-path.ts'
import {
  CastSource,
  type Facing,
  type SourceChoice,
  type SourceKind,
  type SourceWish,
} from './cast-source.ts'
import type { CastMediaPort, CreateCastSender } from './ports.ts'
import { typedAddress } from './typed-address.ts'

/** What the page shows: the code and the choice, what is shown, or how it ended. */
export type CastPhase = 'choose' | 'show' | 'end'

/** How a cast ended. camera-lost: the device is gone. lost: the server does not know it any more. */
export type CastOutcome = CastEndReason | 'camera-lost' | 'lost'

/** What came of the last press, when it was not a picture. no-answer: the server does not say whether the TV is there. */
export type CastNotice = Exclude<SourceChoice, 'chosen'> | 'no-answer'

export interface CastModelOptions {
  origin: string
  addresses: ServerAddresses
  obstacle: ObstacleName | null
  /** What the TV calls this side; may be empty. */
  name: string
  createSender: CreateCastSender
  media: CastMediaPort
  clock: Clock
  /** Sets a performance mark. */
  mark: (name: string) => void
}

/** Who shows nothing leaves the TV to others. */
const IDLE_LIMIT_MS = 120_000

/** Browsers open a picker until about five seconds after the press. */
const ANSWER_LIMIT_MS = 4_000

/** The page that shows something on a TV: enters the code, chooses what to show, shows it. */
export class CastModel {
  readonly entry: CastEntry
  readonly source: CastSource
  readonly path: CastPath
  readonly phase: ReadonlySignal<CastPhase>
  readonly outcome: ReadonlySignal<CastOutcome | null>
  readonly notice: ReadonlySignal<CastNotice | null>
  /** What the next press shows. */
  readonly kind: ReadonlySignal<SourceKind>
  readonly facing: ReadonlySignal<Facing>
  /** For what is shown, or will be. */
  readonly mode: ReadonlySignal<PictureMode>
  readonly hasCamera: ReadonlySignal<boolean>
  readonly hasTwoCameras: ReadonlySignal<boolean>
  /** False on phones. */
  readonly canShowScreen: boolean
  /** The press waits for the server's answer. */
  readonly isStarting: ReadonlySignal<boolean>
  /** Taken off the TV, because nothing was shown. */
  readonly isIdledOut: ReadonlySignal<boolean>
  /** Counts how often the code is asked for: the field takes the focus. */
  readonly codeAsked: ReadonlySignal<number>
  /** Somebody wanted to start without a whole code. */
  readonly isCodeMissed: ReadonlySignal<boolean>
  /** Where a TV shows its code, as `duet.example/tv`. */
  readonly tvAddress: string
  readonly options: CastModelOptions
  readonly #outcome = signal<CastOutcome | null>(null)
  readonly #notice = signal<CastNotice | null>(null)
  readonly #kind
  readonly #facing = signal<Facing>('environment')
  readonly #modes = signal<Record<SourceKind, PictureMode>>({ screen: 'text', camera: 'motion' })
  readonly #cameras = signal<readonly string[]>([])
  readonly #isStarting = signal(false)
  readonly #isIdledOut = signal(false)
  readonly #codeAsked = signal(0)
  readonly #isCodeMissed = signal(false)
  readonly #stop: (() => void)[]
  #isClosed = false

  constructor(options: CastModelOptions) {
    this.options = options
    const { addresses, clock, createSender, media, name, origin } = options
    const url = `${origin.replace(/^http/, 'ws')}/ws`
    this.entry = new CastEntry({ url, name, createSender, clock })
    this.source = new CastSource({ media, onEnded: (kind) => this.#sourceEnded(kind) })
    this.path = new CastPath(this.entry, clock)
    this.canShowScreen = media.captureScreen !== undefined
    this.#kind = signal<SourceKind>(this.canShowScreen ? 'screen' : 'camera')
    this.tvAddress = typedAddress(linkOrigin(origin, addresses), '/tv')
    this.outcome = this.#outcome
    this.notice = this.#notice
    this.kind = this.#kind
    this.facing = this.#facing
    this.mode = computed(() => this.#modes.value[this.source.shown.value?.kind ?? this.#kind.value])
    this.hasCamera = computed(() => this.#cameras.value.length > 0)
    this.hasTwoCameras = computed(() => this.#cameras.value.length > 1)
    this.isStarting = this.#isStarting
    this.isIdledOut = this.#isIdledOut
    this.codeAsked = this.#codeAsked
    this.isCodeMissed = this.#isCodeMissed
    this.phase = computed(() => {
      if (this.source.shown.value) return 'show'
      return this.#outcome.value ? 'end' : 'choose'
    })
    this.#stop = [
      effect(() => this.#followTv(this.entry.state.value)),
      this.#limitIdling(),
      media.onDeviceChange(() => void this.#findCameras()),
    ]
    void this.#findCameras()
  }

  /** This page on HTTPS, with the code; null when the server has no such address. */
  get secureLink(): string | null {
    const { addresses, origin } = this.options
    const secure = secureOrigin(origin, addresses)
    const code = this.entry.text.value
    return secure && `${secure}/cast${code && `#${code}`}`
  }

  /** Takes what stands in the code field, and enters it when it is complete. */
  type(text: string): void {
    if (this.phase.peek() === 'show' || this.source.isChoosing.peek()) return
    const before = this.entry.text.peek()
    this.entry.type(text)
    if (this.entry.text.peek() === before) return
    this.#outcome.value = null
    this.#isCodeMissed.value = false
    this.#enter()
  }

  /** Enters the code once more. */
  retry(): void {
    this.#enter()
  }

  choose(kind: SourceKind): void {
    this.#kind.value = kind
    this.#notice.value = null
  }

  face(facing: Facing): void {
    this.#facing.value = facing
  }

  setMode(mode: PictureMode): void {
    const kind = this.source.shown.peek()?.kind ?? this.#kind.peek()
    this.#modes.value = { ...this.#modes.peek(), [kind]: mode }
    if (this.source.shown.peek()) void this.entry.sender?.setMode(mode)
  }

  /**
   * From the code to the picture in one press: waits for the TV where it is not known yet, then lets
   * the browser ask what to show.
   */
  async start(): Promise<void> {
    if (this.#isStarting.peek() || this.source.isChoosing.peek()) return
    this.#outcome.value = null
    this.#notice.value = null
    if (!isThere(this.entry.state.peek().name)) {
      this.#enter()
      if (!(await this.#waitForTv())) return
    }
    await this.#show(this.#wish())
  }

  /** Shows something else; choosing nothing keeps what is shown. */
  async change(kind: SourceKind): Promise<void> {
    if (this.source.isChoosing.peek()) return
    this.#notice.value = null
    const isOtherCamera = kind === 'camera' && this.source.shown.peek()?.kind === 'camera'
    await this.#show(isOtherCamera ? this.#otherCamera() : this.#wish(kind))
  }

  togglePause(): void {
    const { sender, state } = this.entry
    if (state.peek().name === 'paused') void sender?.resume()
    else void sender?.pause()
  }

  stop(): void {
    this.entry.leave()
  }

  /** From the end to another TV. */
  startOver(): void {
    this.entry.type('')
    this.#outcome.value = null
    this.#codeAsked.value += 1
  }

  /** Leaves the TV and lets everything go; final. */
  close(): void {
    this.#isClosed = true
    for (const stop of this.#stop.splice(0)) stop()
    this.source.release()
    this.path.close()
    this.entry.close()
  }

  #enter(): void {
    this.#notice.value = null
    this.#isIdledOut.value = false
    this.entry.enter()
  }

  async #waitForTv(): Promise<boolean> {
    this.#isStarting.value = true
    const { promise: limit, resolve } = Promise.withResolvers<'late'>()
    const cancel = this.options.clock.after(ANSWER_LIMIT_MS, () => resolve('late'))
    const answer = await Promise.race([this.entry.answer(), limit])
    cancel()
    this.#isStarting.value = false
    if (answer === 'late') this.#notice.value = 'no-answer'
    else if (!answer) this.#askForCode()
    return answer === true && !this.#isClosed
  }

  #askForCode(): void {
    this.#isCodeMissed.value = this.entry.fault.peek() !== null
    this.#codeAsked.value += 1
  }

  async #show(wish: SourceWish): Promise<void> {
    const choice = await this.source.choose(wish)
    if (choice !== 'chosen') {
      if (!this.#isClosed) this.#notice.value = choice
      return
    }
    this.#notice.value = null
    if (wish.kind === 'camera') void this.#findCameras()
    this.options.mark('duet:cast')
    this.#kind.value = wish.kind
    const shown = this.source.shown.peek()
    const { sender, state } = this.entry
    // Put out while the browser asked.
    if (!isThere(state.peek().name)) return this.#over(state.peek())
    if (shown) void sender?.show(shown, this.mode.peek())
  }

  #wish(kind: SourceKind = this.#kind.peek()): SourceWish {
    return kind === 'screen' ? { kind } : { kind, facing: this.#facing.peek() }
  }

  /** A phone knows which way its cameras look; other ones are taken in turn. */
  #otherCamera(): SourceWish {
    const settings = this.source.shown.peek()?.video.getSettings()
    if (settings?.facingMode) {
      this.#facing.value = settings.facingMode === 'user' ? 'environment' : 'user'
      return this.#wish('camera')
    }
    const cameras = this.#cameras.peek()
    const next = cameras[(cameras.indexOf(settings?.deviceId ?? '') + 1) % cameras.length]
    return { kind: 'camera', facing: this.#facing.peek(), ...(next && { deviceId: next }) }
  }

  async #findCameras(): Promise<void> {
    const devices = await this.options.media.devices().catch(() => [])
    const cameras = devices.filter(({ kind }) => kind === 'videoinput')
    this.#cameras.value = cameras.map(({ deviceId }) => deviceId)
  }

  /** While something is shown, the end of the cast is the end of that. */
  #followTv(state: CastSenderState): void {
    if (!isThere(state.name) && state.name !== 'entering') untracked(() => this.#over(state))
  }

  #over(state: CastSenderState): void {
    if (!this.source.shown.peek()) return
    this.#outcome.value ??= outcomeOf(state)
    this.source.release()
    // Otherwise the next `open()` would show it again.
    this.entry.leave()
  }

  #sourceEnded(kind: SourceKind): void {
    this.#outcome.value = kind === 'camera' ? 'camera-lost' : 'stopped'
    this.entry.leave()
  }

  #limitIdling(): () => void {
    return effect(() => {
      const isIdle = this.entry.state.value.name === 'ready' && !this.source.isChoosing.value
      if (!isIdle) return
      return this.options.clock.after(IDLE_LIMIT_MS, () => {
        this.#isIdledOut.value = true
        this.entry.leave()
      })
    })
  }
}

function outcomeOf(state: CastSenderState): CastOutcome {
  if (state.name === 'ended') return state.reason
  // The server was started anew, and the TV did not come back to it.
  const isTvGone =
    state.name === 'failed' && (state.code === 'cast-over' || state.code === 'no-such-cast')
  return isTvGone ? 'receiver-gone' : 'lost'
}
