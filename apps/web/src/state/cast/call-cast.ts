import type { Clock } from '@duet/base'
import type { CallStateName, CastEndReason, CastSenderState, PictureMode } from '@duet/client'
import { computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals'
import { CAST_WORDS } from '../../i18n/cast-words.ts'
import type { CallModel } from '../call-model.ts'
import type { Notices } from '../notices.ts'
import { CastEntry, isThere } from './cast-entry.ts'
import type { CreateCastSender } from './ports.ts'

/** The call whose picture moves. */
export interface CallCastStage {
  model: CallModel
  notices: Notices
  /** What the TV calls this side; may be empty. */
  name: string
}

export interface CallCastOptions extends CallCastStage {
  /** The server's WebSocket address. */
  url: string
  /** Where a TV shows its code, as `duet.example/tv`. */
  tvAddress: string
  createSender: CreateCastSender
  clock: Clock
}

/** Why the picture came back for good. peer-gone: the other person left the call. */
export type CallCastEnd = Exclude<CastEndReason, 'stopped'> | 'lost' | 'peer-gone'

/** The other person is there, or just began anew. */
const TOGETHER: ReadonlySet<CallStateName> = new Set(['connecting', 'connected', 'reconnecting'])

/** What the TV shows, as the sender was told last. */
interface Sent {
  track: MediaStreamTrack
  mode: PictureMode
  isResting: boolean
}

/** Moves the remote picture of a call to a TV; the sound stays where it is. */
export class CallCast {
  readonly entry: CastEntry
  readonly tvAddress: string
  /** From the press until it ended: the picture is on the TV, or goes there as soon as it can. */
  readonly isOn: ReadonlySignal<boolean>
  /** The picture is on the TV, and not here. */
  readonly isShown: ReadonlySignal<boolean>
  /** The press waits for the server's answer. */
  readonly isStarting: ReadonlySignal<boolean>
  /** Somebody wanted to start without a whole code. */
  readonly isCodeMissed: ReadonlySignal<boolean>
  /** Counts how often the code is asked for: the field takes the focus. */
  readonly codeAsked: ReadonlySignal<number>
  readonly #options: CallCastOptions
  readonly #isOn = signal(false)
  readonly #isShown = signal(false)
  readonly #isStarting = signal(false)
  readonly #isCodeMissed = signal(false)
  readonly #codeAsked = signal(0)
  readonly #track = signal<MediaStreamTrack | null>(null)
  readonly #stop: (() => void)[]
  #sent: Sent | undefined

  constructor(options: CallCastOptions) {
    this.#options = options
    const { clock, createSender, model, name, tvAddress, url } = options
    this.entry = new CastEntry({ url, name, createSender, clock })
    this.tvAddress = tvAddress
    this.isOn = this.#isOn
    this.isShown = this.#isShown
    this.isStarting = this.#isStarting
    this.isCodeMissed = this.#isCodeMissed
    this.codeAsked = this.#codeAsked
    const isFed = computed(() => this.#isOn.value && isThere(this.entry.state.value.name))
    this.#stop = [
      this.#followPicture(),
      effect(() => {
        const media = model.peer.value?.media
        const track = this.#track.value
        const mode = media?.screen ? 'text' : 'motion'
        const isResting = media?.video === false
        if (isFed.value && track) untracked(() => this.#send({ track, mode, isResting }))
      }),
      effect(() => {
        const state = this.entry.state.value
        untracked(() => this.#followTv(state))
      }),
      effect(() => {
        const { name: call } = model.state.value
        if (TOGETHER.has(call)) return
        // Who left the call oneself knows it.
        untracked(() => this.#end(call === 'waiting' ? 'peer-gone' : null))
      }),
    ]
  }

  /** Takes what stands in the code field. */
  type(text: string): void {
    if (this.#isOn.peek()) return
    this.#isCodeMissed.value = false
    this.entry.type(text)
  }

  /** Enters the code, and moves the picture as soon as the TV is there. */
  async start(): Promise<void> {
    if (this.#isOn.peek() || this.#isStarting.peek()) return
    this.#isStarting.value = true
    if (!isThere(this.entry.state.peek().name)) this.entry.enter()
    const isAnswered = await this.entry.answer()
    this.#isStarting.value = false
    if (isAnswered) {
      this.#isOn.value = true
      return
    }
    this.#isCodeMissed.value = this.entry.fault.peek() !== null
    this.#codeAsked.value += 1
  }

  /** Brings the picture back. */
  stop(): void {
    this.#over()
  }

  /** Leaves the TV; final. */
  close(): void {
    for (const stop of this.#stop.splice(0)) stop()
    this.#isOn.value = false
    this.#isShown.value = false
    this.entry.close()
  }

  /** The picture of the call, whichever track it is now. */
  #followPicture(): () => void {
    const { model } = this.#options
    return effect(() => {
      const stream = model.remoteStream.value
      const look = () => (this.#track.value = stream?.getVideoTracks()[0] ?? null)
      look()
      stream?.addEventListener('addtrack', look)
      return () => stream?.removeEventListener('addtrack', look)
    })
  }

  #send(next: Sent): void {
    const { sender } = this.entry
    const { track, mode, isResting } = next
    if (track !== this.#sent?.track) {
      this.#sent = { track, mode, isResting: false }
      void sender?.show({ video: track }, mode)
    }
    if (mode !== this.#sent.mode) void sender?.setMode(mode)
    if (isResting !== this.#sent.isResting) void (isResting ? sender?.pause() : sender?.resume())
    this.#sent = next
  }

  #followTv(state: CastSenderState): void {
    if (!this.#isOn.peek()) return
    if (state.name === 'showing') this.#isShown.value = state.isConnected
    // Without the TV the picture is here, at once.
    if (state.name === 'waiting' || state.name === 'reconnecting') this.#away()
    if (!isThere(state.name) && state.name !== 'entering') this.#end(endOf(state))
  }

  #away(): void {
    if (!this.#isShown.peek()) return
    this.#isShown.value = false
    const tvName = this.entry.tvName.peek()
    this.#options.notices.show((_words, language) => CAST_WORDS[language].call.away(tvName))
  }

  #end(reason: CallCastEnd | null): void {
    if (!this.#isOn.peek()) return
    const tvName = this.entry.tvName.peek()
    this.#over()
    if (reason === null) return
    this.#options.notices.show((_words, language) => CAST_WORDS[language].call.ends[reason](tvName))
  }

  #over(): void {
    this.#isOn.value = false
    this.#isShown.value = false
    this.#sent = undefined
    this.entry.leave()
  }
}

/** Null: it was ended here. */
function endOf(state: CastSenderState): CallCastEnd | null {
  if (state.name === 'ended') return state.reason === 'stopped' ? null : state.reason
  // The server was started anew, and the TV did not come back to it.
  const isTvGone =
    state.name === 'failed' && (state.code === 'cast-over' || state.code === 'no-such-cast')
  return isTvGone ? 'receiver-gone' : 'lost'
}
