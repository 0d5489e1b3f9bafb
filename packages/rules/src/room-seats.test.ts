import { describe, expect, test } from 'bun:test'
import { OFFER, Scene } from './scene.ts'

/** Two people in a room, as it is most of the time. */
function pair(): Scene {
  const scene = new Scene()
  scene.join('a')
  scene.join('b')
  return scene
}

/** Two people and somebody in line. */
function pairAndWaiter(): Scene {
  const scene = pair()
  scene.join('c', { wait: true })
  return scene
}

describe('R11 lost connections', () => {
  test('R11 here -> connection-lost -> away', () => {
    const scene = pair()
    expect(scene.lose('a')).toEqual(['b peer-away A'])
    expect(scene.seats).toBe('A away, B here')
  })

  test('R11 away -> connection-lost -> away, said once', () => {
    const scene = pair()
    scene.lose('a')
    expect(scene.lose('a')).toEqual([])
  })

  test('R11 away -> connection-back -> here', () => {
    const scene = pair()
    scene.lose('a')
    expect(scene.comeBack('a')).toEqual(['b peer-back A'])
    expect(scene.seats).toBe('A here, B here')
  })

  test('R11 here -> connection-back -> here, and nobody is told', () => {
    expect(pair().comeBack('a')).toEqual([])
  })

  test('R11 here -> grace-over -> here: its connection is up', () => {
    const scene = pair()
    expect(scene.endGrace('a')).toEqual([])
    expect(scene.seats).toBe('A here, B here')
  })

  test('R11 away -> grace-over -> expired while the other one hears it', () => {
    const scene = pair()
    scene.lose('a')
    expect(scene.endGrace('a')).toEqual([])
    expect(scene.seats).toBe('A expired, B here')
  })

  test('R11 away -> grace-over -> gone when the other one hears nothing', () => {
    const scene = pair()
    scene.lose('a')
    expect(scene.hear('b', 'A', false)).toEqual([])
    expect(scene.endGrace('a')).toEqual(['a seat-lost', 'b peer-left A lost'])
    expect(scene.seats).toBe('B here')
  })

  test('R11 both away -> grace-over -> each goes in its time', () => {
    const scene = pair()
    scene.lose('a')
    scene.lose('b')
    expect(scene.endGrace('a')).toEqual(['a seat-lost', 'b peer-left A lost'])
    expect(scene.endGrace('b')).toEqual(['b seat-lost'])
    expect(scene.room).toBeUndefined()
  })

  test('R11 expired -> the one who heard it leaves -> nobody stays', () => {
    const scene = pair()
    scene.lose('a')
    scene.endGrace('a')
    expect(scene.leave('b')).toEqual(['b left', 'a seat-lost'])
    expect(scene.room).toBeUndefined()
  })

  test('R11 away -> leave -> gone', () => {
    const scene = pair()
    scene.lose('a')
    expect(scene.leave('a')).toEqual(['a left', 'b peer-left A left'])
  })
})

describe('R8 who may take a lost seat', () => {
  test('R8 away and heard -> join -> full', () => {
    const scene = pair()
    scene.lose('a')
    expect(scene.join('c')).toEqual(['c full'])
  })

  test('R8 expired and heard -> join -> full', () => {
    const scene = pair()
    scene.lose('a')
    scene.endGrace('a')
    expect(scene.join('c')).toEqual(['c full'])
  })

  test('R8 R3 away and not heard -> join -> replaced, the reply first', () => {
    const scene = pair()
    scene.lose('a')
    scene.hear('b', 'A', false)
    expect(scene.join('c')).toEqual([
      'c joined as C with B',
      'a seat-lost',
      'b peer-left A lost',
      'b peer-joined C and offers',
    ])
    expect(scene.seats).toBe('B here, C here')
  })

  test('R8 both away -> join -> the first one is replaced', () => {
    const scene = pair()
    scene.lose('a')
    scene.lose('b')
    expect(scene.join('c')).toEqual([
      'c joined as C with B away',
      'a seat-lost',
      'b peer-left A lost',
      'b peer-joined C and offers',
    ])
  })

  test('R8 one away, one expired -> join -> the expired one is replaced', () => {
    const scene = pair()
    scene.lose('b')
    scene.endGrace('b')
    scene.lose('a')
    scene.join('c')
    expect(scene.seats).toBe('A away, C here')
  })

  test('R8 heard again -> join -> full', () => {
    const scene = pair()
    scene.lose('a')
    scene.hear('b', 'A', false)
    scene.hear('b', 'A', true)
    expect(scene.join('c')).toEqual(['c full'])
  })

  test('R8 one who came back counts as heard', () => {
    const scene = pair()
    scene.lose('a')
    scene.hear('b', 'A', false)
    scene.comeBack('a')
    scene.lose('a')
    expect(scene.join('c')).toEqual(['c full'])
  })

  test('R8 only members are believed, and nobody about itself', () => {
    const scene = pairAndWaiter()
    scene.lose('a')
    expect(scene.hear('c', 'A', false)).toEqual([])
    expect(scene.hear('a', 'A', false)).toEqual([])
    expect(scene.hear('b', 'X', false)).toEqual([])
    expect(scene.seats).toBe('A away, B here | c')
  })
})

describe('R9 hearing frees a seat', () => {
  test('R9 expired -> hearing nothing -> gone', () => {
    const scene = pair()
    scene.lose('a')
    scene.endGrace('a')
    expect(scene.hear('b', 'A', false)).toEqual(['a seat-lost', 'b peer-left A lost'])
    expect(scene.seats).toBe('B here')
  })

  test('R9 away -> hearing nothing -> the one in line gets in', () => {
    const scene = pairAndWaiter()
    scene.lose('a')
    expect(scene.hear('b', 'A', false)).toEqual([
      'a seat-lost',
      'b peer-left A lost',
      'c joined as C with B',
      'b peer-joined C and offers',
    ])
  })

  test('R9 away -> hearing nothing -> away while the one in line is away itself', () => {
    const scene = pairAndWaiter()
    scene.lose('c')
    scene.lose('a')
    expect(scene.hear('b', 'A', false)).toEqual([])
    expect(scene.seats).toBe('A away, B here | c away')
  })

  test('R9 away -> hearing nothing -> away while nobody waits', () => {
    const scene = pair()
    scene.lose('a')
    expect(scene.hear('b', 'A', false)).toEqual([])
    expect(scene.seats).toBe('A away, B here')
  })

  test('R9 here -> hearing nothing -> here', () => {
    const scene = pairAndWaiter()
    expect(scene.hear('b', 'A', false)).toEqual([])
    expect(scene.seats).toBe('A here, B here | c')
  })
})

describe('R7 the line', () => {
  test('R7 full -> join and wait -> in line', () => {
    const scene = pair()
    expect(scene.join('c', { wait: true })).toEqual(['c full waiting'])
    expect(scene.seats).toBe('A here, B here | c')
  })

  test('R7 in line -> join again -> still in line, once', () => {
    const scene = pairAndWaiter()
    expect(scene.join('c', { wait: true })).toEqual(['c full waiting'])
    expect(scene.join('c')).toEqual(['c full waiting'])
    expect(scene.seats).toBe('A here, B here | c')
  })

  test('R7 line full -> join and wait -> line-full', () => {
    const scene = pairAndWaiter()
    scene.join('d', { wait: true })
    expect(scene.join('e', { wait: true })).toEqual(['e refused line-full 1'])
  })

  test('R7 R3 a seat frees -> the first in line gets in, after the farewell', () => {
    const scene = pairAndWaiter()
    scene.join('d', { wait: true })
    expect(scene.leave('a')).toEqual([
      'a left',
      'b peer-left A left',
      'c joined as C with B',
      'b peer-joined C and offers',
    ])
    expect(scene.seats).toBe('B here, C here | d')
  })

  test('R7 one in line who is away is passed over and keeps its place', () => {
    const scene = pairAndWaiter()
    scene.join('d', { wait: true })
    scene.lose('c')
    scene.leave('a')
    expect(scene.seats).toBe('B here, D here | c away')
    scene.comeBack('c')
    scene.leave('d')
    expect(scene.seats).toBe('B here, C here')
  })

  test('R7 one in line comes back to a free seat -> gets in', () => {
    const scene = pairAndWaiter()
    scene.lose('c')
    scene.leave('a')
    expect(scene.comeBack('c')).toEqual(['c joined as C with B', 'b peer-joined C and offers'])
  })

  test('R7 one in line -> grace-over -> gone from the line', () => {
    const scene = pairAndWaiter()
    scene.lose('c')
    expect(scene.endGrace('c')).toEqual([])
    expect(scene.seats).toBe('A here, B here')
  })

  test('R7 a newcomer does not overtake the line to a lost seat', () => {
    const scene = pairAndWaiter()
    scene.lose('a')
    scene.lose('b')
    expect(scene.join('d')).toEqual(['d full'])
    expect(scene.join('c')).toContain('c joined as C with B away')
  })
})

describe('R10 the same run of a page takes its seat back', () => {
  test('R10 away -> join with the same tag -> here, with id and peer as before', () => {
    const scene = pair()
    scene.lose('a')
    expect(scene.join('x', { tag: 'tag-a' })).toEqual([
      'x joined as A with B',
      'b peer-back A fresh',
      'a seat-lost',
    ])
    expect(scene.seats).toBe('A here, B here')
    expect(scene.chat('x', 'hello')).toEqual(['b chat A hello'])
    expect(scene.chat('a', 'hello')).toEqual(['a refused not-in-room 3'])
  })

  test('R10 expired -> join with the same tag -> here', () => {
    const scene = pair()
    scene.lose('a')
    scene.endGrace('a')
    expect(scene.join('x', { tag: 'tag-a' })[0]).toBe('x joined as A with B')
    expect(scene.seats).toBe('A here, B here')
  })

  test('R10 here, its loss not noticed yet -> join with the same tag -> here', () => {
    const scene = pair()
    expect(scene.join('x', { tag: 'tag-a' })).toContain('a seat-lost')
    expect(scene.lose('a')).toEqual([])
    expect(scene.endGrace('a')).toEqual([])
    expect(scene.seats).toBe('A here, B here')
  })

  test('R10 replaced -> connection-back -> it was told and gets no seat', () => {
    const scene = pair()
    scene.lose('a')
    scene.hear('b', 'A', false)
    expect(scene.join('c')).toContain('a seat-lost')
    expect(scene.comeBack('a')).toEqual([])
    expect(scene.seats).toBe('B here, C here')
  })

  test('R10 one in line who takes a seat back is not in line any more', () => {
    const scene = pairAndWaiter()
    scene.lose('a')
    scene.join('c', { tag: 'tag-a' })
    expect(scene.seats).toBe('A here, B here')
    scene.leave('b')
    expect(scene.seats).toBe('A here')
  })

  test('R10 in line, lost -> join with the same tag -> its place in line', () => {
    const scene = pairAndWaiter()
    scene.join('d', { wait: true })
    scene.lose('c')
    expect(scene.join('x', { wait: true, tag: 'tag-c' })).toEqual(['x full waiting', 'c seat-lost'])
    expect(scene.seats).toBe('A here, B here | x, d')
  })

  test('R10 what was kept is not used again: its maker begins anew', () => {
    const scene = new Scene()
    scene.join('a')
    scene.signal('a', OFFER)
    scene.lose('a')
    scene.join('x', { tag: 'tag-a' })
    expect(scene.join('b')[0]).toBe('b joined as B with A')
  })
})
