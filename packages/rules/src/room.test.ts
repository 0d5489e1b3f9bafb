import { describe, expect, test } from 'bun:test'
import { ANSWER, CANDIDATE, OFFER, PLAIN, Scene, TEST_POLICY } from './scene.ts'

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

describe('R1 two seats', () => {
  test('R1 nobody -> join -> here', () => {
    const scene = new Scene()
    expect(scene.join('a')).toEqual(['a joined as A'])
    expect(scene.seats).toBe('A here')
  })

  test('R1 one here -> join -> two here', () => {
    const scene = new Scene()
    scene.join('a')
    expect(scene.join('b')).toEqual(['b joined as B with A', 'a peer-joined B and offers'])
    expect(scene.seats).toBe('A here, B here')
  })

  test('R1 two here -> join -> full, and nobody else is told', () => {
    const scene = pair()
    expect(scene.join('c')).toEqual(['c full'])
    expect(scene.seats).toBe('A here, B here')
  })

  test('R1 here -> join -> already-in-room', () => {
    const scene = pair()
    expect(scene.join('a')).toEqual(['a refused already-in-room 1'])
    expect(scene.join('a', { tag: 'tag-b' })).toEqual(['a refused already-in-room 1'])
    expect(scene.seats).toBe('A here, B here')
  })

  test('R1 capacity is the room’s policy: three, or as many as come', () => {
    const three = new Scene({ ...TEST_POLICY, capacity: 3 })
    for (const person of ['a', 'b', 'c']) three.join(person)
    expect(three.join('d')).toEqual(['d full'])
    const open = new Scene({ ...TEST_POLICY, capacity: 0 })
    for (let index = 0; index < 50; index++) open.join(`p${index}`)
    expect(open.room?.members.length).toBe(50)
  })
})

describe('R5 leaving', () => {
  test('R5 here -> leave -> gone, the reply first', () => {
    const scene = pair()
    expect(scene.leave('a')).toEqual(['a left', 'b peer-left A left'])
    expect(scene.seats).toBe('B here')
  })

  test('R5 gone -> leave -> left again, and nobody else is told', () => {
    const scene = pair()
    scene.leave('a')
    expect(scene.leave('a')).toEqual(['a left'])
    expect(scene.seats).toBe('B here')
  })

  test('R5 in line -> leave -> gone from the line', () => {
    const scene = pairAndWaiter()
    expect(scene.leave('c')).toEqual(['c left'])
    expect(scene.seats).toBe('A here, B here')
  })
})

describe('R12 forgotten rooms', () => {
  test('R12 the last one leaves -> no room', () => {
    const scene = pair()
    scene.leave('a')
    scene.leave('b')
    expect(scene.room).toBeUndefined()
  })

  test('R12 the last one is lost -> grace-over -> no room', () => {
    const scene = new Scene()
    scene.join('a')
    scene.lose('a')
    expect(scene.endGrace('a')).toEqual(['a seat-lost'])
    expect(scene.room).toBeUndefined()
  })

  test.each([
    ['leave', (scene: Scene) => scene.leave('x')],
    ['connection-lost', (scene: Scene) => scene.lose('x')],
    ['connection-back', (scene: Scene) => scene.comeBack('x')],
    ['grace-over', (scene: Scene) => scene.endGrace('x')],
    ['hearing', (scene: Scene) => scene.hear('x', 'A', false)],
    ['signal', (scene: Scene) => scene.signal('x', OFFER)],
    ['chat', (scene: Scene) => scene.chat('x', 'hello')],
  ])('R12 nobody -> %s of a stranger -> nobody else is told', (_type, play) => {
    for (const scene of [new Scene(), pair()]) {
      const before = scene.seats
      for (const line of play(scene)) expect(line).toMatch(/^x (left|refused not-in-room)/)
      expect(scene.seats).toBe(before)
    }
  })
})

describe('R6 G3 the waiting offer', () => {
  test('R6 an offer and its candidates wait for the newcomer', () => {
    const scene = new Scene()
    scene.join('a')
    expect(scene.signal('a', OFFER)).toEqual([])
    scene.signal('a', CANDIDATE)
    expect(scene.join('b')).toEqual([
      'b joined as B with A offer candidate',
      'a peer-joined B and offers',
    ])
  })

  test('R6 a waiting offer is for one newcomer', () => {
    const scene = new Scene()
    scene.join('a')
    scene.signal('a', OFFER)
    scene.join('b')
    scene.leave('b')
    expect(scene.join('c')).toEqual(['c joined as C with A', 'a peer-joined C and offers'])
  })

  test('R6 a new offer takes the place of the old one and its candidates', () => {
    const scene = new Scene()
    scene.join('a')
    for (const signal of [OFFER, CANDIDATE, CANDIDATE, OFFER]) scene.signal('a', signal)
    expect(scene.join('b')[0]).toBe('b joined as B with A offer')
  })

  test('R6 candidates without an offer and answers are not kept', () => {
    const scene = new Scene()
    scene.join('a')
    scene.signal('a', CANDIDATE)
    scene.signal('a', ANSWER)
    expect(scene.join('b')[0]).toBe('b joined as B with A')
  })

  test('G3 no more candidates are kept than the policy says', () => {
    const scene = new Scene()
    scene.join('a')
    scene.signal('a', OFFER)
    for (let count = 0; count < 50; count++) scene.signal('a', CANDIDATE)
    expect(scene.room?.members[0]?.kept.length).toBe(1 + TEST_POLICY.maxKeptCandidates)
  })

  test('R6 the offer of one who is away waits on', () => {
    const scene = new Scene()
    scene.join('a')
    scene.signal('a', OFFER)
    scene.lose('a')
    expect(scene.join('b')).toEqual([
      'b joined as B with A away offer',
      'a peer-joined B and offers',
    ])
  })
})

describe('G1 G4 signals', () => {
  test('G4 without `to` a signal goes to the other one', () => {
    expect(pair().signal('a', OFFER)).toEqual(['b signal A offer'])
  })

  test('G4 with `to` it goes there', () => {
    const scene = new Scene({ ...TEST_POLICY, capacity: 3 })
    for (const person of ['a', 'b', 'c']) scene.join(person)
    expect(scene.signal('a', ANSWER, 'C')).toEqual(['c signal A answer'])
    expect(scene.signal('a', CANDIDATE)).toEqual(['b signal A candidate', 'c signal A candidate'])
  })

  test('G4 a signal to somebody who left is refused and not kept', () => {
    const scene = pair()
    scene.leave('b')
    expect(scene.signal('a', OFFER, 'B')).toEqual(['a refused no-such-peer 2'])
    expect(scene.join('c')[0]).toBe('c joined as C with A')
  })

  test('G1 nobody signals to itself', () => {
    expect(pair().signal('a', OFFER, 'A')).toEqual(['a refused no-such-peer 2'])
  })

  test('G1 one in line neither signals nor chats', () => {
    const scene = pairAndWaiter()
    expect(scene.signal('c', OFFER)).toEqual(['c refused not-in-room 2'])
    expect(scene.signal('c', OFFER, 'A')).toEqual(['c refused not-in-room 2'])
    expect(scene.chat('c', 'hello')).toEqual(['c refused not-in-room 3'])
  })

  test('G1 one who is away gets its signals when it is back', () => {
    const scene = pair()
    scene.lose('b')
    expect(scene.signal('a', OFFER)).toEqual(['b signal A offer'])
  })
})

describe('C1 chat', () => {
  test('C1 a line goes to the other one, and not back', () => {
    expect(pair().chat('a', 'hello')).toEqual(['b chat A hello'])
  })

  test('C1 alone, a line goes to nobody', () => {
    const scene = new Scene()
    scene.join('a')
    expect(scene.chat('a', 'hello')).toEqual([])
  })
})

describe('V1 who may use the media server', () => {
  test('V1 here -> request-media for who is here -> allowed, and nobody else is told', () => {
    const scene = pairAndWaiter()
    expect(scene.requestMedia('a', 'B')).toEqual(['a media-allowed A B 6'])
    scene.lose('b')
    expect(scene.requestMedia('a', 'B')).toEqual(['a media-allowed A B 6'])
    expect(scene.seats).toBe('A here, B away | c')
  })

  test('V1 for oneself, somebody in line, or nobody -> no-such-peer', () => {
    const scene = pairAndWaiter()
    for (const peer of ['A', 'C', 'nobody']) {
      expect(scene.requestMedia('a', peer)).toEqual(['a refused no-such-peer 6'])
    }
  })

  test('V6 with a peer whose streams have labels -> allowed by labels, and open', () => {
    const scene = new Scene()
    scene.join('a')
    scene.join('b', { dialect: { ...PLAIN, streamsByLabel: true }, label: 'ben' })
    expect(scene.requestMedia('a', 'B')).toEqual(['a media-allowed name a ben open 6'])
  })

  test('V1 in line, or a stranger -> not-in-room', () => {
    const scene = pairAndWaiter()
    expect(scene.requestMedia('c', 'A')).toEqual(['c refused not-in-room 6'])
    expect(scene.requestMedia('x', 'A')).toEqual(['x refused not-in-room 6'])
    expect(new Scene().requestMedia('x', 'A')).toEqual(['x refused not-in-room 6'])
  })
})
