import { describe, expect, test } from 'bun:test'
import { Scene } from './scene.ts'

function trio(): Scene {
  const room = new Scene({ capacity: 3, offerer: 'none', maxWaiting: 1, maxKeptCandidates: 0 })
  for (const person of ['a', 'b', 'c']) room.join(person)
  return room
}

describe('R17 publishing', () => {
  test('R17 not publishing -> publishing -> the others hear it', () => {
    expect(trio().publish('a')).toEqual(['b peer-publishing A', 'c peer-publishing A'])
  })

  test('R17 publishing -> not publishing -> the others hear it', () => {
    const room = trio()
    room.publish('a')
    expect(room.publish('a', false)).toEqual([
      'b peer-publishing A no more',
      'c peer-publishing A no more',
    ])
  })

  test.each([true, false])('R17 publishing %p -> the same again -> nothing', (isPublishing) => {
    const room = trio()
    room.publish('a', isPublishing)
    const before = room.room
    expect(room.publish('a', isPublishing)).toEqual([])
    expect(room.room).toBe(before)
  })

  test('R17 R12 nobody -> publishing -> nothing, and no room', () => {
    const room = new Scene()
    expect(room.publish('x')).toEqual([])
    expect(room.room).toBeUndefined()
  })

  test('R17 R7 in line -> publishing -> nothing', () => {
    const room = trio()
    room.join('d', { wait: true })
    expect(room.publish('d')).toEqual([])
    room.leave('a')
    expect(room.room?.members.map(({ isPublishing }) => isPublishing)).toEqual([
      false,
      false,
      false,
    ])
  })

  test('R17 a newcomer is told of it in the order in which they came', () => {
    const room = trio()
    room.publish('b')
    room.leave('a')
    expect(room.join('d')[0]).toBe('d joined as D with B publishing, C')
  })

  test('R17 R10 a seat that is taken back publishes on', () => {
    const room = trio()
    room.publish('b')
    expect(room.join('x', { tag: 'tag-b' })[0]).toBe('x joined as B with A, C')
    expect(room.join('y', { tag: 'tag-c' })[0]).toBe('y joined as C with A, B publishing')
    expect(room.publish('x', false)).toEqual([
      'a peer-publishing B no more',
      'y peer-publishing B no more',
    ])
  })
})
