import { afterAll, describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { createDtlsContext } from './create-context.ts'
import { HANDSHAKE_TIMEOUT_MS, MAX_RESEND_MS } from './limits.ts'
import { recordsOf } from './records.ts'
import { record } from './testing/craft.ts'
import { Pair, type PairOptions, type Side } from './testing/pair.ts'
import { seededRandom } from './testing/random.ts'

const clock = new FakeClock()
const client = createDtlsContext({ clock })
const server = createDtlsContext({ clock })

afterAll(() => {
  client.close()
  server.close()
})

function makePair(network: Pick<PairOptions, 'carry' | 'pick'>): Pair {
  return new Pair({ client, server, clock, ...network })
}

/** Loses the datagrams that a side sends at these places, counted from 0. */
function losing(lost: Record<Side, number[]>): Pick<PairOptions, 'carry'> {
  const count = { client: 0, server: 0 }
  return {
    carry: (datagram, from) => (lost[from].includes(count[from]++) ? [] : [datagram]),
  }
}

describe('a bad network', () => {
  test('loses three of ten and mixes up the rest: every pair connects', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = seededRandom(seed)
      const pair = makePair({
        carry: (datagram) => apart(datagram).filter(() => random() >= 0.3),
        pick: (waiting) => Math.floor(random() * waiting),
      })
      for (let ms = 0; ms < 20_000 && !isConnected(pair); ms += 100) pair.run(100)
      expect([seed, ...pair.states]).toEqual([seed, 'connected', 'connected'])
      expect(pair.client.keys!.local).toEqual(pair.server.keys!.remote)
      for (const { length } of [...pair.client.sent, ...pair.server.sent]) {
        expect(length).toBeLessThanOrEqual(1200)
      }
      pair.close()
    }
  })

  test('brings everything twice', () => {
    const pair = makePair({ carry: (datagram) => [datagram, datagram] }).settle()
    expect(pair.states).toEqual(['connected', 'connected'])
    expect(pair.server.sent.length).toBe(3)
  })
})

describe('a flight that is lost comes again', () => {
  test.each([
    ['the hello', { client: [0], server: [] }],
    ["the server's first flight", { client: [], server: [0] }],
    ["the client's second flight", { client: [1], server: [] }],
    ["the server's last flight", { client: [], server: [1] }],
    ["the server's last flight, three times", { client: [], server: [1, 2, 3] }],
  ])('%s', (_, lost) => {
    const pair = makePair(losing(lost)).settle()
    expect(isConnected(pair)).toBe(false)
    pair.run(3000)
    expect(pair.states).toEqual(['connected', 'connected'])
    expect(pair.client.keys!.local).toEqual(pair.server.keys!.remote)
    expect([pair.client.ended, pair.server.ended]).toEqual([[], []])
  })

  test("its plaintext records have new numbers, as those of the other side's guard ask", () => {
    const pair = makePair({ carry: () => [] }).run(1000)
    const numbers = pair.client.sent.map((hello) => recordsOf(hello)[0]!.bytes[10])
    expect(numbers).toEqual(numbers.map((_each, index) => index))
    expect(numbers.length).toBeGreaterThan(2)
  })

  test('the last one only as often as every 100 ms, whoever asks for it', () => {
    const pair = makePair({}).settle()
    const before = pair.server.sent.length
    const finished = record({ type: 22, epoch: 1, number: 0, body: new Uint8Array(40) })
    for (let ms = 0; ms < 1000; ms++) {
      for (let copy = 0; copy < 3; copy++) pair.server.association.receive(finished)
      clock.advance(1)
    }
    expect(pair.server.sent.length - before).toBe(10)
    expect(pair.settle().states).toEqual(['connected', 'connected'])
  })
})

describe('repetitions', () => {
  test('come after 100, 200, 400 ms and so on, then every 1600 ms, and end after 30 s', () => {
    const pair = makePair({ carry: () => [] })
    const start = clock.now()
    const times: number[] = []
    for (let sent = 1; pair.client.association.state === 'connecting';) {
      clock.advance(10)
      pair.client.association.tick()
      if (pair.client.sent.length > sent) times.push(clock.now() - start)
      sent = pair.client.sent.length
    }
    expect(times.slice(0, 6)).toEqual([100, 300, 700, 1500, 3100, 4700])
    expect(clock.now() - start).toBe(HANDSHAKE_TIMEOUT_MS)
    expect(times.length).toBeLessThan(HANDSHAKE_TIMEOUT_MS / MAX_RESEND_MS + 5)
    expect(pair.client.ended).toEqual([
      { reason: 'failed', message: 'the other side does not answer' },
    ])
  })

  test('do not come once the two are connected', () => {
    const pair = makePair({}).run(60_000)
    expect([pair.client.sent.length, pair.server.sent.length]).toEqual([2, 2])
    expect(pair.states).toEqual(['connected', 'connected'])
  })

  test('a server to which nobody says hello waits in silence', () => {
    const quiet = makePair({ carry: () => [] }).run(60_000)
    expect(quiet.server.sent).toEqual([])
    expect(quiet.server.association.state).toBe('connecting')
  })
})

/** Each record as a datagram of its own, as some senders do. */
function apart(datagram: Uint8Array): Uint8Array[] {
  return recordsOf(datagram).map(({ bytes }) => bytes)
}

function isConnected(pair: Pair): boolean {
  return pair.states.every((state) => state === 'connected')
}
