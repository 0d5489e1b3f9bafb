import { describe, expect, test } from 'bun:test'
import { hears, inArena } from './arena.ts'
import type { DialectClient, DialectUnderTest, Said } from './dialect-client.ts'

const LAKE = 'lake'

const text = (body: string): Said => ({ type: 'text', body })

const SIGNALS: readonly Said[] = [
  { type: 'offer', sdp: 'v=0\r\na=offer\r\n' },
  { type: 'answer', sdp: 'v=0\r\na=answer 你好\r\n' },
  {
    type: 'candidate',
    candidate: 'candidate:1 1 udp 1 192.0.2.1 9',
    sdpMid: 'audio',
    sdpMLineIndex: 0,
  },
  text('hello'),
]

/** What every gateway makes of the rules of rooms; run for each dialect, over real connections. */
export function describeGateway(dialect: DialectUnderTest): void {
  describe(`${dialect.name} gateway`, () => {
    test(
      'G1 what a member says reaches the other one, and never comes back',
      inArena(async (arena) => {
        const [a, b] = await arena.pair(dialect)
        for (const said of SIGNALS) a.say(LAKE, said)
        await arena.settle(a, b)
        expect(saidTo(b)).toEqual([...SIGNALS])
        expect(saidTo(a)).toEqual([])
        b.say(LAKE, text('and back'))
        await arena.settle(b, a)
        expect(saidTo(a)).toEqual([text('and back')])
        expect(saidTo(b)).toEqual([...SIGNALS])
      }),
    )

    test(
      'R3 a hundred signals arrive in the order in which they were said',
      inArena(async (arena) => {
        const [a, b] = await arena.pair(dialect)
        const signals = Array.from({ length: 100 }, (_, index): Said => ({
          type: 'candidate',
          candidate: `candidate:${index}`,
          sdpMid: '0',
          sdpMLineIndex: 0,
        }))
        for (const signal of signals) a.say(LAKE, signal)
        await arena.settle(a, b)
        expect(saidTo(b)).toEqual(signals)
      }),
    )

    test(
      'R1 the third is told that it is full, hears nothing and is not heard',
      inArena(async (arena) => {
        const [a, b] = await arena.pair(dialect)
        const c = await arena.connect(dialect)
        expect(await c.join(LAKE)).toBe('full')
        c.say(LAKE, text('let me in'))
        a.say(LAKE, text('for b alone'))
        await arena.settle(c, a, b)
        expect(saidTo(b)).toEqual([text('for b alone')])
        expect(saidTo(a)).toEqual([])
        expect(saidTo(c)).toEqual([])
        expect(arrivals(a)).toBe(1)
      }),
    )

    test(
      'R1 of twenty who come at once exactly two get seats',
      inArena(async (arena) => {
        const clients = await Promise.all(Array.from({ length: 20 }, () => arena.connect(dialect)))
        const answers = await Promise.all(clients.map((client) => client.join(LAKE)))
        expect(answers.filter((answer) => answer === 'joined').length).toBe(2)
        expect(answers.filter((answer) => answer === 'full').length).toBe(18)
      }),
    )

    test(
      'R1 two rooms don’t leak into each other',
      inArena(async (arena) => {
        const [a, b] = await arena.pair(dialect, LAKE)
        const [c, d] = await arena.pair(dialect, 'sea')
        a.say(LAKE, text('in the lake'))
        c.say('sea', text('in the sea'))
        // The native dialect names no room here: then it is told in the lake.
        a.say('sea', text('in the wrong one'))
        await arena.settle(a, b, c, d)
        expect(saidTo(b)[0]).toEqual(text('in the lake'))
        expect(saidTo(d)).toEqual([text('in the sea')])
        expect(saidTo(c)).toEqual([])
        expect(saidTo(a)).toEqual([])
      }),
    )

    test(
      'R5 leaving frees the seat and is told once',
      inArena(async (arena) => {
        const [a, b] = await arena.pair(dialect)
        await b.leave(LAKE)
        await hears(a, 'gone')
        const c = await arena.seat(dialect)
        await hears(a, 'come', 2)
        await b.close()
        a.say(LAKE, text('for c alone'))
        await arena.settle(a, c)
        expect(saidTo(c)).toEqual([text('for c alone')])
        expect(saidTo(b)).toEqual([])
        expect(farewells(a)).toBe(1)
      }),
    )

    test(
      'R5 closing in order does the same',
      inArena(async (arena) => {
        const [a, b] = await arena.pair(dialect)
        await b.close()
        await hears(a, 'gone')
        await arena.seat(dialect)
        await hears(a, 'come', 2)
        expect(farewells(a)).toBe(1)
      }),
    )

    test(
      dialect.canResume
        ? 'R11 a lost connection keeps its seat'
        : 'R11 a lost connection frees its seat and is told once',
      inArena(async (arena) => {
        const [a, b] = await arena.pair(dialect)
        await b.cut()
        await hears(a, dialect.canResume ? 'away' : 'gone')
        const c = await arena.connect(dialect)
        expect(await c.join(LAKE)).toBe(dialect.canResume ? 'full' : 'joined')
        await arena.settle(a)
        expect(farewells(a)).toBe(dialect.canResume ? 0 : 1)
      }),
    )

    test(
      'E4 nonsense harms nobody and reaches nobody',
      inArena(async (arena) => {
        const [a, b] = await arena.pair(dialect)
        const stranger = await arena.connect(dialect)
        stranger.talkNonsense(LAKE)
        a.talkNonsense(LAKE)
        await arena.settle(stranger, a)
        a.say(LAKE, text('still here'))
        b.say(LAKE, text('me too'))
        await arena.settle(a, b)
        expect(saidTo(b)).toEqual([text('still here')])
        expect(saidTo(a)).toEqual([text('me too')])
        expect(await stranger.join('sea')).toBe('joined')
      }),
    )

    test(
      'G1 what is said before joining and after leaving reaches nobody',
      inArena(async (arena) => {
        const [a, b] = await arena.pair(dialect)
        const stranger = await arena.connect(dialect)
        for (const said of SIGNALS) stranger.say(LAKE, said)
        await stranger.settle()
        await b.leave(LAKE)
        for (const said of SIGNALS) b.say(LAKE, said)
        if (dialect.hasLeave) await b.settle()
        a.say(LAKE, text('to nobody'))
        await arena.settle(a, stranger)
        expect([saidTo(a), saidTo(b), saidTo(stranger)]).toEqual([[], [], []])
      }),
    )

    test(
      'R12 when all are gone nothing is left of the room',
      inArena(async (arena) => {
        const [a, b] = await arena.pair(dialect)
        await a.leave(LAKE)
        await b.close()
        await arena.isEmpty()
        const c = await arena.seat(dialect)
        expect(c.heard).toEqual([])
      }),
    )
  })
}

/** What the others said to it. */
function saidTo(client: DialectClient): Said[] {
  return client.heard.filter(
    (each): each is Said => 'sdp' in each || 'candidate' in each || 'body' in each,
  )
}

function arrivals(client: DialectClient): number {
  return client.heard.filter(({ type }) => type === 'come').length
}

function farewells(client: DialectClient): number {
  return client.heard.filter(({ type }) => type === 'gone').length
}
