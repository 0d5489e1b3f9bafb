import { describe, expect, test } from 'bun:test'
import { hears, inArena, type Arena } from './arena.ts'
import type { DialectClient, DialectUnderTest, Said } from './dialect-client.ts'

const LAKE = 'lake'
const OFFER: Said = { type: 'offer', sdp: 'v=0\r\na=offer\r\n' }
const ANSWER: Said = { type: 'answer', sdp: 'v=0\r\na=answer\r\n' }
const candidate = (foundation: string): Said => ({
  type: 'candidate',
  candidate: `candidate:${foundation} 1 udp 2122260223 192.0.2.1 54321 typ host`,
  sdpMid: 'audio',
  sdpMLineIndex: 0,
})

/**
 * What every two gateways make of a call between their clients: `first` was there before
 * `second`; each of `thirds` tries to disturb.
 */
export function describeMixedCall(
  first: DialectUnderTest,
  second: DialectUnderTest,
  thirds: readonly DialectUnderTest[],
): void {
  const isTranslated = first.isTranslated && second.isTranslated
  const between: Between = (run) =>
    inArena(async (arena) => run(await connect(arena, first, second)))

  describe(`a ${first.name} client calls a ${second.name} client`, () => {
    if (isTranslated) describeTalk(between)
    else {
      test(
        'R14 what one of them has no words for is not told',
        between(async ({ arena, a, b }) => {
          b.say(LAKE, ANSWER)
          b.say(LAKE, { type: 'text', body: 'hello' })
          await arena.settle(a, b)
          expect(signals(b)).toEqual([])
          expect(a.heard).toEqual([{ type: 'come' }])
          expect([a, b].flatMap(({ heard }) => heard.filter((each) => 'body' in each))).toEqual([])
        }),
      )
    }

    test(
      'R14 a third one is told full in its own words and is not heard',
      between(async ({ arena, a, b }) => {
        if (isTranslated) await hears(b, 'candidate', 2)
        await arena.settle(a, b)
        const before = [[...a.heard], [...b.heard]]
        for (const dialect of thirds) {
          const third = await arena.connect(dialect)
          expect(await third.join(LAKE)).toBe('full')
          third.say(LAKE, OFFER)
          third.say(LAKE, { type: 'text', body: 'let me in' })
          await arena.settle(third, a, b)
          expect(third.heard).toEqual([{ type: 'full' }])
          await third.close()
        }
        await arena.settle(a, b)
        expect([a.heard, b.heard]).toEqual(before)
      }),
    )

    test(
      'R14 when the second one leaves, the first is told and calls whoever comes next',
      between(async ({ arena, a, b }) => {
        await b.leave(LAKE)
        await hears(a, 'gone')
        const again: Said = { type: 'offer', sdp: 'again' }
        if (first.leavesOffers) a.say(LAKE, again)
        const c = await arena.seat(second)
        await hears(a, 'come', 2)
        if (!first.leavesOffers) a.say(LAKE, again)
        if (isTranslated) await hears(c, 'offer')
        await arena.settle(a, c)
        expect(signals(c)).toEqual(isTranslated ? [again] : [])
        expect(a.heard.filter(({ type }) => type === 'gone').length).toBe(1)
      }),
    )

    test(
      'R14 when the first one closes, the second is told',
      between(async ({ a, b }) => {
        await a.close()
        await hears(b, 'gone')
      }),
    )

    test(
      'R14 when the connection of the second one is lost, the first is told in its own words',
      between(async ({ arena, a, b }) => {
        await b.cut()
        if (!second.canResume) return hears(a, 'gone')
        // Its seat is kept; older dialects have no word for it.
        if (first.canResume) await hears(a, 'away')
        const c = await arena.connect(second)
        expect(await c.join(LAKE)).toBe('full')
        await arena.settle(a)
        expect(a.heard).not.toContainEqual({ type: 'gone' })
      }),
    )
  })
}

/** A test that begins with a call. */
type Between = (run: (call: Call) => Promise<void>) => () => Promise<void>

/** What two dialects make of each other that have words for the same things. */
function describeTalk(between: Between): void {
  test(
    'R14 offer, answer and candidates arrive in the words of the other',
    between(async ({ arena, a, b }) => {
      await hears(b, 'candidate', 2)
      expect(signals(b)).toEqual([OFFER, candidate('a1'), candidate('a2')])
      b.say(LAKE, ANSWER)
      b.say(LAKE, candidate('b1'))
      a.say(LAKE, candidate('a3'))
      b.say(LAKE, candidate('b2'))
      await arena.settle(a, b)
      expect(signals(a)).toEqual([ANSWER, candidate('b1'), candidate('b2')])
      expect(signals(b).at(-1)).toEqual(candidate('a3'))
    }),
  )

  test(
    'R14 lines of text arrive both ways',
    between(async ({ arena, a, b }) => {
      a.say(LAKE, { type: 'text', body: 'hello 你好' })
      b.say(LAKE, { type: 'text', body: 'hello 👋' })
      await arena.settle(a, b)
      expect(b.heard).toContainEqual({ type: 'text', body: 'hello 你好' })
      expect(a.heard).toContainEqual({ type: 'text', body: 'hello 👋' })
    }),
  )
}

interface Call {
  arena: Arena
  a: DialectClient
  b: DialectClient
}

/** The first one is there, the second one comes, and the first one has made its offer. */
async function connect(
  arena: Arena,
  first: DialectUnderTest,
  second: DialectUnderTest,
): Promise<Call> {
  const a = await arena.seat(first)
  const offer = () => {
    for (const said of [OFFER, candidate('a1'), candidate('a2')]) a.say(LAKE, said)
  }
  if (first.leavesOffers) {
    offer()
    await a.settle()
  }
  const b = await arena.seat(second)
  await hears(a, 'come')
  if (!first.leavesOffers) offer()
  return { arena, a, b }
}

function signals(client: DialectClient): unknown[] {
  return client.heard.filter((each) => 'sdp' in each || 'candidate' in each)
}
