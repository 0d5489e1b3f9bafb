import { describe, expect, test } from 'bun:test'
import { PhraseExchange, type PhraseFacts, type PhraseMessage } from './phrase-exchange.ts'
import type { SafetyPhrase } from './safety-phrase.ts'

const COMMIT = 'A'.repeat(43)

/** One side, with what it said and was told. */
class Side {
  readonly said: PhraseMessage[] = []
  readonly told: SafetyPhrase[] = []
  readonly exchange = new PhraseExchange({
    send: (message) => this.said.push(message),
    onPhrase: (phrase) => this.told.push(phrase),
  })

  /** It committed. */
  readonly begun: Promise<void>

  constructor(role: PhraseFacts['role'], own: string, peer: string) {
    this.begun = this.exchange.setFacts({ role, own, peer })
  }

  get phrase(): SafetyPhrase | null {
    return this.exchange.phrase
  }

  commit(): string {
    const [commit] = this.said
    if (commit?.type !== 'commit') throw new Error('nothing was committed to')
    return commit.commit
  }
}

/** Carries what each says to the other until nobody says anything. */
async function connect(one: Side, other: Side): Promise<void> {
  const heard = new Map([
    [one, 0],
    [other, 0],
  ])
  await Promise.all([one.begun, other.begun])
  for (let isBusy = true; isBusy;) {
    isBusy = false
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      for (const message of from.said.slice(heard.get(from))) {
        isBusy = true
        await to.exchange.handle(message)
      }
      heard.set(from, from.said.length)
    }
  }
}

function indices(side: Side): readonly number[] {
  if (side.phrase?.name !== 'agreed') throw new Error('no phrase')
  return side.phrase.indices
}

describe('D6 honest', () => {
  test('both see the same four of 256', async () => {
    const ann = new Side('offerer', 'a', 'b')
    const bob = new Side('answerer', 'b', 'a')
    await connect(ann, bob)
    expect(indices(ann)).toEqual([...indices(bob)])
    expect(indices(ann)).toHaveLength(4)
    expect(indices(ann).every((index) => index >= 0 && index < 256)).toBe(true)
    expect(ann.said.map(({ type }) => type)).toEqual(['commit', 'reveal'])
  })

  test('another one for each connection', async () => {
    const phrases = new Set<string>()
    for (let run = 0; run < 8; run++) {
      const ann = new Side('offerer', 'a', 'b')
      await connect(ann, new Side('answerer', 'b', 'a'))
      phrases.add(indices(ann).join())
    }
    expect(phrases.size).toBe(8)
  })

  test('a commit that comes before the own one is on its way', async () => {
    const ann = new Side('offerer', 'a', 'b')
    const handled = ann.exchange.handle({ type: 'commit', commit: COMMIT })
    expect(ann.said).toEqual([])
    await handled
    expect(ann.said.map(({ type }) => type)).toEqual(['commit', 'reveal'])
  })

  test('renegotiation with the same fingerprints -> it stays', async () => {
    const ann = new Side('offerer', 'a', 'b')
    await connect(ann, new Side('answerer', 'b', 'a'))
    const before = ann.phrase
    await ann.exchange.setFacts({ role: 'offerer', own: 'a', peer: 'b' })
    expect(ann.phrase).toBe(before)
    expect(ann.told).toHaveLength(1)
  })

  test('renegotiation with other fingerprints -> failed', async () => {
    const ann = new Side('offerer', 'a', 'b')
    await connect(ann, new Side('answerer', 'b', 'a'))
    await ann.exchange.setFacts({ role: 'offerer', own: 'a', peer: 'm' })
    expect(ann.phrase).toEqual({ name: 'failed' })
  })
})

describe('D7 somebody in between', () => {
  test('with fingerprints of its own -> two different phrases', async () => {
    const ann = new Side('offerer', 'a', 'm1')
    const toAnn = new Side('answerer', 'm1', 'a')
    const toBob = new Side('offerer', 'm2', 'b')
    const bob = new Side('answerer', 'b', 'm2')
    await Promise.all([connect(ann, toAnn), connect(toBob, bob)])
    expect(indices(ann)).not.toEqual([...indices(bob)])
  })

  test('that relays both sides’ own words -> failed on both', async () => {
    const ann = new Side('offerer', 'a', 'm')
    const bob = new Side('answerer', 'b', 'm')
    await connect(ann, bob)
    expect([ann.phrase, bob.phrase]).toEqual([{ name: 'failed' }, { name: 'failed' }])
  })

  test('that waits to see the nonce first -> sees none', async () => {
    const ann = new Side('offerer', 'a', 'm')
    await ann.begun
    expect(ann.said.map(({ type }) => type)).toEqual(['commit'])
    await ann.exchange.handle({ type: 'reveal', nonce: COMMIT })
    expect(ann.said.map(({ type }) => type)).toEqual(['commit'])
    expect(ann.phrase).toEqual({ name: 'failed' })
  })

  test('that chooses another nonce after it saw ours -> failed', async () => {
    const ann = new Side('offerer', 'a', 'm')
    const other = new Side('answerer', 'm', 'a')
    await other.begun
    await ann.exchange.handle({ type: 'commit', commit: other.commit() })
    expect(ann.said.at(-1)?.type).toBe('reveal')
    await ann.exchange.handle({ type: 'reveal', nonce: COMMIT })
    expect(ann.phrase).toEqual({ name: 'failed' })
  })

  test('that commits again after it saw ours -> failed, for good', async () => {
    const ann = new Side('offerer', 'a', 'm')
    const first = new Side('answerer', 'm', 'a')
    await connect(ann, first)
    expect(ann.phrase?.name).toBe('agreed')
    const second = new Side('answerer', 'm', 'a')
    await second.begun
    await ann.exchange.handle({ type: 'commit', commit: second.commit() })
    expect(ann.phrase).toEqual({ name: 'failed' })
    for (const message of first.said) await ann.exchange.handle(message)
    expect(ann.phrase).toEqual({ name: 'failed' })
    expect(ann.told.map(({ name }) => name)).toEqual(['agreed', 'failed'])
  })

  test('that sends our own commit back -> failed, and nothing is revealed', async () => {
    const ann = new Side('offerer', 'a', 'm')
    await ann.begun
    await ann.exchange.handle({ type: 'commit', commit: ann.commit() })
    expect(ann.phrase).toEqual({ name: 'failed' })
    expect(ann.said.map(({ type }) => type)).toEqual(['commit'])
  })

  test('that plays our own role to us, nonce included -> failed', async () => {
    const ann = new Side('offerer', 'a', 'b')
    const mirror = new Side('offerer', 'b', 'a')
    await connect(ann, mirror)
    expect(ann.phrase).toEqual({ name: 'failed' })
  })
})

test('closed: nothing is said or told', async () => {
  const ann = new Side('offerer', 'a', 'b')
  ann.exchange.close()
  await ann.begun
  await ann.exchange.handle({ type: 'commit', commit: COMMIT })
  expect(ann.said).toEqual([])
  expect(ann.phrase).toBeNull()
})
