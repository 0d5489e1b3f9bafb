import { describe, expect, test } from 'bun:test'
import { MAX_EARLY_LEGS, MAX_LEGS_PER_CALL } from './person.ts'
import { ANN, BEN, CID, PersonsScene } from './persons-scene.ts'

/** Ann with one device, Ben with as many as named. */
function online(...devices: string[]): PersonsScene {
  const scene = new PersonsScene()
  scene.attend('a1')
  for (const device of devices) scene.attend(device)
  return scene
}

function ringingAt(...devices: string[]): PersonsScene {
  const scene = online(...devices)
  scene.place('a1', BEN)
  return scene
}

describe('K1 one call per person', () => {
  test('K1 ringing -> place to a third -> in-call', () => {
    const scene = ringingAt('b1')
    scene.attend('c1')
    expect(scene.place('a1', CID, { call: 'L' })).toEqual(['a1 refused in-call (7)'])
    expect(scene.place('a1', BEN, { call: 'L' })).toEqual(['a1 refused in-call (7)'])
    expect(scene.place('b1', CID, { call: 'L' })).toEqual(['b1 refused in-call (7)'])
    expect(scene.callOf(BEN)).toBe('ringing a1 -> b1 leg 0')
  })

  test('K1 another device of the caller places no second call', () => {
    const scene = ringingAt('b1')
    scene.attend('a2')
    expect(scene.place('a2', BEN, { call: 'L' })).toEqual(['a2 refused in-call (7)'])
  })
})

describe('K2 placing', () => {
  test('K2 nothing -> place -> ringing: the answer first, then all devices', () => {
    expect(online('b1', 'b2').place('a1', BEN)).toEqual([
      'a1 call-placed K (7)',
      'history: K begun',
      'b1 incoming-call K from ann leg 0',
      'b2 incoming-call K from ann leg 1',
      'ann is in-call',
    ])
  })

  test('K2 ringing -> a device rings -> the caller hears it, once per device', () => {
    const scene = ringingAt('b1', 'b2')
    expect(scene.ringing('b2')).toEqual(['a1 call-ringing K true leg 1'])
    expect(scene.ringing('b2')).toEqual([])
    expect(scene.ringing('b1')).toEqual(['a1 call-ringing K true leg 0'])
  })

  test('K2 ringing -> the last that rings goes -> the caller hears that nothing rings', () => {
    const scene = ringingAt('b1', 'b2')
    scene.ringing('b1')
    expect(scene.go('b2')).toEqual([])
    expect(scene.go('b1')).toEqual(['a1 call-ringing K false', 'ben is offline'])
    expect(scene.callOf(ANN)).toBe('ringing a1 -> ')
  })

  test('K2 a device that does not attend places no call, and nobody calls itself', () => {
    const scene = online('b1')
    expect(scene.place('a2', BEN)).toEqual(['a2 refused not-attending (7)'])
    expect(scene.place('a1', ANN)).toEqual(['a1 refused no-such-user (7)'])
  })

  test('K2 a stranger, the caller, or a device without the call makes nothing ring', () => {
    const scene = ringingAt('b1')
    scene.attend('c1')
    for (const device of ['a1', 'b9', 'c1']) expect(scene.ringing(device)).toEqual([])
    expect(scene.ringing('b1', 'L')).toEqual([])
    expect(scene.callOf(ANN)).toBe('ringing a1 -> b1 leg 0')
  })
})

describe('K4 why a call does not ring', () => {
  const unanswered = (reason: string) => [
    'a1 call-placed K (7)',
    'history: K begun',
    `a1 call-ended K ${reason}`,
    `history: K ended ${reason}`,
  ]

  test('K4 offline -> place -> ended offline', () => {
    const scene = online()
    expect(scene.place('a1', BEN)).toEqual(unanswered('offline'))
    expect(scene.callOf(ANN)).toBe('none')
    expect(scene.persons.has(BEN)).toBe(false)
  })

  test('K4 offline, but can be woken -> place -> ringing', () => {
    const scene = online()
    scene.place('a1', BEN, { canWake: true })
    expect(scene.callOf(BEN)).toBe('ringing a1 -> ')
    expect(scene.attend('b1')).toEqual(['b1 incoming-call K from ann leg 0', 'ben is online'])
  })

  test('K4 do not disturb -> place -> ended do-not-disturb', () => {
    const scene = online()
    scene.attend('b1', { doNotDisturb: true })
    expect(scene.place('a1', BEN)).toEqual(unanswered('do-not-disturb'))
  })

  test('K4 ringing or talking -> place by a third -> ended busy, and the call goes on', () => {
    for (const accepts of [false, true]) {
      const scene = new PersonsScene()
      for (const device of ['a1', 'b1', 'c1']) scene.attend(device)
      scene.place('c1', BEN, { call: 'L' })
      if (accepts) scene.accept('b1', 'L')
      expect(scene.place('a1', BEN)).toEqual(unanswered('busy'))
      expect(scene.callOf(BEN)).toStartWith(accepts ? 'talking c1' : 'ringing c1')
    }
  })

  test('K4 who calls somebody else is busy too', () => {
    const scene = online('b1')
    scene.attend('c1')
    scene.place('b1', CID, { call: 'L' })
    expect(scene.place('a1', BEN)).toEqual(unanswered('busy'))
  })

  test('K4 a lost device is rung: it may come back', () => {
    const scene = online('b1')
    scene.lose('b1')
    expect(scene.place('a1', BEN)).toContain('b1 incoming-call K from ann leg 0')
  })
})

describe('K5 devices that come while it rings', () => {
  test('K5 ringing -> attend -> it rings as well', () => {
    const scene = ringingAt('b1')
    expect(scene.attend('b2')).toEqual(['b2 incoming-call K from ann leg 1'])
    expect(scene.accept('b2')).toContain('b1 call-ended K answered-elsewhere')
  })

  test('K5 ringing -> a device of the caller attends -> it does not', () => {
    const scene = ringingAt('b1')
    expect(scene.attend('a2')).toEqual([])
  })

  test('K5 ringing -> the same device attends again -> it rings anew, once', () => {
    const scene = ringingAt('b1')
    scene.ringing('b1')
    expect(scene.attend('b1')).toEqual([
      'a1 call-ringing K false',
      'b1 incoming-call K from ann leg 1',
    ])
    expect(scene.callOf(BEN)).toBe('ringing a1 -> b1 leg 1')
    expect(scene.ringing('b1')).toEqual(['a1 call-ringing K true leg 1'])
  })

  test('K5 talking -> attend -> nothing rings', () => {
    const scene = ringingAt('b1')
    scene.accept('b1')
    expect(scene.attend('b2')).toEqual([])
  })
})

describe('K7 how ringing ends', () => {
  test('K7 ringing -> decline -> declined, with words, on all devices', () => {
    const scene = ringingAt('b1', 'b2')
    expect(scene.decline('b1', 'later')).toEqual([
      'a1 call-ended K declined “later”',
      'b1 call-ended K declined “later”',
      'b2 call-ended K declined “later”',
      'history: K ended declined by ben “later”',
      'ann is online',
    ])
  })

  test('K7 ringing -> decline without a device, from a notification', () => {
    const scene = ringingAt('b1')
    const event = { type: 'decline', user: BEN, call: 'K', at: 1, ref: 0 } as const
    expect(scene.play(event)).toContain('b1 call-ended K declined')
    expect(scene.play(event)).toEqual([])
  })

  test('K7 ringing -> the callee ends -> declined', () => {
    expect(ringingAt('b1').end('b1')).toContain('history: K ended declined by ben')
  })

  test('K7 ringing -> the caller ends -> cancelled, on all devices', () => {
    expect(ringingAt('b1', 'b2').end('a1')).toEqual([
      'a1 call-ended K cancelled',
      'b1 call-ended K cancelled',
      'b2 call-ended K cancelled',
      'history: K ended cancelled by ann',
      'ann is online',
    ])
  })

  test('K7 ringing -> another device of the caller ends -> cancelled, and it hears so', () => {
    const scene = ringingAt('b1')
    scene.attend('a2')
    expect(scene.end('a2')).toEqual([
      'a1 call-ended K cancelled',
      'b1 call-ended K cancelled',
      'history: K ended cancelled by ann',
      'a2 call-ended K cancelled',
      'ann is online',
    ])
  })

  test('K7 ringing -> the server ends it in somebody’s name', () => {
    const event = { type: 'end', call: 'K', at: 1, ref: 0 } as const
    expect(ringingAt('b1').play({ ...event, user: ANN })).toContain('b1 call-ended K cancelled')
    expect(ringingAt('b1').play({ ...event, user: BEN })).toContain('a1 call-ended K declined')
  })

  test('K7 ringing -> ring-timeout -> no-answer', () => {
    const scene = ringingAt('b1')
    expect(scene.timeOut(ANN)).toEqual([
      'a1 call-ended K no-answer',
      'b1 call-ended K no-answer',
      'history: K ended no-answer',
      'ann is online',
    ])
    expect(scene.timeOut(ANN)).toEqual([])
  })

  test('K7 ringing -> the caller’s device goes -> cancelled; lost -> lost', () => {
    expect(ringingAt('b1').go('a1')).toEqual([
      'a1 call-ended K cancelled',
      'b1 call-ended K cancelled',
      'history: K ended cancelled by ann',
      'ann is offline',
    ])
    expect(ringingAt('b1').go('a1', true)).toContain('history: K ended lost by ann')
  })

  test('K7 ringing -> another device of the caller goes -> it rings on', () => {
    const scene = ringingAt('b1')
    scene.attend('a2')
    expect(scene.go('a2')).toEqual([])
    expect(scene.callOf(BEN)).toBe('ringing a1 -> b1 leg 0')
  })
})

describe('K8 legs', () => {
  test('K8 the first three that can get a leg, the others ring without', () => {
    const scene = online()
    scene.attend('b0', { connectsEarly: false })
    for (let index = 1; index <= MAX_EARLY_LEGS + 1; index++) scene.attend(`b${index}`)
    scene.place('a1', BEN)
    expect(scene.callOf(ANN)).toBe('ringing a1 -> b0, b1 leg 0, b2 leg 1, b3 leg 2, b4')
  })

  test('K8 devices that are here come before lost ones', () => {
    const scene = online('b1', 'b2', 'b3', 'b4')
    scene.lose('b1')
    scene.place('a1', BEN)
    expect(scene.callOf(ANN)).toBe('ringing a1 -> b2 leg 0, b3 leg 1, b4 leg 2, b1')
  })

  test('K8 the leg of a device that goes is not used again, but another one may begin', () => {
    const scene = ringingAt('b1', 'b2', 'b3')
    scene.go('b2')
    expect(scene.attend('b4')).toEqual(['b4 incoming-call K from ann leg 3'])
    expect(scene.attend('b5')).toEqual(['b5 incoming-call K from ann'])
  })

  test('K8 a call has a bounded number of legs, however often a device comes and goes', () => {
    const scene = ringingAt()
    scene.play({ type: 'device-gone', user: ANN, address: 'a1', isLost: false, at: 0 })
    scene.attend('a1')
    scene.place('a1', BEN, { canWake: true })
    for (let index = 0; index < 30; index++) {
      scene.attend('b1')
      scene.go('b1')
    }
    scene.attend('b1')
    expect(scene.callOf(ANN)).toBe('ringing a1 -> b1')
    expect(scene.accept('b1')).toContain(`a1 call-accepted K leg ${MAX_LEGS_PER_CALL}`)
  })
})
