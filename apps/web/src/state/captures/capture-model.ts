import type { Clock } from '@duet/base'
import type { Capture, CaptureInfo, CapturePurpose, LiveOptions, RefusedCode } from '@duet/client'
import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import { captureFaultSentence } from '../../i18n/capture-fault-sentences.ts'
import { MORE_WORDS } from '../../i18n/more-words.ts'
import type { Notices } from '../notices.ts'
import type { CallPort } from '../ports.ts'
import type { RecordingKey } from '../recordings/recording-keys.ts'
import { missingSentence } from './missing-sentence.ts'

/** What this person wants and the other one was asked for. */
export interface Wish {
  purpose: CapturePurpose
  /** Of `live`. */
  options?: LiveOptions | undefined
}

export interface CaptureModelOptions {
  call: Pick<CallPort, 'on' | 'setConsent' | 'startCapture' | 'stopCapture'>
  info: ReadonlySignal<CaptureInfo>
  /** What the other one is called; may be empty. */
  peerName: () => string
  notices: Notices
  timers: Clock
  /** Keeps what opens a recording. */
  keep: (recording: RecordingKey) => void
  /** Shows the recordings beside the call. */
  openRecordings: () => void
}

const PURPOSES: readonly CapturePurpose[] = ['record', 'live']

/** After these nobody was asked, or nothing was started; the page says why. */
const ENDS_WISH: ReadonlySet<string> = new Set<RefusedCode>([
  'capture-unavailable',
  'no-consent',
  'no-such-peer',
])

/** Asks, answers, starts and stops; one question at a time, and each recording is asked for anew. */
export class CaptureModel {
  readonly info: ReadonlySignal<CaptureInfo>
  /** What the other one was asked for and has not answered. */
  readonly wish: ReadonlySignal<Wish | null>
  /** What the other one asks for, until it is answered here. */
  readonly question: ReadonlySignal<CapturePurpose | null>
  /** Since when this page knows that each of them runs. */
  readonly since: ReadonlySignal<ReadonlyMap<string, number>>
  /** The form of what is to be shown live is open. */
  readonly isPlanning = signal(false)
  /** What can be read and done about one that is on is open. */
  readonly opened = signal<CapturePurpose | null>(null)
  /** A recording was begun in this call. */
  readonly hasRecorded: ReadonlySignal<boolean>
  readonly #wish = signal<Wish | null>(null)
  readonly #declined = signal<readonly CapturePurpose[]>([])
  readonly #since = signal<ReadonlyMap<string, number>>(new Map())
  readonly #hasRecorded = signal(false)
  readonly #options: CaptureModelOptions
  readonly #told = new Set<string>()
  /** Whose media does not arrive at each, as it was said last. */
  readonly #missing = new Map<string, number>()
  readonly #stop: (() => void)[]
  #last: CaptureInfo

  constructor(options: CaptureModelOptions) {
    this.#options = options
    this.info = options.info
    this.#last = options.info.peek()
    this.wish = this.#wish
    this.since = this.#since
    this.hasRecorded = this.#hasRecorded
    this.question = computed(() => {
      const { active, ownConsents, peerConsents } = this.info.value
      const isOpen = (purpose: CapturePurpose) =>
        peerConsents.includes(purpose) &&
        !ownConsents.includes(purpose) &&
        !active.some((each) => each.purpose === purpose) &&
        !this.#declined.value.includes(purpose)
      return PURPOSES.find(isOpen) ?? null
    })
    // What is over before this was loaded was told already, or is nobody's business any more.
    for (const { id } of this.#last.ended) this.#told.add(`${id} stopped`)
    this.#stop = [
      effect(() => this.#follow(this.info.value)),
      options.call.on('refused', (code) => {
        if (ENDS_WISH.has(code)) this.#wish.value = null
      }),
    ]
  }

  /** Agrees for oneself, and asks the other one; it starts by itself with the answer. */
  ask(purpose: CapturePurpose, live?: LiveOptions): void {
    if (this.#wish.peek() || this.activeOf(purpose)) return
    batch(() => {
      this.isPlanning.value = false
      this.#wish.value = { purpose, options: live }
    })
    this.#options.call.setConsent(purpose, true)
    this.#startWhenAgreed(this.info.peek())
  }

  /** Asks no more. */
  withdraw(): void {
    const wish = this.#wish.peek()
    this.#wish.value = null
    if (wish) this.#options.call.setConsent(wish.purpose, false)
  }

  /** To what the other one asks. */
  answer(purpose: CapturePurpose, isYes: boolean): void {
    if (!isYes) this.#declined.value = [...this.#declined.peek(), purpose]
    this.#options.call.setConsent(purpose, isYes)
  }

  stop(purpose: CapturePurpose): void {
    this.opened.value = null
    this.#options.call.stopCapture(purpose)
  }

  /** Also stops what is on. */
  takeBack(purpose: CapturePurpose): void {
    this.opened.value = null
    this.#options.call.setConsent(purpose, false)
  }

  /** The one of a purpose that is on. */
  activeOf(purpose: CapturePurpose): Capture | undefined {
    return this.info.value.active.find((each) => each.purpose === purpose)
  }

  close(): void {
    for (const stop of this.#stop.splice(0)) stop()
  }

  #follow(info: CaptureInfo): void {
    const last = this.#last
    this.#last = info
    batch(() => {
      this.#declined.value = this.#declined
        .peek()
        .filter((purpose) => info.peerConsents.includes(purpose))
      this.#countRunning(info)
      this.#hearAnswer(last, info)
      for (const capture of [...info.active, ...info.ended]) this.#take(capture)
      for (const purpose of PURPOSES) {
        if (isOnIn(last, purpose) && !isOnIn(info, purpose)) this.#isOver(purpose, info)
      }
      this.#forgetOld(info)
    })
    this.#startWhenAgreed(info)
  }

  /** Where each runs for how long; what is not on is forgotten. */
  #countRunning({ active }: CaptureInfo): void {
    const before = this.#since.peek()
    const running = active.filter(({ state }) => state === 'running')
    const now = this.#options.timers.now()
    this.#since.value = new Map(running.map(({ id }) => [id, before.get(id) ?? now]))
  }

  /** A no takes the question away: the own consent is gone, and nobody here took it back. */
  #hearAnswer(last: CaptureInfo, info: CaptureInfo): void {
    const wish = this.#wish.peek()
    if (!wish) return
    const { purpose } = wish
    // With the person goes the question.
    if (!info.offered.includes(purpose)) this.#wish.value = null
    const isGone = last.ownConsents.includes(purpose) && !info.ownConsents.includes(purpose)
    if (!isGone || this.#wish.peek() === null) return
    this.#wish.value = null
    const name = this.#options.peerName()
    this.#say((words) => words.declined[purpose](name))
  }

  /** What is to be said and kept of one, once for each news. */
  #take(capture: Capture): void {
    const { id, fault, missing, purpose, recording, state } = capture
    if (recording) {
      this.#options.keep(recording)
      this.#hasRecorded.value = true
    }
    this.#followMissing(capture)
    const isFaultNews = fault !== undefined && !missing && this.#isNews(`${id} ${fault}`)
    if (isFaultNews) {
      this.#options.notices.show((_words, language) => captureFaultSentence(fault, language))
    }
    if (state !== 'stopped' || !this.#isNews(`${id} stopped`) || isFaultNews) return
    if (purpose === 'live') this.#say((words) => words.ended.live)
    else if (recording) {
      this.#options.notices.show((_words, language) => MORE_WORDS[language].ended.record, {
        label: (_words, language) => MORE_WORDS[language].toRecordings,
        press: this.#options.openRecordings,
      })
    }
  }

  /** Says whose media stays away, and when all of it is there again. */
  #followMissing(capture: Capture): void {
    const { id, missing = [], purpose, state } = capture
    const before = this.#missing.get(id) ?? 0
    if (missing.length === before) return
    this.#missing.set(id, missing.length)
    if (state !== 'running') return
    const name = this.#options.peerName()
    this.#say((words) => missingSentence(capture, words, name) ?? words.arriving[purpose])
  }

  /** The next one is asked for anew; who took the consent back is said. */
  #isOver(purpose: CapturePurpose, { offered, ownConsents, peerConsents }: CaptureInfo): void {
    if (this.opened.peek() === purpose) this.opened.value = null
    if (!ownConsents.includes(purpose)) return
    this.#options.call.setConsent(purpose, false)
    if (peerConsents.includes(purpose) || !offered.includes(purpose)) return
    const name = this.#options.peerName()
    this.#say((words) => words.takenBack[purpose](name))
  }

  #startWhenAgreed({ ownConsents, peerConsents }: CaptureInfo): void {
    const wish = this.#wish.peek()
    if (!wish) return
    const { options, purpose } = wish
    if (!ownConsents.includes(purpose) || !peerConsents.includes(purpose)) return
    this.#wish.value = null
    this.#options.call.startCapture(purpose, options)
  }

  /** What was told of captures that are not known any more. */
  #forgetOld({ active, ended }: CaptureInfo): void {
    const ids = [...active, ...ended].map(({ id }) => id)
    for (const told of this.#told) {
      if (!ids.some((id) => told.startsWith(`${id} `))) this.#told.delete(told)
    }
    for (const id of this.#missing.keys()) if (!ids.includes(id)) this.#missing.delete(id)
  }

  #say(sentence: (words: (typeof MORE_WORDS)['en']) => string): void {
    this.#options.notices.show((_words, language) => sentence(MORE_WORDS[language]))
  }

  #isNews(what: string): boolean {
    if (this.#told.has(what)) return false
    this.#told.add(what)
    return true
  }
}

function isOnIn({ active }: CaptureInfo, purpose: CapturePurpose): boolean {
  return active.some((each) => each.purpose === purpose)
}
