import type { Clock } from '@duet/base'
import type { CallId, CallMedia, UserId } from '@duet/protocol'
import { batch, computed, signal, type ReadonlySignal } from '@preact/signals'
import type { LanguageModel } from '../../i18n/language.ts'
import { ringingWords } from '../../i18n/ringing-words.ts'
import { conversationPath } from '../people/pages.ts'
import type { OpenCallCast } from '../on-tv.ts'
import type { AttentionPort, MediaPort, Memory } from '../ports.ts'
import { AccountCall } from './account-call.ts'
import type { CallFigures } from './figure-log.ts'
import type { Outcome } from './outcome.ts'
import type { NotificationPress, PhonePort, RingingPorts, UserCallPort } from './ports.ts'
import { Ringer } from './ringer.ts'

export interface CallsModelOptions {
  phone: PhonePort
  openCallCast: OpenCallCast
  languages: LanguageModel
  media: MediaPort
  memory: Memory
  timers: Clock
  attention: AttentionPort
  /** Sets a performance mark. */
  mark: (name: string) => void
  /** Goes to another page of the account, without leaving the document. */
  go: (url: string) => void
  ports: RingingPorts
}

/** A name to call somebody by: what one shows, and the name that is unique. */
export interface PeerName {
  name: string
  displayName: string
}

/** A call that was accepted in a notification rings here by then, or is over; in milliseconds. */
const PICK_UP_LIMIT_MS = 6_000

/** The calls of this page's user: at most one at a time, and what became of the last one. */
export class CallsModel {
  readonly options: CallsModelOptions
  /** The call that is placed, rings or goes on. */
  readonly current: ReadonlySignal<AccountCall | null>
  /** What is to be said of the last call; null when it was read, or nothing is. */
  readonly outcome: ReadonlySignal<Outcome | null>
  /** The call is drawn small, over the page. */
  readonly isSmall: ReadonlySignal<boolean>
  /** True while the call covers the whole page, so that nothing behind it can be reached. */
  readonly isCovering: ReadonlySignal<boolean>
  /** A call that was accepted in a notification was over before. */
  readonly isTooLate: ReadonlySignal<boolean>
  readonly #current = signal<AccountCall | null>(null)
  readonly #outcome = signal<Outcome | null>(null)
  readonly #isSmall = signal(false)
  readonly #isTooLate = signal(false)
  readonly #people
  readonly #ringer: Ringer
  readonly #stop: (() => void)[]
  #wanted: CallId | undefined
  #cancelWanted = () => {}

  constructor(options: CallsModelOptions) {
    this.options = options
    const { phone, ports, timers, languages } = options
    this.current = this.#current
    this.outcome = this.#outcome
    this.isSmall = this.#isSmall
    this.isTooLate = this.#isTooLate
    this.isCovering = computed(() => this.#current.value !== null && !this.#isSmall.value)
    this.#people = signal(phone.people)
    const words = ringingWords(languages)
    const title = computed(() => {
      const call = this.#current.value
      return call ? words.value.incomingTitle(this.nameOf(call.peer).displayName) : ''
    })
    this.#ringer = new Ringer({
      current: this.#current,
      title,
      doNotDisturb: () => phone.self?.doNotDisturb ?? false,
      ports,
      timers,
    })
    this.#stop = [
      phone.on('people', (people) => (this.#people.value = people)),
      phone.on('call', (call) => call && this.#take(call)),
      ports.onNotificationPress((press) => this.#pressed(press)),
    ]
    if (phone.call) this.#take(phone.call)
  }

  /** Calls somebody; nothing happens during another call but that it is shown. */
  call(user: UserId, media: CallMedia): void {
    this.#isSmall.value = false
    if (this.#current.peek()) return
    this.options.mark('duet:call')
    this.#take(this.options.phone.place(user, media))
  }

  /** The same person once more. */
  callAgain(): void {
    const outcome = this.#outcome.peek()
    if (outcome) this.call(outcome.peer, outcome.media)
  }

  /** To the conversation with the person of the last call. */
  write(): void {
    const outcome = this.#outcome.peek()
    if (!outcome) return
    this.dismiss()
    this.options.go(conversationPath(this.nameOf(outcome.peer).name))
  }

  /** What was said of the last call was read. */
  dismiss(): void {
    batch(() => {
      this.#outcome.value = null
      this.#isTooLate.value = false
    })
  }

  /** Draws the call small, so that the page behind can be used, or large again. */
  setSmall(isSmall: boolean): void {
    this.#current.peek()?.stage.peek()?.closePanel()
    this.#isSmall.value = isSmall
  }

  /** Who that is; empty for somebody whom this user may not see any more. */
  nameOf(user: UserId): PeerName {
    const person = this.#people.value.find(({ id }) => id === user)
    return person
      ? { name: person.name, displayName: person.displayName || person.name }
      : { name: '', displayName: '' }
  }

  /** Ends what goes on and lets everything go; for the page's end. */
  close(): void {
    for (const stop of this.#stop.splice(0)) stop()
    this.#cancelWanted()
    const call = this.#current.peek()
    if (call) {
      const { figures } = call
      call.close()
      this.#report(call.call.id, figures)
    }
    this.#current.value = null
    this.#ringer.close()
  }

  #take(call: UserCallPort): void {
    if (this.#current.peek()?.call === call || call.isOver) return
    if (call.direction === 'in') this.options.mark('duet:incoming')
    const taken = new AccountCall(call, {
      ...this.options,
      ownName: () => this.options.phone.self?.displayName ?? '',
      peerName: () => this.nameOf(call.peer).displayName,
      onEnded: (outcome, figures) => {
        this.#report(call.id, figures)
        // A call that followed at once has taken the place already.
        batch(() => {
          if (this.#current.peek()?.call === call) this.#current.value = null
          this.#outcome.value = outcome
        })
      },
    })
    if (call.isOver) return
    batch(() => {
      this.dismiss()
      this.#isSmall.value = false
      this.#current.value = taken
    })
    this.#acceptWanted()
  }

  #pressed({ call, isAccept }: NotificationPress): void {
    this.#isSmall.value = false
    if (!isAccept) return
    this.#wanted = call
    this.#cancelWanted()
    this.#cancelWanted = this.options.timers.after(PICK_UP_LIMIT_MS, () => {
      this.#wanted = undefined
      this.#isTooLate.value = true
    })
    this.#acceptWanted()
  }

  /** Picks up the call that was accepted in a notification, once it rings here. */
  #acceptWanted(): void {
    const call = this.#current.peek()
    if (!call || this.#wanted === undefined || call.call.id !== this.#wanted) return
    this.#cancelWanted()
    this.#wanted = undefined
    call.accept({ withPicture: call.media === 'video' })
  }

  #report(call: CallId | null, figures: CallFigures | undefined): void {
    if (call !== null && figures) this.options.ports.report(call, figures)
  }
}
