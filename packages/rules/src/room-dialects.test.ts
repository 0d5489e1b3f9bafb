import { describe, expect, test } from 'bun:test'
import { CANDIDATE, OFFER, OTHER, PLAIN, Scene, TEST_POLICY } from './scene.ts'

const scene = (offerer: 'first' | 'newcomer' | 'none'): Scene =>
  new Scene({ ...TEST_POLICY, offerer })

/** a says everything, b only signals. */
function mixedPair(): Scene {
  const room = new Scene()
  room.join('a')
  room.join('b', { dialect: PLAIN })
  return room
}

describe('R13 who makes the offer', () => {
  test.each([
    ['first', [['b joined as B with A'], ['a peer-joined B and offers']]],
    ['newcomer', [['b joined as B with A and offers'], ['a peer-joined B']]],
    ['none', [['b joined as B with A'], ['a peer-joined B']]],
  ] as const)('R13 offerer %s -> join', (offerer, [reply, greeting]) => {
    const room = scene(offerer)
    expect(room.join('a')).toEqual(['a joined as A'])
    expect(room.join('b')).toEqual([...reply, ...greeting])
  })

  test('R13 in a room of three everybody who was there is told to offer', () => {
    const room = new Scene({ ...TEST_POLICY, capacity: 3 })
    for (const person of ['a', 'b']) room.join(person)
    expect(room.join('c')).toEqual([
      'c joined as C with A, B',
      'a peer-joined C and offers',
      'b peer-joined C and offers',
    ])
  })

  test('R13 whoever comes from the line is a newcomer', () => {
    const room = new Scene()
    for (const person of ['a', 'b']) room.join(person)
    room.join('c', { wait: true })
    expect(room.leave('a')).toEqual([
      'a left',
      'b peer-left A left',
      'c joined as C with B',
      'b peer-joined C and offers',
    ])
  })

  test('R13 who takes its seat back is no newcomer', () => {
    const room = scene('newcomer')
    for (const person of ['a', 'b']) room.join(person)
    expect(room.join('x', { tag: 'tag-b' })[0]).toBe('x joined as B with A')
  })

  test.each(['newcomer', 'none'] as const)('R13 R6 offerer %s: no offer waits', (offerer) => {
    const room = scene(offerer)
    room.join('a')
    room.signal('a', OFFER)
    expect(room.join('b')[0]).not.toContain('offer ')
    expect(room.room?.members.map(({ kept }) => kept)).toEqual([[], []])
  })
})

describe('R14 members who only signal', () => {
  test('R14 R6 their offer does not wait', () => {
    const room = new Scene()
    room.join('a', { dialect: PLAIN })
    expect(room.signal('a', OFFER)).toEqual([])
    expect(room.signal('a', CANDIDATE)).toEqual([])
    expect(room.join('b')).toEqual(['b joined as B with A', 'a peer-joined B and offers'])
  })

  test('R14 R6 the offer that waits for them is theirs', () => {
    const room = new Scene()
    room.join('a')
    room.signal('a', OFFER)
    expect(room.join('b', { dialect: PLAIN })[0]).toBe('b joined as B with A offer')
  })

  test('R14 G2 what only they understand is relayed, and kept for nobody', () => {
    const room = mixedPair()
    expect(room.signal('b', OTHER)).toEqual(['a signal B other'])
    const alone = new Scene()
    alone.join('a')
    alone.signal('a', OFFER)
    alone.signal('a', OTHER)
    expect(alone.join('b')[0]).toBe('b joined as B with A offer')
  })

  test('R14 R11 they cannot say whom they hear: after the grace time the seat is free', () => {
    const room = mixedPair()
    expect(room.lose('a')).toEqual(['b peer-away A'])
    expect(room.endGrace('a')).toEqual(['a seat-lost', 'b peer-left A lost'])
    expect(room.seats).toBe('B here')
  })

  test('R14 R8 within the grace time nobody walks into their call', () => {
    const room = mixedPair()
    room.lose('a')
    expect(room.join('c')).toEqual(['c full'])
    expect(room.comeBack('a')).toEqual(['b peer-back A'])
  })

  test('R14 R11 a seat past its time needs one who hears and says so', () => {
    const room = new Scene({ ...TEST_POLICY, capacity: 3 })
    room.join('a')
    room.join('b')
    room.join('c', { dialect: PLAIN })
    room.lose('a')
    room.endGrace('a')
    expect(room.seats).toBe('A expired, B here, C here')
    expect(room.leave('b')).toEqual([
      'b left',
      'a seat-lost',
      'c peer-left B left',
      'c peer-left A lost',
    ])
    expect(room.seats).toBe('C here')
  })
})
