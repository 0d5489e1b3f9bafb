import { describe, expect, test } from 'bun:test'
import { ANN, BEN, CID, PersonsScene } from './persons-scene.ts'

/** Ann calls Ben, who has these devices. */
function ringingAt(...devices: string[]): PersonsScene {
  const scene = new PersonsScene()
  for (const device of ['a1', ...devices]) scene.attend(device)
  scene.place('a1', BEN)
  return scene
}

/** Ben accepted on b1, and may have others. */
function talking(...others: string[]): PersonsScene {
  const scene = ringingAt('b1', ...others)
  scene.accept('b1')
  return scene
}

/** A call that went on while the server was away; Ann and Ben have devices again. */
function restored(): PersonsScene {
  const scene = new PersonsScene()
  const call = { id: 'K', caller: ANN, callee: BEN, media: 'video', startedAt: 1 } as const
  expect(scene.play({ type: 'restore', user: ANN, call, leg: 0 })).toEqual([])
  for (const device of ['a1', 'b1']) scene.attend(device)
  return scene
}

describe('K6 the first accept wins', () => {
  test('K6 ringing -> accept -> talking; all others hear it', () => {
    const scene = ringingAt('b1', 'b2', 'b3')
    expect(scene.accept('b2')).toEqual([
      'b2 call-accepted K leg 1 (7)',
      'a1 call-accepted K leg 1',
      'b1 call-ended K answered-elsewhere',
      'b3 call-ended K answered-elsewhere',
      'history: K answered',
      'ben is in-call',
    ])
    expect(scene.callOf(ANN)).toBe('talking a1 b2 leg 1')
    expect(scene.callOf(BEN)).toBe('talking a1 b2 leg 1')
  })

  test('K6 talking -> another device accepts -> call-over, and nothing changes', () => {
    const scene = talking('b2')
    expect(scene.accept('b2')).toEqual(['b2 refused call-over (7)'])
    expect(scene.callOf(BEN)).toBe('talking a1 b1 leg 0')
  })

  test('K6 talking -> the winner accepts again -> it hears the same again', () => {
    expect(talking().accept('b1')).toEqual(['b1 call-accepted K leg 0 (7)'])
  })

  test('K6 the caller, a stranger and a device that does not attend accept nothing', () => {
    const scene = ringingAt('b1')
    scene.attend('c1')
    expect(scene.accept('a1')).toEqual(['a1 refused call-over (7)'])
    expect(scene.accept('c1')).toEqual(['c1 refused call-over (7)'])
    expect(scene.accept('b9')).toEqual(['b9 refused not-attending (7)'])
    expect(scene.callOf(BEN)).toBe('ringing a1 -> b1 leg 0')
  })

  test('K8 a device without a leg gets one when it accepts', () => {
    const scene = ringingAt('b1')
    scene.attend('b2', { connectsEarly: false })
    expect(scene.accept('b2').slice(0, 2)).toEqual([
      'b2 call-accepted K leg 1 (7)',
      'a1 call-accepted K leg 1',
    ])
  })
})

describe('K7 hanging up', () => {
  test('K7 talking -> either one ends -> hung-up, told to both', () => {
    for (const [device, name] of [
      ['a1', 'ann'],
      ['b1', 'ben'],
    ] as const) {
      expect(talking('b2').end(device)).toEqual([
        'a1 call-ended K hung-up',
        'b1 call-ended K hung-up',
        `history: K ended hung-up by ${name} answered`,
        'ann is online',
        'ben is online',
      ])
    }
  })

  test('K7 talking -> a device that does not have the call ends -> call-over', () => {
    const scene = talking('b2')
    scene.attend('a2')
    scene.attend('c1')
    for (const device of ['a2', 'b2', 'c1']) {
      expect(scene.end(device)).toEqual([`${device} refused call-over (7)`])
    }
  })

  test('K7 talking -> the server ends it in somebody’s name', () => {
    const event = { type: 'end', user: BEN, call: 'K', at: 1, ref: 0 } as const
    expect(talking().play(event)).toContain('history: K ended hung-up by ben answered')
  })
})

describe('K9 both call at once', () => {
  test('K9 ringing -> the callee places a call to the caller -> talking', () => {
    const scene = ringingAt('b1', 'b2')
    expect(scene.place('b2', ANN, { call: 'L' })).toEqual([
      'b2 call-accepted K leg 1 (7)',
      'a1 call-accepted K leg 1',
      'b1 call-ended K answered-elsewhere',
      'history: K answered',
      'ben is in-call',
    ])
  })

  test('K9 talking -> place -> in-call', () => {
    expect(talking().place('b1', ANN, { call: 'L' })).toEqual(['b1 refused in-call (7)'])
  })
})

describe('K10 late words', () => {
  test('K10 over -> accept, decline, end, rejoin -> call-over; the rest is dropped', () => {
    const scene = ringingAt('b1')
    scene.end('a1')
    for (const late of [
      scene.accept('b1'),
      scene.decline('b1'),
      scene.end('b1'),
      scene.rejoin('b1'),
    ]) {
      expect(late).toEqual(['b1 refused call-over (7)'])
    }
    expect(scene.ringing('b1')).toEqual([])
    expect(scene.timeOut(ANN)).toEqual([])
    expect(scene.seats(0, [ANN])).toEqual([])
    expect(scene.presence).toBe('ann online, ben online')
  })

  test('K10 words of a former call leave the next one alone', () => {
    const scene = ringingAt('b1')
    scene.end('a1')
    scene.place('a1', BEN, { call: 'L' })
    for (const late of [scene.accept('b1'), scene.decline('b1'), scene.end('b1')]) {
      expect(late).toEqual(['b1 refused call-over (7)'])
    }
    scene.timeOut(ANN)
    expect(scene.callOf(BEN)).toBe('ringing a1 -> b1 leg 0')
  })

  test('K10 talking -> decline or ring-timeout -> talking', () => {
    const scene = talking()
    expect(scene.decline('b1')).toEqual(['b1 refused call-over (7)'])
    expect(scene.decline('a1')).toEqual(['a1 refused call-over (7)'])
    expect(scene.timeOut(ANN)).toEqual([])
    expect(scene.callOf(BEN)).toBe('talking a1 b1 leg 0')
  })
})

describe('K11 pages with a new session', () => {
  test('K11 ringing -> the caller rejoins -> it hears what rings, and the answer', () => {
    const scene = ringingAt('b1', 'b2')
    scene.ringing('b2')
    scene.lose('a1')
    scene.attend('a2')
    expect(scene.rejoin('a2')).toEqual([
      'a1 call-ended K answered-elsewhere',
      'a2 call-placed K (7)',
      'a2 call-ringing K true leg 1',
    ])
    expect(scene.go('a1', true)).toEqual([])
    expect(scene.accept('b1')).toContain('a2 call-accepted K leg 0')
  })

  test('K11 ringing -> the caller asks for the same call from a new session -> it goes on', () => {
    const scene = ringingAt('b1')
    scene.attend('a2')
    scene.lose('a1')
    expect(scene.place('a2', BEN, { call: 'L' })).toContain('a2 call-placed K (7)')
    expect(scene.place('a2', CID, { call: 'L' })).toEqual(['a2 refused in-call (7)'])
    expect(scene.callOf(BEN)).toBe('ringing a2 -> b1 leg 0')
  })

  test('K11 ringing -> the callee rejoins -> nothing: it was told when it attended', () => {
    const scene = ringingAt('b1')
    expect(scene.rejoin('b1')).toEqual([])
    expect(scene.callOf(BEN)).toBe('ringing a1 -> b1 leg 0')
  })

  test('K11 talking -> rejoin -> the call is where its page is, and the page hears it', () => {
    const scene = talking()
    scene.seats(0, [ANN, BEN])
    scene.go('b1', true)
    scene.attend('b2')
    expect(scene.rejoin('b2', 0)).toEqual(['b2 call-accepted K leg 0 (7)'])
    expect(scene.callOf(ANN)).toBe('talking a1 b2 leg 0 seated ann ben')
    scene.attend('a2')
    expect(scene.rejoin('a2')).toEqual([
      'a1 call-ended K answered-elsewhere',
      'a2 call-accepted K leg 0 (7)',
    ])
    expect(scene.end('a2')).toContain('b2 call-ended K hung-up')
  })

  test('K11 talking -> a page of the callee on which it merely rang rejoins -> call-over', () => {
    const scene = talking('b2')
    scene.lose('b1')
    expect(scene.rejoin('b2')).toEqual(['b2 refused call-over (7)'])
    expect(scene.rejoin('b2', 1)).toEqual(['b2 refused call-over (7)'])
    expect(scene.callOf(BEN)).toBe('talking a1 b1 leg 0')
  })

  test('K11 talking -> the device that has it rejoins -> it hears the same again', () => {
    expect(talking().rejoin('a1')).toEqual(['a1 call-accepted K leg 0 (7)'])
  })

  test('K11 a stranger and a device that does not attend rejoin nothing', () => {
    const scene = talking()
    scene.attend('c1')
    expect(scene.rejoin('c1')).toEqual(['c1 refused call-over (7)'])
    expect(scene.rejoin('a9')).toEqual(['a9 refused not-attending (7)'])
  })

  test('K11 restored -> both rejoin -> talking', () => {
    const scene = restored()
    expect(scene.rejoin('a1')).toEqual(['a1 call-accepted K leg 0 (7)'])
    expect(scene.rejoin('b1', 0)).toEqual(['b1 call-accepted K leg 0 (7)'])
    expect(scene.play({ type: 'rejoin-timeout', user: ANN, call: 'K', at: 9 })).toEqual([])
    expect(scene.callOf(BEN)).toBe('talking a1 b1 leg 0')
  })

  test('K11 restored -> one does not come back in time -> lost', () => {
    const scene = restored()
    scene.rejoin('a1')
    expect(scene.play({ type: 'rejoin-timeout', user: ANN, call: 'K', at: 9 })).toEqual([
      'a1 call-ended K lost',
      'history: K ended lost by ben answered',
      'ann is online',
      'ben is online',
    ])
  })

  test('K11 restored -> one has only its seat -> the room says when it is gone', () => {
    const scene = restored()
    scene.rejoin('a1')
    scene.seats(0, [ANN, BEN])
    expect(scene.play({ type: 'rejoin-timeout', user: ANN, call: 'K', at: 9 })).toEqual([])
    expect(scene.seats(0, [ANN], true)).toContain('history: K ended lost by ben answered')
  })

  test('K11 a call is not restored over another one', () => {
    const scene = ringingAt('b1')
    const call = { id: 'L', caller: CID, callee: BEN, media: 'video', startedAt: 1 } as const
    expect(scene.play({ type: 'restore', user: CID, call, leg: 0 })).toEqual([])
    expect(scene.callOf(BEN)).toBe('ringing a1 -> b1 leg 0')
    expect(scene.callOf(CID)).toBe('none')
  })
})

describe('K12 who is there after the accept', () => {
  test('K12 talking -> a device without a seat goes -> hung-up; lost -> lost', () => {
    expect(talking().go('b1')).toContain('history: K ended hung-up by ben answered')
    expect(talking().go('a1', true)).toContain('history: K ended lost by ann answered')
  })

  test('K12 talking -> a device with a seat goes -> talking, until its seat is given up', () => {
    const scene = talking()
    scene.seats(0, [ANN, BEN])
    expect(scene.go('b1', true)).toEqual(['ben is offline'])
    expect(scene.seats(0, [ANN], true)).toEqual([
      'a1 call-ended K lost',
      'b1 call-ended K lost',
      'history: K ended lost by ben answered',
      'ann is online',
    ])
    expect(scene.persons.has(BEN)).toBe(false)
  })

  test('K12 talking -> a seat is given up at will -> hung-up', () => {
    const scene = talking()
    scene.seats(0, [ANN])
    expect(scene.seats(0, [ANN, BEN])).toEqual([])
    expect(scene.seats(0, [BEN])).toContain('history: K ended hung-up by ann answered')
  })

  test('K12 seats taken while it rang count after the accept', () => {
    const scene = ringingAt('b1')
    scene.seats(0, [BEN])
    scene.seats(0, [BEN, ANN])
    scene.accept('b1')
    expect(scene.callOf(ANN)).toBe('talking a1 b1 leg 0 seated ben ann')
    expect(scene.go('a1', true)).toEqual(['ann is offline'])
    expect(scene.seats(0, [ANN])).toContain('history: K ended hung-up by ben answered')
  })

  test('K12 a seat that is given up while it rings ends nothing', () => {
    const scene = ringingAt('b1')
    scene.seats(0, [BEN, ANN])
    expect(scene.seats(0, [ANN])).toEqual([])
    expect(scene.callOf(ANN)).toBe('ringing a1 -> b1 leg 0')
  })

  test('K12 seats in the rooms of other legs mean nothing', () => {
    const scene = talking('b2')
    scene.seats(0, [ANN, BEN])
    scene.seats(1, [ANN, BEN])
    expect(scene.seats(1, [])).toEqual([])
    expect(scene.callOf(BEN)).toBe('talking a1 b1 leg 0 seated ann ben')
  })

  test('K12 talking -> other devices of both go -> talking', () => {
    const scene = talking('b2')
    scene.attend('a2')
    expect(scene.go('a2')).toEqual([])
    expect(scene.go('b2', true)).toEqual([])
    expect(scene.callOf(ANN)).toBe('talking a1 b1 leg 0')
  })
})
