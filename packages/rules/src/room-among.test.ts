import { describe, expect, test } from 'bun:test'
import { PLAIN, Scene, TEST_POLICY } from './scene.ts'

/** Two seats, and three for those who only signal among themselves. */
function scene(capacity = 3): Scene {
  return new Scene({ ...TEST_POLICY, among: { dialect: PLAIN.name, capacity } })
}

const plain = { dialect: PLAIN }

describe('R16 seats of a dialect among itself', () => {
  test('R16 three of it -> the fourth is full', () => {
    const room = scene()
    for (const person of ['a', 'b', 'c']) room.join(person, plain)
    expect(room.join('d', plain)).toEqual(['d full'])
    expect(room.seats).toBe('A here, B here, C here')
  })

  test('R16 0 is as many as come', () => {
    const room = scene(0)
    for (let index = 0; index < 50; index++) room.join(`p${index}`, plain)
    expect(room.room?.members.length).toBe(50)
  })

  test('R16 fewer than two are a rule as well', () => {
    const room = scene(1)
    room.join('a', plain)
    expect(room.join('b', plain)).toEqual(['b full'])
    expect(room.join('c')[0]).toBe('c joined as C with A')
  })

  test.each([
    ['one of it', [{}, plain]],
    ['two others', [{}, {}]],
  ])('R16 R1 another one and %s -> a third of it is full', (_, [first, second]) => {
    const room = scene()
    room.join('a', first)
    room.join('b', second)
    expect(room.join('c', plain)).toEqual(['c full'])
    expect(room.join('d')).toEqual(['d full'])
  })

  test('R16 R1 two of it -> another one is full', () => {
    const room = scene()
    for (const person of ['a', 'b']) room.join(person, plain)
    expect(room.join('c')).toEqual(['c full'])
    expect(room.join('d', plain)[0]).toBe('d joined as D with A, B')
  })

  test('R16 R7 who waits for what can’t be holds up nobody', () => {
    const room = scene()
    for (const person of ['a', 'b']) room.join(person, plain)
    expect(room.join('c', { wait: true })).toEqual(['c full waiting'])
    expect(room.join('d', plain)[0]).toBe('d joined as D with A, B')
    room.leave('a')
    expect(room.seats).toBe('B here, D here | c')
    expect(room.leave('b').slice(2)).toEqual(['c joined as C with D', 'd peer-joined C and offers'])
  })

  test('R16 R7 who waits for a seat of its own dialect comes first', () => {
    const room = scene()
    for (const person of ['a', 'b', 'c']) room.join(person, plain)
    room.join('d', { ...plain, wait: true })
    expect(room.join('e', plain)).toEqual(['e full'])
    expect(room.leave('a').at(1)).toBe('b peer-left A left')
    expect(room.seats).toBe('B here, C here, D here')
  })

  test('R16 R8 a lost seat goes to nobody who would still be one too many', () => {
    const room = scene()
    for (const person of ['a', 'b', 'c']) room.join(person, plain)
    room.lose('a')
    room.hear('b', 'A', false)
    expect(room.join('d')).toEqual(['d full'])
    expect(room.join('e', plain)[0]).toBe('e joined as E with B, C')
  })
})
