import type { UserId } from '@duet/rules'
import { CODES, type CallMethod, type Code, type Method, type SignalMethod } from './codes.ts'
import type { Push } from './frame.ts'
import type { OnlineUser, PresenceChange } from './online-people.ts'
import type { Ending, Fault, Sentences } from './sentences.ts'

/** What one user says to another one; its data reaches the page as it was said. */
type Telling = SignalMethod | CallMethod

const TOLD: Record<Telling, { code: Code; sentence: (words: Sentences, name: string) => string }> =
  {
    'Message/Offer': { code: CODES.offer, sentence: (words, name) => words.offer(name) },
    'Message/Answer': { code: CODES.answer, sentence: (words, name) => words.answer(name) },
    'Message/Candidate': {
      code: CODES.candidate,
      sentence: (words, name) => words.candidate(name),
    },
    'Message/Call': { code: CODES.call, sentence: (words, name) => words.call(name) },
    'Message/Accept': { code: CODES.accept, sentence: (words, name) => words.accepted(name) },
    'Message/Reject': { code: CODES.reject, sentence: (words, name) => words.ended.declined(name) },
    'Message/Hangup': {
      code: CODES.hangup,
      sentence: (words, name) => words.ended['hung-up'](name),
    },
  }

export interface AnnouncerOptions {
  sentences: Sentences
  nameOf: (user: UserId) => string
  send: (push: Push) => void
}

/** Everything that a page is told once it attends, in its words. */
export class Announcer {
  readonly #options: AnnouncerOptions

  constructor(options: AnnouncerOptions) {
    this.#options = options
  }

  users(list: readonly OnlineUser[]): void {
    const message = this.#options.sentences.online
    this.#push({ method: 'User/Connect', code: CODES.users, message }, list)
  }

  presence({ type, user }: PresenceChange): void {
    const { userOnline, userOffline } = this.#options.sentences
    if (type === 'online') {
      const message = userOnline(user.username)
      return this.#push({ method: 'User/Online', code: CODES.online, message }, user)
    }
    const message = userOffline(user.username)
    this.#push({ method: 'User/Offline', code: CODES.offline, message }, { fromId: user.id })
  }

  textToAll({ from, body }: { from: UserId; body: string }): void {
    const username = this.#options.nameOf(from)
    const message = this.#options.sentences.textToAll(username)
    const said = { username, message: body }
    this.#push({ method: 'Message/SendToAll', code: CODES.textToAll, message }, said)
  }

  /** Another user says it. */
  said(from: UserId, method: Telling, dataText: string): void {
    const { code, sentence } = TOLD[method]
    const message = sentence(this.#options.sentences, this.#options.nameOf(from))
    this.#about(from, { method, code, message, dataText })
  }

  notOnline(user: UserId, method: Method): void {
    const message = this.#options.sentences.notOnline
    this.#about(user, { method, code: CODES.notOnline, message })
  }

  /** To the caller: the other one can't be rung now. */
  busy(user: UserId, method: Method, reason: 'busy' | 'do-not-disturb'): void {
    const message = this.#options.sentences.ended[reason](this.#options.nameOf(user))
    this.#about(user, { method, code: CODES.busy, message })
  }

  /** To the caller. */
  declined(user: UserId, words: string | undefined, dataText: string): void {
    const { ended, declined } = this.#options.sentences
    const name = this.#options.nameOf(user)
    const message = words ? declined(name, words) : ended.declined(name)
    this.#about(user, { method: 'Message/Reject', code: CODES.reject, message, dataText })
  }

  ended(user: UserId, reason: Ending, dataText: string): void {
    const message = this.#options.sentences.ended[reason](this.#options.nameOf(user))
    this.#about(user, { method: 'Message/Hangup', code: CODES.hangup, message, dataText })
  }

  /** A request can't be carried out. */
  refuse(method: Method, fault: Fault): void {
    const message = this.#options.sentences.faults[fault]
    this.#options.send({ method, code: CODES.refused, message })
  }

  #about(user: UserId, { dataText = 'null', ...push }: Push): void {
    this.#options.send({ ...push, dataText: `{"fromId":${user},"data":${dataText}}` })
  }

  #push(push: Omit<Push, 'dataText'>, data: unknown): void {
    this.#options.send({ ...push, dataText: JSON.stringify(data) })
  }
}
