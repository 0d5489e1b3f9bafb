import { describe, expect, test } from 'bun:test'
import {
  DIRECT,
  nextMediaPath,
  playsOf,
  sendsDirectly,
  usesServer,
  viaOf,
  type MediaPathInput,
  type MediaPathMessage,
  type MediaPathState,
  type MediaVia,
} from './media-path-state.ts'

type Name = MediaPathState['name']

const at = (name: Name, more: Partial<MediaPathState> = {}): MediaPathState => ({
  ...DIRECT,
  name,
  turn: 4,
  ...more,
})

const says = (message: Partial<MediaPathMessage>, isPeerFirst = false): MediaPathInput => ({
  type: 'peer',
  message: {
    type: 'media-path',
    turn: 4,
    via: 'direct',
    plays: 'direct',
    why: 'pressed',
    ...message,
  },
  isPeerFirst,
})

const INPUTS = {
  'move to the server': { type: 'move', via: 'server', why: 'pressed' },
  'move to direct': { type: 'move', via: 'direct', why: 'lost' },
  'the peer moves to the server': says({ turn: 5, via: 'server' }),
  'the peer moves to direct': says({ turn: 5, via: 'direct' }),
  arrived: { type: 'arrived' },
} satisfies Record<string, MediaPathInput>

describe('V3 the table', () => {
  test.each([
    ['direct', 'move to the server', 'entering'],
    ['direct', 'move to direct', 'direct'],
    ['direct', 'the peer moves to the server', 'entering'],
    ['direct', 'the peer moves to direct', 'direct'],
    ['direct', 'arrived', 'direct'],
    ['entering', 'move to the server', 'entering'],
    ['entering', 'move to direct', 'direct'],
    ['entering', 'the peer moves to the server', 'entering'],
    ['entering', 'the peer moves to direct', 'direct'],
    ['entering', 'arrived', 'server'],
    ['server', 'move to the server', 'server'],
    ['server', 'move to direct', 'returning'],
    ['server', 'the peer moves to the server', 'server'],
    ['server', 'the peer moves to direct', 'returning'],
    ['server', 'arrived', 'server'],
    ['returning', 'move to the server', 'server'],
    ['returning', 'move to direct', 'returning'],
    ['returning', 'the peer moves to the server', 'server'],
    ['returning', 'the peer moves to direct', 'returning'],
    ['returning', 'arrived', 'direct'],
  ] as [Name, keyof typeof INPUTS, Name][])('V3 %s -> %s -> %s', (from, input, to) => {
    const before = at(from)
    const next = nextMediaPath(before, INPUTS[input])
    expect(next.name).toBe(to)
    const isMove = from !== to && input !== 'arrived'
    expect(next.by).toBe(isMove ? (input.startsWith('the peer') ? 'peer' : 'self') : null)
    if (from === to && !input.startsWith('the peer')) expect(next).toBe(before)
  })
})

test.each([
  ['direct', 'direct', 'direct', 'direct', true, false],
  ['direct', 'server', 'direct', 'direct', true, true],
  ['entering', 'direct', 'server', 'direct', true, true],
  ['entering', 'server', 'server', 'direct', false, true],
  ['server', 'direct', 'server', 'server', true, true],
  ['server', 'server', 'server', 'server', false, true],
  ['returning', 'direct', 'direct', 'server', true, true],
  ['returning', 'server', 'direct', 'server', true, true],
] as [Name, MediaVia, MediaVia, MediaVia, boolean, boolean][])(
  'V4 %s, while the peer plays %s: agreed %s, shown %s, sent directly %p, the server used %p',
  (name, peerPlays, via, plays, isSentDirectly, isServerUsed) => {
    const state = at(name, { peerPlays })
    expect([viaOf(state), playsOf(state)]).toEqual([via, plays])
    expect([sendsDirectly(state), usesServer(state)]).toEqual([isSentDirectly, isServerUsed])
  },
)

describe('V3 who is right', () => {
  test('V3 a lower turn is late, and says only what is shown there', () => {
    const state = at('server')
    expect(nextMediaPath(state, says({ turn: 3, via: 'direct', plays: 'server' }))).toEqual({
      ...state,
      peerPlays: 'server',
    })
  })

  test('V3 with the same turn the one that offered first is right', () => {
    const state = at('server', { peerPlays: 'server' })
    expect(nextMediaPath(state, says({ via: 'direct', plays: 'server' }, false))).toBe(state)
    expect(nextMediaPath(state, says({ via: 'direct', plays: 'server' }, true))).toMatchObject({
      name: 'returning',
      by: 'peer',
    })
  })

  test('V3 a higher turn the same way is remembered', () => {
    const next = nextMediaPath(at('server'), says({ turn: 9, via: 'server', plays: 'direct' }))
    expect(next).toEqual(at('server', { turn: 9 }))
  })

  test('V3 what nobody sends to the server is not shown there', () => {
    const state = at('direct')
    expect(nextMediaPath(state, says({ via: 'direct', plays: 'server' }))).toBe(state)
  })

  test('V3 what is heard twice changes nothing', () => {
    const input = says({ turn: 5, via: 'server', plays: 'server' })
    const once = nextMediaPath(at('direct'), input)
    expect(nextMediaPath(once, input)).toBe(once)
  })
})

describe('V5 a return that takes too long', () => {
  test.each(['direct', 'returning'] as Name[])('V5 %s -> give-up -> direct', (name) => {
    const next = nextMediaPath(at(name, { peerPlays: 'server' }), { type: 'give-up' })
    expect(next).toEqual(at('direct'))
  })

  test.each(['direct', 'entering', 'server'] as Name[])('V5 %s -> give-up -> %s', (name) => {
    const state = at(name)
    expect(nextMediaPath(state, { type: 'give-up' })).toBe(state)
  })
})

/** Two sides, and what each said that the other one did not hear yet. */
class Pair {
  states = [DIRECT, DIRECT] as [MediaPathState, MediaPathState]
  readonly way: [MediaPathMessage[], MediaPathMessage[]] = [[], []]

  input(side: 0 | 1, input: MediaPathInput): void {
    const next = nextMediaPath(this.states[side], input)
    if (next === this.states[side]) return
    this.states[side] = next
    const { turn, why } = next
    this.way[side].push({ type: 'media-path', turn, why, via: viaOf(next), plays: playsOf(next) })
  }

  /** The other one hears what `side` said first. */
  deliver(side: 0 | 1): boolean {
    const message = this.way[side].shift()
    if (message) this.input(side === 0 ? 1 : 0, { type: 'peer', message, isPeerFirst: side === 0 })
    return message !== undefined
  }

  settle(): void {
    for (let round = 0; round < 100; round++) {
      const isHeard = [this.deliver(0), this.deliver(1)]
      this.input(0, { type: 'arrived' })
      this.input(1, { type: 'arrived' })
      if (!isHeard.some(Boolean) && this.way.every(({ length }) => length === 0)) return
    }
    throw new Error('they never agree')
  }
}

test('V3 whatever both press, and whenever it is heard, they end the same way', () => {
  let seed = 1
  const random = (bound: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((seed / 2 ** 31) * bound)
  }
  for (let history = 0; history < 2_000; history++) {
    const pair = new Pair()
    for (let step = 0; step < 12; step++) {
      const side = random(2) as 0 | 1
      const via: MediaVia = random(2) === 0 ? 'server' : 'direct'
      const what = random(4)
      if (what === 0) pair.input(side, { type: 'move', via, why: 'pressed' })
      else if (what === 1) pair.input(side, { type: 'arrived' })
      else pair.deliver(side)
    }
    pair.settle()
    const [some, other] = pair.states
    expect([some.name, some.turn]).toEqual([other.name, other.turn])
    expect(['direct', 'server']).toContain(some.name)
    expect([some.peerPlays, other.peerPlays]).toEqual([playsOf(other), playsOf(some)])
  }
})
