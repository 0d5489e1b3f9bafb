import { describe, expect, test } from 'bun:test'
import type { Notice } from './notice.ts'
import { emptyRoom, nextRoom } from './room.ts'
import { Scene, TEST_POLICY } from './scene.ts'

const OPEN = { ...TEST_POLICY, capacity: 0 }

function labels(room: Scene): (string | undefined)[] {
  return (room.room?.members ?? []).map(({ label }) => label)
}

describe('R15 labels', () => {
  test('R15 what its dialect asks for comes before the name', () => {
    const room = new Scene(OPEN)
    room.join('a', { name: 'Ann', label: 'ann#1' })
    expect(labels(room)).toEqual(['ann#1'])
  })

  test('R15 without one the name is taken, when it is free and not empty', () => {
    const room = new Scene(OPEN)
    room.join('a', { name: 'Ann' })
    room.join('b', { name: 'Ann' })
    room.join('c', { name: '' })
    expect(labels(room)).toEqual(['Ann', 'B', 'C'])
  })

  test('R15 of an id a piece, and all of it when the piece is taken', () => {
    const room = new Scene(OPEN)
    room.join('member-id-1', { name: '' })
    room.join('member-id-2', { name: '', label: 'x' })
    room.join('member-id-3', { name: '' })
    expect(labels(room)).toEqual(['MEMBER-I', 'x', 'MEMBER-ID-3'])
  })

  test('R15 one that somebody has is refused, before the seats are counted', () => {
    for (const capacity of [1, 3]) {
      const room = new Scene({ ...TEST_POLICY, capacity })
      room.join('a', { name: 'Ann' })
      expect(room.join('b', { label: 'Ann' })).toEqual(['b refused label-taken 1'])
      expect(room.seats).toBe('A here')
    }
  })

  test('R15 one that stays in the room keeps its label, and a gone one frees it', () => {
    const room = new Scene(OPEN)
    room.join('a', { name: 'Ann' })
    room.join('b', { name: 'Ann' })
    room.leave('a')
    expect(labels(room)).toEqual(['B'])
    room.join('c', { label: 'Ann' })
    room.join('x', { tag: 'tag-b', name: 'Beth' })
    expect(labels(room)).toEqual(['B', 'Ann'])
  })

  test('R15 who waited while its label was taken gets another one', () => {
    const room = new Scene({ ...TEST_POLICY, capacity: 2 })
    room.join('a', { name: 'Ann' })
    room.join('b', { name: 'Ben' })
    room.join('c', { name: 'Cleo', label: 'D', wait: true })
    room.join('d', { name: 'D', wait: true })
    room.room = { ...room.room!, line: room.room!.line.toReversed() }
    room.leave('a')
    room.leave('b')
    expect(labels(room)).toEqual(['D', 'Cleo'])
  })

  test('R15 the others are told, a newcomer and one who finds no seat as well', () => {
    const join = (id: string, room = emptyRoom(TEST_POLICY)) => {
      const dialect = { name: 'plain', leavesOffers: false, tellsHearing: false }
      const newcomer = { id, address: id, name: 'Ann', tag: id, dialect }
      return nextRoom(room, { type: 'join', newcomer, wait: false, ref: 1 })
    }
    const [one] = join('a')
    const [two, told] = join('b', one)
    const [, refused] = join('c', two)
    expect(told.map(({ notice }) => notice)).toMatchObject([
      { type: 'joined', peers: [{ peer: { id: 'a', label: 'Ann' } }] },
      { type: 'peer-joined', peer: { id: 'b', label: 'b' } },
    ])
    const occupants = [
      { label: 'Ann', dialect: 'plain', isPublishing: false },
      { label: 'b', dialect: 'plain', isPublishing: false },
    ]
    const full: Notice = { type: 'full', waiting: false, occupants }
    expect(refused).toEqual([{ to: 'c', notice: full }])
  })
})
