import { describe, expect, test } from 'bun:test'
import { FakeClock, silentLogger } from '@duet/base'
import { CAST_CODE_ALPHABET, CODE_MEMORY_MS, GRACE_MS } from '@duet/protocol'
import { nextRoom, type Notice } from '@duet/rules'
import { MemoryHub } from '../hub/memory.ts'
import { withPolicy } from '../rooms/room-policy.ts'
import type { CastPlace, CastRefusal } from './casts.ts'
import { deriveCode } from './derive-code.ts'
import type { CastLimits } from './limits.ts'
import { openCasts } from './testing.ts'

const SECRET = 'the secret of one TV'
const HOME = '192.0.2.1'
const DIALECT = { name: 'test', leavesOffers: false, tellsHearing: false }

/** A receiver and senders without a wire. */
class Stage {
  readonly clock = new FakeClock()
  readonly hub = new MemoryHub(silentLogger)
  readonly casts
  readonly told: string[] = []

  constructor(limits: Partial<CastLimits> = {}) {
    this.casts = openCasts(this.hub, this.clock, limits)
  }

  open(secret = SECRET, address = HOME): CastPlace {
    return this.seat(this.casts.receiver(secret, address))
  }

  /** A receiver of a dialect in which it may have no secret. */
  openWithoutSecret(): CastPlace {
    return this.seat(this.casts.receiver(undefined, HOME))
  }

  seat(answer: CastPlace | CastRefusal): CastPlace {
    const place = led(answer)
    this.enter('tv', place)
    return place
  }

  /** How somebody who types `code` is answered. */
  type(code: string, address = HOME): string {
    const place = this.casts.sender(code, address)
    if ('refusal' in place) return place.refusal
    const answer = this.enter('ann', place)
    this.leave('ann', place)
    if (answer?.type !== 'refused') return answer?.type ?? 'nothing'
    if (answer.code === 'no-such-cast') this.casts.wasWrong(address)
    return answer.code
  }

  enter(address: string, { policy, receiver, room: key }: CastPlace): Notice | undefined {
    let answer: Notice | undefined
    const unsubscribe = this.hub.subscribe(address, (notice) => (answer ??= notice))
    const newcomer = { id: address, address, name: '', tag: address, dialect: DIALECT }
    const event = {
      type: 'join' as const,
      newcomer: receiver ? { ...newcomer, receiver } : newcomer,
      wait: false,
      ref: 0,
    }
    void this.hub.update(key, (room) => nextRoom(withPolicy(room, policy, event), event))
    unsubscribe()
    return answer
  }

  leave(from: string, { room: key }: CastPlace): void {
    void this.hub.update(key, (room) =>
      room ? nextRoom(room, { type: 'leave', from }) : [undefined, []],
    )
  }
}

function led(place: CastPlace | CastRefusal): CastPlace {
  if ('refusal' in place) throw new Error(place.refusal)
  return place
}

describe('T1 codes', () => {
  test('T1 six characters of the alphabet, from the secret and the key alone', () => {
    const key = Buffer.alloc(32, 1)
    const code = deriveCode(key, SECRET)
    expect(code).toMatch(new RegExp(`^[${CAST_CODE_ALPHABET}]{6}$`))
    expect(deriveCode(key, SECRET)).toBe(code)
    expect(deriveCode(Buffer.alloc(32, 2), SECRET)).not.toBe(code)
  })

  test('T1 every character comes about as often as another', () => {
    const key = Buffer.alloc(32, 1)
    const counts = new Map<string, number>()
    for (let each = 0; each < 9_000; each++) {
      for (const character of deriveCode(key, `secret ${each}`)) {
        counts.set(character, (counts.get(character) ?? 0) + 1)
      }
    }
    // 2000 each: six standard deviations are 264.
    expect(counts.size).toBe(CAST_CODE_ALPHABET.length)
    for (const count of counts.values()) expect(Math.abs(count - 2_000)).toBeLessThan(264)
  })

  test('T1 the same secret has its code again after a restart of the server', () => {
    expect(new Stage().open().code).toBe(new Stage().open().code)
  })

  test('T1 who brings no secret gets another code each time', () => {
    const { casts } = new Stage()
    const codes = Array.from({ length: 50 }, () => led(casts.receiver(undefined, HOME)).code)
    expect(new Set(codes).size).toBe(50)
  })
})

describe('T5 the time of codes', () => {
  test('T5 shown, kept for the grace time, over for a day, forgotten', () => {
    const stage = new Stage()
    const place = stage.open()
    stage.clock.advance(CODE_MEMORY_MS)
    expect(stage.type(place.code)).toBe('joined')
    stage.leave('tv', place)
    expect(stage.type(place.code)).toBe('cast-over')
    stage.clock.advance(GRACE_MS + 1_000)
    expect(stage.type(place.code)).toBe('cast-over')
    expect(stage.casts.codeCount).toBe(1)
    stage.clock.advance(CODE_MEMORY_MS + 1_000)
    expect([stage.casts.codeCount, stage.hub.roomCount]).toEqual([0, 0])
    expect(stage.type(place.code)).toBe('no-such-cast')
    expect(stage.clock.pending).toBe(0)
  })

  test('T5 a receiver that comes back in time keeps its code, and one that is late, too', () => {
    const stage = new Stage()
    const place = stage.open()
    for (const away of [GRACE_MS / 2, GRACE_MS * 10]) {
      stage.leave('tv', place)
      stage.clock.advance(away)
      expect(stage.open().code).toBe(place.code)
      expect(stage.type(place.code)).toBe('joined')
    }
  })

  test('T5 without a secret the code is given back to its address while it is kept', () => {
    const stage = new Stage()
    const place = stage.openWithoutSecret()
    expect(stage.casts.formerReceiver(place.code, HOME)).toBeUndefined()
    stage.leave('tv', place)
    expect(stage.casts.formerReceiver(place.code, '198.51.100.7')).toBeUndefined()
    expect(stage.casts.formerReceiver('nonsense', HOME)).toBeUndefined()
    const again = stage.casts.formerReceiver(place.code.toLowerCase(), HOME)
    expect(again).toMatchObject({ code: place.code })
    expect(again && stage.enter('tv', again)).toMatchObject({ type: 'joined' })
    stage.leave('tv', place)
    stage.clock.advance(GRACE_MS + 1_000)
    expect(stage.casts.formerReceiver(place.code, HOME)).toBeUndefined()
  })

  test('T5 a code that belongs to a secret is given to nobody without it', () => {
    const stage = new Stage()
    const place = stage.open()
    stage.leave('tv', place)
    expect(stage.casts.formerReceiver(place.code, HOME)).toBeUndefined()
    expect(stage.open().code).toBe(place.code)
  })

  test('T5 a receiver that never takes its seat leaves nothing behind', () => {
    const stage = new Stage()
    stage.casts.receiver(SECRET, HOME)
    stage.clock.advance(12_000)
    expect([stage.casts.codeCount, stage.clock.pending]).toEqual([0, 0])
  })

  test('L5 past the bound the oldest codes that are over are forgotten, and none that is shown', () => {
    const stage = new Stage({ maxCodes: 3 })
    const first = stage.open('the secret of the first')
    stage.leave('tv', first)
    stage.clock.advance(GRACE_MS + 1_000)
    const shown = ['two', 'three', 'four'].map((name) => {
      const place = led(stage.casts.receiver(`the secret of the ${name}`, HOME))
      stage.enter(name, place)
      return place
    })
    expect(stage.casts.codeCount).toBe(3)
    expect(stage.casts.receiver(undefined, HOME)).toEqual({ refusal: 'rate-limited' })
    expect(stage.casts.codeCount).toBe(3)
    expect(stage.type(first.code)).toBe('no-such-cast')
    for (const { code } of shown) expect(stage.type(code)).toBe('joined')
  })

  test('L5 close leaves no timer', () => {
    const stage = new Stage()
    stage.open()
    stage.casts.close()
    stage.casts.close()
    expect(stage.clock.pending).toBe(0)
  })
})

describe('T6 guessing', () => {
  test('T6 thousands of wrong codes: some are judged, then none, the right one neither', () => {
    const stage = new Stage()
    const { code } = stage.open()
    const answers = new Map<string, number>()
    for (let guess = 0; guess < 5_000; guess++) {
      const answer = stage.type(deriveCode(Buffer.alloc(32, 9), `guess ${guess}`))
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
    }
    expect(Object.fromEntries(answers)).toEqual({ 'no-such-cast': 10, 'rate-limited': 4_990 })
    expect(stage.type(code)).toBe('rate-limited')
    expect(stage.type(code, '198.51.100.7')).toBe('joined')
    stage.clock.advance(10_001)
    expect(stage.type(code)).toBe('joined')
  })

  test('T6 what no code can be counts as well', () => {
    const stage = new Stage()
    const answers = Array.from({ length: 12 }, () => stage.type('zero 0'))
    expect(answers.slice(9)).toEqual(['no-such-cast', 'rate-limited', 'rate-limited'])
  })

  test('T6 right codes, and those that are over, cost nothing', () => {
    const stage = new Stage()
    const place = stage.open()
    for (let each = 0; each < 30; each++) expect(stage.type(place.code)).toBe('joined')
    stage.leave('tv', place)
    for (let each = 0; each < 30; each++) expect(stage.type(place.code)).toBe('cast-over')
  })

  test('L2 a receiver that comes back has its code, whatever its neighbours asked for', () => {
    const stage = new Stage({ openRate: { perSecond: 1, burst: 2 } })
    const place = stage.open()
    expect(stage.casts.receiver(undefined, HOME)).toHaveProperty('code')
    expect(stage.casts.receiver(undefined, HOME)).toEqual({ refusal: 'rate-limited' })
    expect(stage.open().code).toBe(place.code)
    stage.leave('tv', place)
    expect(stage.open().code).toBe(place.code)
  })

  test('L2 codes that one address asks for are limited', () => {
    const { casts } = new Stage({ openRate: { perSecond: 1, burst: 2 } })
    const ask = (address: string) => 'refusal' in casts.receiver(undefined, address)
    expect([ask(HOME), ask(HOME), ask(HOME), ask('198.51.100.7')]).toEqual([
      false,
      false,
      true,
      false,
    ])
  })
})
