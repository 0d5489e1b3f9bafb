import type { CancelTimer, Clock } from '@duet/base'
import { batch, computed, signal, type ReadonlySignal } from '@preact/signals'
import { IdleModel } from '../idle-model.ts'
import { readLiveAnswer, type LiveAnswer, type LiveLayout } from './live-answer.ts'
import { LivePictures } from './live-pictures.ts'
import type { OpenPlayback, VisibilityPort } from './ports.ts'

/**
 * What the page shows. Transitions:
 *
 *     asking -> waiting | over | unreachable | arriving
 *     waiting, over, unreachable -> arriving        (they go live, again)
 *     arriving -> live -> over
 */
export type LiveScreen = 'asking' | 'waiting' | 'unreachable' | 'arriving' | 'live' | 'over'

/** How the picture comes: at once, or as pieces some seconds later; null: not yet. */
export type LiveWay = 'whep' | 'hls' | null

/** Whether the two are heard; blocked: the browser wants a press first. */
export type LiveSound = 'on' | 'muted' | 'blocked'

export interface LiveOptions {
  room: string
  /** Asks the server; rejects when it does not answer. */
  ask: (room: string) => Promise<unknown>
  openPlayback: OpenPlayback
  timers: Clock
  visibility: VisibilityPort
}

/** So often the server is asked whether somebody is live, or still is, in milliseconds. */
const ASK_MS = 3_000

/** A server that does not answer is asked more rarely each time, up to this. */
const MAX_ASK_MS = 30_000

/** The viewers' page of one room. */
export class LiveModel {
  readonly room: string
  readonly screen: ReadonlySignal<LiveScreen>
  readonly layout: ReadonlySignal<LiveLayout>
  readonly way: ReadonlySignal<LiveWay>
  /** What the two are called, as `pictures.streams`. */
  readonly names: ReadonlySignal<readonly string[]>
  readonly pictures: LivePictures
  readonly sound: ReadonlySignal<LiveSound>
  readonly idle: IdleModel
  readonly #answer = signal<LiveAnswer | null>(null)
  readonly #isReached = signal(true)
  readonly #wasLive = signal(false)
  readonly #sound = signal<LiveSound>('on')
  readonly #options: LiveOptions
  readonly #stop: () => void
  #cancel: CancelTimer = () => {}
  #asked = 0
  #failures = 0
  #isClosed = false

  constructor(options: LiveOptions) {
    this.#options = options
    this.room = options.room
    this.pictures = new LivePictures(options)
    this.sound = this.#sound
    this.idle = new IdleModel(options.timers)
    this.way = this.pictures.way
    this.layout = computed(() => {
      const answer = this.#answer.value
      return answer?.state === 'live' ? answer.layout : 'inset'
    })
    this.names = computed(() => {
      const answer = this.#answer.value
      return answer?.state === 'live' ? answer.streams.map(({ name }) => name) : []
    })
    this.screen = computed(() => this.#screenOf(this.#answer.value))
    this.#stop = options.visibility.onShown(() => void this.ask())
    void this.ask()
  }

  /** Asks at once, and again by itself. Never rejects. */
  async ask(): Promise<void> {
    if (this.#isClosed) return
    this.#cancel()
    const asked = ++this.#asked
    const answer = await this.#options.ask(this.room).then(readLiveAnswer, () => undefined)
    if (asked !== this.#asked || this.#isClosed) return
    this.#failures = answer ? 0 : this.#failures + 1
    batch(() => {
      this.#isReached.value = answer !== undefined
      if (answer) this.#take(answer)
    })
    this.#askLater()
  }

  /** Heard or not, as a person wants it. */
  toggleSound(): void {
    this.#sound.value = this.#sound.peek() === 'on' ? 'muted' : 'on'
  }

  /** The browser refused to be loud by itself. */
  blockSound(): void {
    if (this.#sound.peek() === 'on') this.#sound.value = 'blocked'
  }

  /** Lets everything go; final and idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancel()
    this.#stop()
    this.pictures.close()
    this.idle.close()
  }

  #take(answer: LiveAnswer): void {
    this.#answer.value = answer
    if (answer.state === 'live') {
      this.#wasLive.value = true
      this.pictures.show(
        answer.streams.map(({ address }) => address),
        answer.hls,
      )
    } else this.pictures.hide()
  }

  #screenOf(answer: LiveAnswer | null): LiveScreen {
    // Pictures come from elsewhere: they go on while the server does not answer.
    const hasPicture = this.pictures.hasFrame.value
    if (answer?.state === 'live' && hasPicture) return 'live'
    if (!this.#isReached.value) return 'unreachable'
    if (!answer) return 'asking'
    if (answer.state === 'live') return 'arriving'
    return answer.state === 'over' || this.#wasLive.value ? 'over' : 'waiting'
  }

  #askLater(): void {
    const delay = Math.min(MAX_ASK_MS, ASK_MS * 2 ** Math.min(this.#failures, 8))
    this.#cancel = this.#options.timers.after(delay, () => {
      // Nobody looks: the next question is asked when somebody does.
      if (!this.#options.visibility.isHidden()) void this.ask()
    })
  }
}
