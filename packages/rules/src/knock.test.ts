import { describe, expect, test } from 'bun:test'
import { FULL, Scene, TEST_POLICY } from './scene.ts'

const OWNER = 7
const GUEST = 8

function waitingRoom(): Scene {
  return new Scene({ ...TEST_POLICY, host: OWNER })
}

describe('W3 a waiting room', () => {
  test('W3 nobody -> guest joins -> knocking, and nobody is seated', () => {
    const scene = waitingRoom()
    expect(scene.join('a')).toEqual(['a knocking'])
    expect(scene.seats).toBe('')
  })

  test('W3 knocking -> owner comes -> it is seated and hears who knocks', () => {
    const scene = waitingRoom()
    scene.join('a')
    scene.join('b')
    expect(scene.join('o', { user: OWNER })).toEqual(['o joined as O', 'o knock A', 'o knock B'])
  })

  test('W3 owner is there -> guest joins -> the owner hears the knock, after the guest', () => {
    const scene = waitingRoom()
    scene.join('o', { user: OWNER })
    expect(scene.join('a', { user: GUEST })).toEqual(['a knocking', 'o knock A'])
  })

  test('W4 knocking -> owner lets it in -> it is seated as by join', () => {
    const scene = waitingRoom()
    scene.join('o', { user: OWNER })
    scene.join('a')
    expect(scene.admit('o', 'A', true)).toEqual([
      'o knock-over A',
      'a joined as A with O',
      'o peer-joined A and offers',
    ])
    expect(scene.seats).toBe('O here, A here')
  })

  test('W4 knocking -> owner does not -> entry-refused, and it is not asked again', () => {
    const scene = waitingRoom()
    scene.join('o', { user: OWNER })
    scene.join('a')
    expect(scene.admit('o', 'A', false)).toEqual(['a refused entry-refused 1', 'o knock-over A'])
    expect(scene.admit('o', 'A', true)).toEqual(['o refused no-such-peer 4'])
  })

  test('W4 let in while the room is full -> full, or in line', () => {
    const scene = waitingRoom()
    scene.join('o', { user: OWNER })
    scene.join('a')
    scene.join('b')
    scene.admit('o', 'A', true)
    scene.join('c', { wait: true })
    expect(scene.admit('o', 'B', true)).toEqual(['o knock-over B', 'b full'])
    expect(scene.admit('o', 'C', true)).toEqual(['o knock-over C', 'c full waiting'])
    expect(scene.leave('a')).toContain('c joined as C with O')
  })

  test('W3 only the owner, in the room, lets anybody in', () => {
    const scene = waitingRoom()
    scene.join('a')
    expect(scene.admit('a', 'A', true)).toEqual(['a refused not-allowed 4'])
    scene.join('o', { user: OWNER })
    scene.admit('o', 'A', true)
    scene.join('b', { user: GUEST })
    expect(scene.admit('a', 'B', true)).toEqual(['a refused not-allowed 4'])
    scene.leave('o')
    expect(scene.admit('o', 'B', true)).toEqual(['o refused not-allowed 4'])
  })

  test('W3 one too many -> line-full', () => {
    const scene = waitingRoom()
    scene.join('a')
    scene.join('b')
    expect(scene.join('c')).toEqual(['c refused line-full 1'])
  })

  test('W3 the same run of a page knocks once, with another session', () => {
    const scene = waitingRoom()
    scene.join('o', { user: OWNER })
    scene.join('a', { tag: 'same' })
    expect(scene.join('b', { tag: 'same' })).toEqual(['b knocking'])
    expect(scene.admit('o', 'A', true)).toContain('b joined as A with O')
  })

  test.each(['leave', 'endGrace'] as const)('W4 one who knocks is gone by %s', (how) => {
    const scene = waitingRoom()
    scene.join('o', { user: OWNER })
    scene.join('a')
    const answer = how === 'leave' ? ['a left'] : []
    expect(scene[how]('a')).toEqual([...answer, 'o knock-over A'])
    scene.leave('o')
    expect(scene.room).toBeUndefined()
  })

  test('W3 one who is let in takes a lost seat back without knocking', () => {
    const scene = waitingRoom()
    scene.join('o', { user: OWNER })
    scene.join('a', { tag: 'same' })
    scene.admit('o', 'A', true)
    scene.lose('a')
    expect(scene.join('b', { tag: 'same' })).toContain('b joined as A with O')
  })

  test('W4 the owner closes the room -> who knocks is told, and who is inside stays', () => {
    const scene = waitingRoom()
    scene.join('o', { user: OWNER })
    scene.join('a')
    expect(scene.play({ type: 'closed' })).toEqual(['a refused room-closed 1', 'o knock-over A'])
    expect(scene.seats).toBe('O here')
  })

  test('W3 signals and lines of one who knocks reach nobody', () => {
    const scene = waitingRoom()
    scene.join('o', { user: OWNER })
    scene.join('a')
    expect(scene.chat('a', 'let me in')).toEqual(['a refused not-in-room 3'])
  })
})

describe('W1 rooms of accounts', () => {
  const closed = () => new Scene({ ...TEST_POLICY, needsAccount: true })

  test('W1 nobody is there -> guest joins -> room-closed', () => {
    const scene = closed()
    expect(scene.join('a')).toEqual(['a refused room-closed 1'])
    expect(scene.room).toBeUndefined()
  })

  test('W1 somebody with an account is there -> guest joins -> seated', () => {
    const scene = closed()
    expect(scene.join('b', { user: GUEST })).toEqual(['b joined as B'])
    expect(scene.join('a')).toContain('a joined as A with B')
  })

  test('W1 a guest who was let in takes its seat back when it is alone', () => {
    const scene = closed()
    scene.join('b', { user: GUEST })
    scene.join('a', { tag: 'same' })
    scene.leave('b')
    expect(scene.join('c', { tag: 'same' })).toContain('c joined as A')
    expect(scene.join('d')).toEqual(['d refused room-closed 1'])
  })
})

describe('K12 a room that is watched', () => {
  test('K12 the watcher hears who has a seat, after the members, and whether it was lost', () => {
    const scene = new Scene({ ...TEST_POLICY, watcher: 'w' })
    expect(scene.join('a', { user: 1, dialect: FULL })).toEqual(['a joined as A', 'w occupancy 1'])
    expect(scene.join('b', { user: 2 }).at(-1)).toBe('w occupancy 1 2')
    expect(scene.chat('a', 'hello')).toEqual(['b chat A hello'])
    scene.lose('b')
    scene.hear('a', 'B', false)
    expect(scene.endGrace('b').at(-1)).toBe('w occupancy 1 lost')
    expect(scene.leave('a')).toEqual(['a left', 'w occupancy '])
  })
})
