import { element } from '../page/element.ts'
import {
  broadcastState,
  isOfBroadcast,
  NOTHING_AGREED,
  type Agreement,
  type BroadcastState,
  type Progress,
} from './broadcast-state.ts'
import { RefusedError, type Signaling } from './signaling.ts'

interface PanelWords {
  goLive: string
  stopLive: string
  takeBack: string
  liveStates: Record<BroadcastState, string>
  liveRunning: string
  liveOver: string
  liveFaults: Record<string, string>
  liveFailed: string
  liveRefused: Record<string, string>
}

/** What the person wants when the other one has agreed; null: nothing. */
type Wanted = Parameters<Signaling['capture']>[0] | null

/** Asks both people, and has the server merge both pictures into one and show it. */
export class BroadcastPanel {
  readonly #section = element('broadcast', HTMLElement)
  readonly #form = element('go-live-form', HTMLFormElement)
  readonly #button = element('go-live', HTMLButtonElement)
  readonly #choices = element('live-choices', HTMLFieldSetElement)
  readonly #layout = element('live-layout', HTMLSelectElement)
  readonly #url = element('push-url', HTMLInputElement)
  readonly #key = element('push-key', HTMLInputElement)
  readonly #question = element('consent', HTMLElement)
  readonly #status = element('live-status', HTMLElement)
  readonly #viewers = element('live-viewers', HTMLElement)
  readonly #link = element('live-link', HTMLAnchorElement)
  readonly #words: PanelWords
  readonly #display: string
  readonly #server: string
  #signaling: Signaling | undefined
  /** Whom the person sees, and agrees with. */
  #peer = ''
  #agreement = NOTHING_AGREED
  #progress: Progress | undefined
  #wanted: Wanted = null
  /** It is over, and what was agreed on for it is taken back. */
  #isEnding = false

  /** `server`: where viewers' pages are. */
  constructor(words: PanelWords, display: string, server: string) {
    this.#words = words
    this.#display = display
    this.#server = server
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault()
      this.#press()
    })
    for (const [id, isGiven] of [
      ['consent-yes', true],
      ['consent-no', false],
    ] as const) {
      element(id, HTMLButtonElement).addEventListener('click', () => this.#agree(isGiven))
    }
  }

  /** With `peer` in the room, where the server says that it can; undefined: not, or not any more. */
  use(signaling: Signaling | undefined, peer = ''): void {
    if (this.#signaling === signaling && this.#peer === peer) return
    this.#signaling = signaling
    this.#peer = peer
    this.#agreement = NOTHING_AGREED
    this.#progress = undefined
    this.#wanted = null
    this.#isEnding = false
    this.#show('')
  }

  hearAgreement(agreement: Agreement): void {
    const [before, now] = [this.#state, broadcastState(agreement, this.#display)]
    this.#agreement = agreement
    if (now === 'agreed' && this.#wanted) this.#start(this.#wanted)
    if (now === 'off') this.#wanted = null
    if (before === 'on' && (now === 'agreed' || now === 'waiting')) this.#endAgreement()
    if (before === now) return
    if (before === 'on') this.#isEnding = true
    this.#show(this.#isEnding ? this.#overWords : this.#words.liveStates[now])
    if (now === 'off' || now === 'on') this.#isEnding = false
  }

  hearProgress(progress: Progress): void {
    if (!isOfBroadcast(progress)) return
    this.#progress = progress
    const { state, fault, live } = progress
    this.#link.href = new URL(live?.path ?? '', this.#server).href
    this.#link.textContent = this.#link.href
    if (state === 'running') this.#show(this.#faultWords(fault) ?? this.#words.liveRunning)
    if (state === 'stopped' || state === 'failed') this.#show(this.#overWords)
  }

  get #state(): BroadcastState {
    return broadcastState(this.#agreement, this.#display)
  }

  get #overWords(): string {
    const { state, fault } = this.#progress ?? {}
    const { liveFailed, liveOver } = this.#words
    return this.#faultWords(fault) ?? (state === 'failed' ? liveFailed : liveOver)
  }

  #faultWords(fault: string | undefined): string | undefined {
    return fault === undefined ? undefined : (this.#words.liveFaults[fault] ?? fault)
  }

  /** Goes live, or gives it up. */
  #press(): void {
    const state = this.#state
    if (state === 'on') this.#ask((signaling) => signaling.capture({ on: false }))
    else if (state === 'waiting') this.#agree(false)
    else {
      const url = this.#url.value.trim()
      const push = url === '' ? {} : { push: { url, key: this.#key.value.trim() } }
      this.#wanted = { on: true, layout: this.#layout.value, ...push }
      if (state === 'agreed') this.#start(this.#wanted)
      else this.#agree(true)
    }
  }

  #agree(isGiven: boolean): void {
    if (!isGiven) this.#wanted = null
    this.#ask((signaling) => signaling.consent(isGiven, this.#peer))
  }

  /** The next broadcast is asked for anew: this person's yes ends, and with a no the other one's. */
  #endAgreement(): void {
    this.#agree(false)
    this.#agree(false)
  }

  #start(wanted: NonNullable<Wanted>): void {
    this.#wanted = null
    this.#ask((signaling) => signaling.capture(wanted))
  }

  #ask(request: (signaling: Signaling) => Promise<void>): void {
    const signaling = this.#signaling
    if (!signaling) return
    request(signaling).catch((error: unknown) => {
      if (this.#signaling !== signaling || !(error instanceof RefusedError)) return
      this.#wanted = null
      this.#show(this.#words.liveRefused[error.code] ?? error.code)
    })
  }

  #show(sentence: string): void {
    const state = this.#state
    const { goLive, stopLive, takeBack } = this.#words
    this.#section.hidden = !this.#signaling
    this.#section.dataset['state'] = state
    this.#button.textContent = state === 'on' ? stopLive : state === 'waiting' ? takeBack : goLive
    this.#button.classList.toggle('primary', state === 'off' || state === 'agreed')
    this.#button.classList.toggle('secondary', state === 'on' || state === 'waiting')
    const isAsked = state === 'asked' && !this.#isEnding
    this.#form.hidden = isAsked
    this.#choices.disabled = state === 'on' || state === 'waiting'
    this.#question.hidden = !isAsked
    this.#status.textContent = isAsked ? '' : sentence
    const isRunning = state === 'on' && this.#progress?.state === 'running'
    this.#viewers.hidden = !isRunning || !this.#progress?.live
  }
}
