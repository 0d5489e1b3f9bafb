import { describe, expect, test } from 'bun:test'
import { FULL, PLAIN, Scene, TEST_CAST, TEST_POLICY } from './scene.ts'

/** Ann and Bob are there. */
function duo(): Scene {
  const room = new Scene()
  room.join('a', { user: 1 })
  room.join('b')
  return room
}

/** Both agreed to being recorded. */
function agreed(): Scene {
  const room = duo()
  room.consent('a')
  room.consent('b')
  return room
}

/** And are. */
function recording(): Scene {
  const room = agreed()
  room.capture('a')
  return room
}

const BOTH = 'captures A record, B record'
const ON = `${BOTH} | RECORD1 record by A`
const BEGIN = 'c! begin RECORD1 record lake by A of A/name a/1 B/name b'
const STOP = 'c! stop record lake'

describe('B1 consent', () => {
  test('B1 nobody agreed -> consent -> both hear it, and whoever said it first', () => {
    expect(duo().consent('b')).toEqual(['b captures B record', 'a captures B record'])
  })

  test('B2 given to one who is not there any more -> no-such-peer', () => {
    const room = duo()
    const consent = {
      type: 'consent',
      from: 'a',
      purpose: 'record',
      isGiven: true,
      ref: 7,
    } as const
    expect(room.play({ ...consent, peer: 'Z' })).toEqual(['a refused no-such-peer 7'])
    expect(room.play({ ...consent, peer: 'B' })).toEqual([
      'a captures A record',
      'b captures A record',
    ])
  })

  test('B1 one agreed -> consent of the other -> both agreed', () => {
    const room = duo()
    room.consent('b')
    expect(room.consent('a')).toEqual([`a ${BOTH}`, `b ${BOTH}`])
  })

  test('B1 agreed to one -> consent to the other -> both purposes', () => {
    const room = duo()
    room.consent('a', 'live')
    expect(room.consent('a', 'record')[0]).toBe('a captures A live record')
  })

  test.each([true, false])('B1 agreed: %p -> the same again -> nothing', (isGiven) => {
    const room = duo()
    if (isGiven) room.consent('a')
    const before = room.room
    expect(room.consent('a', 'record', isGiven)).toEqual([])
    expect(room.room).toBe(before)
  })

  test('B1 agreed -> taken back -> both hear it, and nothing is to be stopped', () => {
    expect(agreed().consent('b', 'record', false)).toEqual([
      'b captures A record',
      'a captures A record',
    ])
  })

  test('B1 one agreed -> the other says no -> nobody agrees, and whoever asked hears it', () => {
    const room = duo()
    room.consent('a')
    room.consent('a', 'live')
    expect(room.consent('b', 'record', false)).toEqual(['b captures A live', 'a captures A live'])
    expect(room.capture('b')).toEqual(['b refused no-consent 8'])
  })

  test('B1 agreed -> the other leaves -> nothing is agreed on with whoever comes', () => {
    const room = agreed()
    expect(room.leave('b')).toEqual(['b left', 'a peer-left B left', 'a captures nothing'])
    expect(room.join('c')).toEqual(['c joined as C with A', 'a peer-joined C and offers'])
    room.consent('c')
    expect(room.capture('c')).toEqual(['c refused no-consent 8'])
  })

  test('B1 agreed -> a newcomer takes the seat of one who is lost -> nothing is agreed on', () => {
    const room = agreed()
    room.lose('b')
    room.hear('a', 'B', false)
    expect(room.join('c')).toEqual([
      'c joined as C with A',
      'b seat-lost',
      'a peer-left B lost',
      'a peer-joined C and offers',
      'a captures nothing',
    ])
  })

  test('B1 agreed -> a connection is lost, and its grace time over -> agreed', () => {
    const room = agreed()
    expect(room.lose('b')).toEqual(['a peer-away B'])
    expect(room.endGrace('b')).toEqual([])
    expect(room.capture('a')).toContain(BEGIN)
  })

  test('B1 R10 agreed -> a new session takes the seat back -> agreed, and it is told', () => {
    const room = agreed()
    expect(room.join('x', { tag: 'tag-b' })).toEqual([
      'x joined as B with A agreed A record, B record',
      'a peer-back B fresh',
      'b seat-lost',
    ])
    expect(room.consent('b', 'record', false)).toEqual(['b refused not-in-room 7'])
  })
})

describe('B2 where nothing can be agreed on', () => {
  test('B2 nobody is there -> consent -> no-such-peer', () => {
    const room = new Scene()
    room.join('a')
    expect(room.consent('a')).toEqual(['a refused no-such-peer 7'])
  })

  test('B2 R12 not in the room -> consent, capture -> not-in-room, and no room', () => {
    const room = new Scene()
    expect(room.consent('x')).toEqual(['x refused not-in-room 7'])
    expect(room.capture('x')).toEqual(['x refused not-in-room 8'])
    expect(room.stopCapture('x')).toEqual(['x refused not-in-room 9'])
    expect(room.room).toBeUndefined()
  })

  test('B2 R7 in line -> consent, capture -> not-in-room', () => {
    const room = recording()
    room.join('d', { wait: true })
    expect(room.consent('d')).toEqual(['d refused not-in-room 7'])
    expect(room.stopCapture('d')).toEqual(['d refused not-in-room 9'])
    expect(room.room?.captures).toHaveLength(1)
  })

  test('B2 the policy says no, as a cast does -> capture-unavailable', () => {
    const { captures: _none, ...policy } = TEST_POLICY
    const room = new Scene(policy)
    room.join('a')
    room.join('b')
    expect(room.consent('a')).toEqual(['a refused capture-unavailable 7'])
    expect(room.capture('a')).toEqual(['a refused capture-unavailable 8'])
    const cast = new Scene(TEST_CAST)
    cast.join('a', { receiver: { holder: 'tv' } })
    cast.join('b')
    expect(cast.consent('b')).toEqual(['b refused capture-unavailable 7'])
  })

  test('B2 the policy has one purpose -> the other one is capture-unavailable', () => {
    const room = new Scene({ ...TEST_POLICY, captures: { purposes: ['record'], watcher: 'c!' } })
    room.join('a')
    room.join('b')
    expect(room.consent('a', 'live')).toEqual(['a refused capture-unavailable 7'])
    expect(room.consent('a')).toHaveLength(2)
  })

  test.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('B2 R14 %s agrees, %s is on a dialect without the word -> capture-unavailable', (a, b) => {
    const room = new Scene()
    room.join('a', { dialect: a === 'a' ? FULL : PLAIN })
    room.join('b', { dialect: b === 'b' ? PLAIN : FULL })
    expect(room.consent(a)).toEqual([`${a} refused capture-unavailable 7`])
    expect(room.consent(b)).toEqual([`${b} refused capture-unavailable 7`])
    expect(room.capture(a)).toEqual([`${a} refused no-consent 8`])
  })

  test('B2 three are there -> capture-unavailable', () => {
    const room = new Scene({ ...TEST_POLICY, capacity: 3 })
    for (const person of ['a', 'b', 'd']) room.join(person)
    expect(room.consent('a')).toEqual(['a refused capture-unavailable 7'])
  })
})

describe('B3 starting and stopping', () => {
  test.each([
    ['nobody', []],
    ['whoever asks', ['a']],
    ['the other one', ['b']],
  ])('B3 agreed: %s -> start -> no-consent', (_who, people) => {
    const room = duo()
    for (const person of people) room.consent(person)
    const before = room.room
    expect(room.capture('a')).toEqual(['a refused no-consent 8'])
    expect(room.room).toBe(before)
  })

  test('B3 agreed to recording -> start a broadcast -> no-consent', () => {
    expect(agreed().capture('a', 'live')).toEqual(['a refused no-consent 8'])
  })

  test('B3 agreed -> start -> both hear it, then whoever carries it out', () => {
    expect(agreed().capture('a')).toEqual([`a ${ON}`, `b ${ON}`, BEGIN])
  })

  test('B3 B7 options are told to whoever carries it out, and to nobody else', () => {
    const room = duo()
    for (const person of ['a', 'b']) room.consent(person, 'live')
    const told = room.capture('b', 'live', { key: 'secret' })
    expect(told.filter((line) => line.includes('secret'))).toEqual([
      'c! begin LIVE1 live lake by B of A/name a/1 B/name b {"key":"secret"}',
    ])
    expect(JSON.stringify(room.room)).not.toContain('secret')
  })

  test('B3 on -> start by the other one -> nothing', () => {
    expect(recording().capture('b')).toEqual([])
  })

  test.each(['a', 'b'])('B3 on -> stop by %s -> it is off, and agreed on', (person) => {
    const other = person === 'a' ? 'b' : 'a'
    expect(recording().stopCapture(person)).toEqual([`${person} ${BOTH}`, `${other} ${BOTH}`, STOP])
  })

  test('B3 off -> stop -> nothing', () => {
    expect(agreed().stopCapture('a')).toEqual([])
  })

  test('B3 B5 stopped -> start -> another one', () => {
    const room = recording()
    room.stopCapture('a')
    expect(room.capture('b')).toContain(`a ${BOTH} | RECORD2 record by B`)
  })

  test('B3 a recording is on -> start a broadcast, stop the recording -> the broadcast is on', () => {
    const room = recording()
    for (const person of ['a', 'b']) room.consent(person, 'live')
    expect(room.capture('a', 'live').at(-1)).toContain('begin LIVE2 live')
    expect(room.stopCapture('b').at(-1)).toBe(STOP)
    expect(room.room?.captures.map(({ id }) => id)).toEqual(['LIVE2'])
  })
})

describe('B4 the end of a consent', () => {
  test.each(['a', 'b'])('B4 on -> %s takes it back -> it stops at once', (person) => {
    const other = person === 'a' ? 'b' : 'a'
    const rest = `captures ${other.toUpperCase()} record`
    expect(recording().consent(person, 'record', false)).toEqual([
      `${person} ${rest}`,
      `${other} ${rest}`,
      STOP,
    ])
  })

  test('B4 on -> a consent to something else is taken back -> it goes on', () => {
    const room = recording()
    room.consent('b', 'live')
    expect(room.consent('b', 'live', false)).toEqual([`b ${ON}`, `a ${ON}`])
  })

  test('B4 on -> one leaves -> it stops, and who stays hears it after that', () => {
    expect(recording().leave('a')).toEqual([
      'a left',
      'b peer-left A left',
      'b captures nothing',
      STOP,
    ])
  })

  test('B4 on -> both are lost for good -> it stops', () => {
    const room = recording()
    room.lose('a')
    room.lose('b')
    expect(room.endGrace('a')).toContain(STOP)
    expect(room.endGrace('b')).toEqual(['b seat-lost'])
    expect(room.room).toBeUndefined()
  })

  test('B4 on -> one is lost, and nobody hears it -> it stops', () => {
    const room = recording()
    room.lose('a')
    expect(room.endGrace('a')).toEqual([])
    expect(room.hear('b', 'A', false)).toContain(STOP)
  })

  test('B4 R10 on -> a connection is lost and comes back -> it goes on', () => {
    const room = recording()
    expect([...room.lose('a'), ...room.comeBack('a')]).toEqual(['b peer-away A', 'b peer-back A'])
    expect(room.room?.captures).toHaveLength(1)
  })

  test('B4 on -> a third takes a seat that was free -> it stops', () => {
    const room = new Scene({ ...TEST_POLICY, capacity: 3 })
    for (const person of ['a', 'b']) room.join(person)
    for (const person of ['a', 'b']) room.consent(person)
    room.capture('a')
    expect(room.join('d')).toEqual([
      'd joined as D with A, B',
      'a peer-joined D and offers',
      'b peer-joined D and offers',
      'a captures nothing',
      'b captures nothing',
      STOP,
    ])
  })

  test('B4 on -> the policy says no -> it stops with the next change', () => {
    const room = recording()
    const { captures: _none, ...policy } = TEST_POLICY
    room.room = room.room && { ...room.room, policy }
    expect(room.chat('a', 'hello')).toEqual(['b chat A hello'])
    expect(room.lose('a')).toEqual(['b peer-away A', `a ${BOTH}`, `b ${BOTH}`, STOP])
  })
})

describe('B6 how a capture goes', () => {
  test('B6 on -> a state -> both hear it', () => {
    expect(recording().captureState('RECORD1', 'running')).toEqual([
      'a capture-state RECORD1 running',
      'b capture-state RECORD1 running',
    ])
  })

  test('B6 on -> it failed -> it is off, and nobody is told to stop it', () => {
    expect(recording().captureState('RECORD1', 'disk full', true)).toEqual([
      'a capture-state RECORD1 disk full',
      'b capture-state RECORD1 disk full',
      `a ${BOTH}`,
      `b ${BOTH}`,
    ])
  })

  test('B6 stopped -> a late state -> both hear it, and what is on since goes on', () => {
    const room = recording()
    room.stopCapture('a')
    room.capture('a')
    expect(room.captureState('RECORD1', 'whole', true)).toEqual([
      'a capture-state RECORD1 whole',
      'b capture-state RECORD1 whole',
    ])
    expect(room.room?.captures.map(({ id }) => id)).toEqual(['RECORD2'])
  })

  test('B6 one left and another came -> a late state -> that one hears nothing', () => {
    const room = recording()
    room.leave('b')
    room.join('d')
    expect(room.captureState('RECORD1', 'whole', true)).toEqual(['a capture-state RECORD1 whole'])
  })

  test('B6 R12 everybody left -> a late state -> nothing, and no room', () => {
    const room = recording()
    room.leave('a')
    room.leave('b')
    expect(room.captureState('RECORD1', 'whole', true)).toEqual([])
    expect(room.room).toBeUndefined()
  })

  test('B6 B5 R10 a seat is taken back -> what is on, and its latest state', () => {
    const room = recording()
    room.captureState('RECORD1', 'starting')
    room.captureState('RECORD1', 'running')
    expect(room.join('x', { tag: 'tag-b' })).toEqual([
      'x joined as B with A agreed A record, B record | RECORD1 record by A',
      'a peer-back B fresh',
      'b seat-lost',
      'x capture-state RECORD1 running',
    ])
    expect(room.captureState('RECORD1', 'still')[1]).toBe('x capture-state RECORD1 still')
  })
})
