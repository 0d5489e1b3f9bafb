import { expect } from 'bun:test'
import type { CallId, UserId } from './person.ts'
import { ANN, BEN, CID } from './persons-scene.ts'
import { PersonsStage } from './persons-stage.ts'
import type { View } from './persons-witness.ts'
import { answerTo, WORDS, type Request, type Word } from './persons-words.ts'

/** One page of a user, through all of its sessions. */
class Page {
  readonly name: string
  readonly user: UserId
  sessions = 0
  /** The session that it has; it may be unknown to the server by now. */
  address: string | undefined
  isConnected = false
  /** What it knew when its connection was lost; undefined: it knows everything that was told. */
  frozen: View | undefined
  /** Said, and not yet heard by the server. */
  unheard: Word[] = []
  last: Word | undefined
  /** It placed a call, and has not seen the answer. */
  placing: UserId | undefined

  constructor(name: string) {
    this.name = name
    this.user = { a: ANN, b: BEN }[name.charAt(0)] ?? CID
  }
}

/** What pages, networks and clocks do; the first ones often. */
export const OFTEN = ['attend', 'place', 'ringing', 'accept', 'come-back', 'renew', 'sit'] as const
export const SELDOM = [
  'attend-again',
  'decline',
  'end',
  'repeat',
  'late',
  'lose',
  'drop',
  'expire',
  'close',
  'ghost-gone',
  'timer',
  'rise',
  'do-not-disturb',
  'notification',
  'forced',
  'restart',
  'rejoin-timeout',
] as const

/** What happens, to which page, and a number for every further choice. */
export interface Action {
  type: (typeof OFTEN | typeof SELDOM)[number]
  page: number
  choice: number
}

/**
 * Two users with three pages each and a third one, on networks that lose connections and whole
 * sessions. For tests.
 */
export class PersonsWorld {
  readonly #stage = new PersonsStage()
  readonly #pages = ['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1'].map((name) => new Page(name))
  /** Sessions that no page has any more, and that the server did not give up yet. */
  readonly #ghosts = new Map<string, UserId>()
  readonly #wishes = new Set<UserId>()
  #callCount = 0

  act({ type, page: index, choice }: Action): void {
    const pages = this.#pages.filter((each) => this.#may(type, each))
    const page = pages[index % pages.length]
    if (!page) return
    this.#stage.now++
    this.#perform(type, page, choice)
    this.#stage.check()
  }

  /** Nobody answers any more. */
  timeOut(): void {
    this.#stage.timeOut()
  }

  /** Everybody goes, in one order or the other. */
  goAway(seatsFirst: boolean): void {
    const rise = () => {
      for (const { name } of this.#pages) this.#stage.rise(name, true)
    }
    if (seatsFirst) rise()
    for (const page of this.#pages) this.#expire(page)
    for (const ghost of this.#ghosts.keys()) this.#giveUp(ghost)
    this.#stage.fireRejoinTimers()
    rise()
    this.#stage.timeOut()
    this.#stage.expectNobody()
  }

  /** What would change nothing is not done, so that histories are full. */
  #may(type: Action['type'], page: Page): boolean {
    if (type === 'attend') return page.address === undefined
    if (type === 'come-back') return page.address !== undefined && !page.isConnected
    if (type === 'ringing' || type === 'accept' || type === 'decline') {
      return this.#seen(page)?.ringing !== undefined
    }
    return page.address !== undefined
  }

  #perform(type: Action['type'], page: Page, choice: number): void {
    const { name, user } = page
    const stage = this.#stage
    const number = stage.now
    const seen = this.#seen(page)
    switch (type) {
      case 'attend':
        return this.#begin(page, choice % 4 > 0)
      case 'attend-again':
        return this.#say(page, (address) => this.#attend(user, address, true))
      case 'place': {
        const others = [ANN, BEN, CID, user === ANN ? BEN : ANN]
        const to = others[choice % others.length] ?? ANN
        page.placing = to
        return this.#say(page, (address) => this.#place(page, address, to))
      }
      case 'ringing':
      case 'accept':
      case 'decline':
        return this.#sayOf(page, seen?.ringing?.call, WORDS[type](user, number))
      case 'end': {
        const call = seen?.has?.call ?? seen?.out?.call ?? seen?.ringing?.call
        return this.#sayOf(page, call, WORDS.end(user, number))
      }
      case 'late': {
        // K10: a word on any call, by anybody.
        const word = Object.values(WORDS)[choice % 4] ?? WORDS.end
        return this.#sayOf(page, stage.someCall(choice), word(user, number))
      }
      case 'repeat':
        if (page.last) this.#say(page, page.last)
        return
      case 'lose':
      case 'drop':
        return this.#disconnect(page, type === 'lose')
      case 'come-back':
        return this.#comeBack(page)
      case 'renew':
        return this.#renew(page)
      case 'expire':
        if (!page.isConnected) this.#expire(page)
        return
      case 'close':
        return this.#close(page, choice % 2 > 0)
      case 'ghost-gone': {
        const ghost = [...this.#ghosts.keys()][choice % (this.#ghosts.size || 1)]
        if (ghost !== undefined) this.#giveUp(ghost)
        return
      }
      case 'timer': {
        const call = stage.someCall(choice)
        if (call !== undefined) stage.fireRingTimer(call)
        return
      }
      case 'sit': {
        const call = seen?.has?.call ?? seen?.ringing?.call ?? seen?.out?.call
        const leg = seen?.has?.leg ?? seen?.ringing?.leg ?? seen?.out?.legs[choice % 3]
        if (call !== undefined && leg !== undefined) stage.sit(name, user, { call, leg })
        return
      }
      case 'rise':
        return stage.rise(name, choice % 2 > 0)
      case 'do-not-disturb': {
        const isOn = choice % 2 > 0
        if (isOn) this.#wishes.add(user)
        else this.#wishes.delete(user)
        stage.play({ type, user, isOn })
        return
      }
      case 'notification': {
        const call = stage.someCall(choice)
        if (call !== undefined) stage.play({ type: 'decline', user, call, at: number, ref: 0 })
        return
      }
      case 'forced': {
        // An account is deleted: seldom, or nothing else would happen.
        const call = stage.hasCall(user)
        if (call === undefined || choice % 4 > 0) return
        stage.play({ type: 'end', user, call, at: number, ref: 0 })
        return
      }
      case 'restart':
        if (choice % 3 === 0) this.#restart()
        return
      case 'rejoin-timeout':
        stage.fireRejoinTimers()
    }
  }

  /** What a page knows. */
  #seen(page: Page): View | undefined {
    return page.frozen ?? this.#stage.viewOf(page.address)
  }

  #begin(page: Page, connectsEarly: boolean): void {
    const address = `${page.name}.${page.sessions++}`
    page.address = address
    page.isConnected = true
    page.frozen = undefined
    this.#stage.play(this.#attend(page.user, address, connectsEarly))
  }

  #attend(user: UserId, address: string, connectsEarly: boolean): Request {
    const doNotDisturb = this.#wishes.has(user)
    return { type: 'attend', user, device: { address, isAway: false, connectsEarly }, doNotDisturb }
  }

  #place({ user }: Page, address: string, to: UserId): Request {
    const at = this.#stage.now
    const call = `call ${++this.#callCount}`
    const isOdd = at % 2 > 0
    const media = isOdd ? 'video' : 'audio'
    return { type: 'place', user, address, to, media, call, canWake: isOdd, at, ref: at }
  }

  /** A request of a page; it is heard now, or when its connection is back. */
  #say(page: Page, word: Word): void {
    if (page.address === undefined) return
    page.last = word
    page.unheard.push(word)
    if (page.isConnected) this.#hear(page)
  }

  #sayOf(
    page: Page,
    call: CallId | undefined,
    word: (address: string, call: CallId) => Request,
  ): void {
    if (call !== undefined) this.#say(page, (address) => word(address, call))
  }

  #hear(page: Page): void {
    for (const word of page.unheard.splice(0)) {
      if (page.address === undefined) return
      const event = word(page.address)
      const isMeeting =
        event.type === 'place' && this.#stage.isRungBy(page.user, event.to, page.address)
      const effects = this.#stage.play(event, page.address)
      const answer = answerTo(event, page.address, effects)
      // K9: both call at once.
      if (isMeeting) expect(answer?.type).toBe('call-accepted')
      if (event.type === 'place') page.placing = undefined
    }
  }

  #disconnect(page: Page, isKnown: boolean): void {
    const { address, user } = page
    if (address === undefined || !page.isConnected) return
    page.isConnected = false
    page.frozen = structuredClone(this.#stage.viewOf(address)) ?? { user }
    if (isKnown) this.#stage.play({ type: 'connection-lost', user, address })
  }

  #comeBack(page: Page): void {
    const { address, user } = page
    if (address === undefined || page.isConnected) return
    // The server gave the session up.
    if (!this.#stage.viewOf(address)) return this.#renew(page)
    page.isConnected = true
    page.frozen = undefined
    this.#stage.play({ type: 'connection-back', user, address })
    this.#hear(page)
  }

  /** The session is lost, with all that was on its way; the page has another one. */
  #renew(page: Page): void {
    const { address, user, placing } = page
    if (address === undefined) return
    const seen = structuredClone(this.#seen(page))
    if (this.#stage.viewOf(address)) this.#ghosts.set(address, user)
    page.unheard = []
    this.#begin(page, true)
    const call = seen?.has?.call ?? seen?.out?.call ?? seen?.ringing?.call
    if (call !== undefined) {
      const leg = seen?.has ? { leg: seen.has.leg } : {}
      const ref = this.#stage.now
      page.unheard.push((now) => ({ type: 'rejoin', user, address: now, call, ...leg, ref }))
    }
    if (placing !== undefined) page.unheard.push((now) => this.#place(page, now, placing))
    // Half of them are heard before anything else happens.
    if (this.#stage.now % 2 > 0) this.#hear(page)
  }

  #expire(page: Page): void {
    if (page.address === undefined) return
    this.#disconnect(page, true)
    this.#giveUp(page.address)
  }

  /** A lost session is over for the server. */
  #giveUp(address: string): void {
    const user = this.#ghosts.get(address) ?? this.#stage.viewOf(address)?.user
    this.#ghosts.delete(address)
    if (user === undefined) return
    this.#stage.play({ type: 'device-gone', user, address, isLost: true, at: this.#stage.now })
  }

  #close(page: Page, risesFirst: boolean): void {
    const { address, name, user } = page
    if (address === undefined) return
    if (risesFirst) this.#stage.rise(name, false)
    page.address = undefined
    page.isConnected = false
    page.frozen = undefined
    page.unheard = []
    page.placing = undefined
    this.#stage.play({ type: 'device-gone', user, address, isLost: false, at: this.#stage.now })
    this.#stage.rise(name, false)
  }

  #restart(): void {
    for (const page of this.#pages) this.#disconnect(page, false)
    this.#ghosts.clear()
    this.#stage.restart()
  }
}
