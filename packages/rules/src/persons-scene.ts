import type { CallJournalEntry, CallNotice, PersonEffect } from './call-notice.ts'
import type { PersonEvent } from './person-event.ts'
import { presenceOf, type CallMedia, type Device, type Person, type UserId } from './person.ts'
import { nextPersons } from './persons.ts'

/** The users of the tests; their devices are called a1, a2, b1 … */
export const [ANN, BEN, CID] = [1, 2, 3]
const NAMES = new Map([
  [ANN, 'ann'],
  [BEN, 'ben'],
  [CID, 'cid'],
])
const REF = 7

/** Users on a stage, for tests. Calls are named by one letter. */
export class PersonsScene {
  readonly persons = new Map<UserId, Person>()
  /** The clock of the events. */
  at = 1000

  /** Lets something happen; returns what is done, such as `b1 call-ended K declined`. */
  play(event: PersonEvent): string[] {
    const [changed, effects] = nextPersons(this.persons, event)
    for (const person of changed) {
      if (person.devices.length === 0 && !person.call) this.persons.delete(person.user)
      else this.persons.set(person.user, person)
    }
    return effects.map(describe)
  }

  attend(address: string, more: Partial<Device> & { doNotDisturb?: boolean } = {}): string[] {
    const { doNotDisturb = false, ...rest } = more
    const device = { address, isAway: false, connectsEarly: true, ...rest }
    return this.play({ type: 'attend', user: userOf(address), device, doNotDisturb })
  }

  lose(address: string): string[] {
    return this.play({ type: 'connection-lost', user: userOf(address), address })
  }

  comeBack(address: string): string[] {
    return this.play({ type: 'connection-back', user: userOf(address), address })
  }

  go(address: string, isLost = false): string[] {
    return this.play({ type: 'device-gone', user: userOf(address), address, isLost, at: this.at })
  }

  place(
    address: string,
    to: UserId,
    more: { call?: string; media?: CallMedia; canWake?: boolean } = {},
  ): string[] {
    const { call = 'K', media = 'video', canWake = false } = more
    const user = userOf(address)
    const { at } = this
    return this.play({ type: 'place', user, address, to, call, media, canWake, at, ref: REF })
  }

  ringing(address: string, call = 'K'): string[] {
    return this.play({ type: 'ringing', user: userOf(address), address, call })
  }

  accept(address: string, call = 'K'): string[] {
    return this.play({
      type: 'accept',
      user: userOf(address),
      address,
      call,
      at: this.at,
      ref: REF,
    })
  }

  decline(address: string, text?: string, call = 'K'): string[] {
    const words = text === undefined ? {} : { text }
    const user = userOf(address)
    return this.play({ type: 'decline', user, address, call, ...words, at: this.at, ref: REF })
  }

  end(address: string, call = 'K'): string[] {
    return this.play({ type: 'end', user: userOf(address), address, call, at: this.at, ref: REF })
  }

  /** leg: the one that the page has. */
  rejoin(address: string, leg?: number): string[] {
    const user = userOf(address)
    const words = leg === undefined ? {} : { leg }
    return this.play({ type: 'rejoin', user, address, call: 'K', ...words, ref: REF })
  }

  timeOut(user: UserId, call = 'K'): string[] {
    return this.play({ type: 'ring-timeout', user, call, at: this.at })
  }

  seats(leg: number, seated: readonly UserId[], isLost = false): string[] {
    const { at } = this
    return this.play({ type: 'seats', user: ANN, call: 'K', leg, seated, isLost, at })
  }

  /** What others see: `ann online, ben offline`. */
  get presence(): string {
    return [ANN, BEN]
      .map((user) => `${nameOf(user)} ${presenceOf(this.persons.get(user))}`)
      .join(', ')
  }

  /** The call that a user has: `ringing a1 -> b1 leg 0 rings, b2`, `talking a1 b1 leg 0`, `none`. */
  callOf(user: UserId): string {
    const call = this.persons.get(user)?.call
    if (!call) return 'none'
    const { callerDevice, stage } = call
    if (stage.name === 'talking') {
      const seated = stage.seated.length > 0 ? ` seated ${stage.seated.map(nameOf).join(' ')}` : ''
      return `talking ${callerDevice} ${stage.calleeDevice} leg ${stage.leg}${seated}`
    }
    const devices = stage.devices.map(({ address, leg, isRinging }) =>
      [address, ...(leg === undefined ? [] : ['leg', leg]), ...(isRinging ? ['rings'] : [])].join(
        ' ',
      ),
    )
    return `ringing ${callerDevice} -> ${devices.join(', ')}`
  }
}

function userOf(address: string): UserId {
  return { a: ANN, b: BEN, c: CID }[address.charAt(0)] ?? 0
}

function nameOf(user: UserId): string {
  return NAMES.get(user) ?? String(user)
}

/** An effect in a few words. */
function describe(effect: PersonEffect): string {
  switch (effect.type) {
    case 'notice':
      return `${effect.to} ${describeNotice(effect.notice)}`
    case 'presence':
      return `${nameOf(effect.user)} is ${effect.presence}`
    case 'journal':
      return `history: ${describeEntry(effect.entry)}`
  }
}

function describeNotice(notice: CallNotice): string {
  const leg = 'leg' in notice && notice.leg !== undefined ? ` leg ${notice.leg}` : ''
  switch (notice.type) {
    case 'call-placed':
      return `call-placed ${notice.call.id} (${notice.ref})`
    case 'incoming-call':
      return `incoming-call ${notice.call.id} from ${nameOf(notice.call.caller)}${leg}`
    case 'call-ringing':
      return `call-ringing ${notice.call} ${notice.isRinging}${leg}`
    case 'call-accepted':
      return `call-accepted ${notice.call.id}${leg}${notice.ref === undefined ? '' : ` (${notice.ref})`}`
    case 'call-ended':
      return `call-ended ${notice.call} ${notice.reason}${notice.text ? ` “${notice.text}”` : ''}`
    case 'refused':
      return `refused ${notice.code} (${notice.ref})`
  }
}

function describeEntry(entry: CallJournalEntry): string {
  if (entry.type !== 'ended') return `${entry.call.id} ${entry.type}`
  const { call, reason, by, text, wasAnswered } = entry
  return [
    `${call.id} ended ${reason}`,
    ...(by === undefined ? [] : [`by ${nameOf(by)}`]),
    ...(text === undefined ? [] : [`“${text}”`]),
    ...(wasAnswered ? ['answered'] : []),
  ].join(' ')
}
