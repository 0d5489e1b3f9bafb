import { afterAll, describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { createDtlsContext } from './create-context.ts'
import { MAX_HANDSHAKE_BYTES } from './limits.ts'
import { recordsOf, renumbered } from './records.ts'
import { record } from './testing/craft.ts'
import { mutate } from './testing/mutate.ts'
import { Pair, type Side } from './testing/pair.ts'
import { seededRandom } from './testing/random.ts'

const ROUNDS = process.env['DUET_LONG'] === '1' ? 20_000 : 300
const SIDES: Side[] = ['client', 'server']
const clock = new FakeClock()
const client = createDtlsContext({ clock })
const server = createDtlsContext({ clock })
const stranger = createDtlsContext({ clock })
const random = seededRandom(1)

afterAll(() => {
  for (const context of [client, server, stranger]) context.close()
})

const bytes = (...values: number[]) => Uint8Array.from(values)
const noise = (length: number) => Uint8Array.from({ length }, () => Math.floor(random() * 256))

/** What somebody else's client says first. */
function hello(): Uint8Array {
  return new Pair({ client: stranger, server, carry: () => [] }).client.sent[0]!
}

/** What anybody can send without a key. */
const SPOOFED: [name: string, datagrams: () => Uint8Array[]][] = [
  ['a ClientHello', () => [hello()]],
  ['a ClientHello with a later number', () => [renumbered(recordsOf(hello())[0]!, 1000)]],
  ['a fatal alert', () => [record({ type: 21, epoch: 0, number: 99, body: bytes(2, 40) })]],
  ['a close_notify', () => [record({ type: 21, epoch: 0, number: 99, body: bytes(1, 0) })]],
  ['an empty alert', () => [record({ type: 21, epoch: 0, number: 99, body: bytes() })]],
  ['a ChangeCipherSpec', () => [record({ type: 20, epoch: 0, number: 99, body: bytes(1) })]],
  ['plaintext data', () => [record({ type: 23, epoch: 0, number: 99, body: noise(50) })]],
  ['an alert that claims to be encrypted', () => claims(21)],
  ['a message that claims to be encrypted', () => claims(22)],
  ['a ChangeCipherSpec that claims to be encrypted', () => claims(20)],
  ['data that claims to be encrypted', () => claims(23)],
  ['records of later epochs', () => [2, 3, 65_535].map((epoch) => alertOf(epoch))],
  ['nothing', () => [bytes()]],
  ['noise', () => Array.from({ length: 200 }, (_, length) => noise(length))],
  ['a long datagram', () => [noise(65_507), record({ type: 21, epoch: 1, body: noise(20_000) })]],
]

function claims(type: number): Uint8Array[] {
  const lengths = [0, 1, 2, 8, 23, 24, 25, 26, 40, 1200, 16_384, 17_000]
  return lengths.map((length, number) => record({ type, epoch: 1, number, body: noise(length) }))
}

function alertOf(epoch: number): Uint8Array {
  return record({ type: 21, epoch, body: bytes(2, 40) })
}

describe.each(SIDES)('a connected %s', (side) => {
  test.each(SPOOFED)('is not changed by %s', (name, datagrams) => {
    const pair = new Pair({ client, server }).settle()
    const { association, ended, sent } = pair[side]
    const before = sent.length
    for (const datagram of datagrams()) association.receive(datagram)
    pair.run(1000)
    expect([association.state, ended]).toEqual(['connected', []])
    // It might be the end of the client's second flight, by one who missed the server's last.
    const isAnswered = side === 'server' && name === 'a message that claims to be encrypted'
    expect(sent.length - before).toBe(isAnswered ? 1 : 0)
    expectToHearGoodbye(pair, side)
  })

  test('is not changed by copies of the handshake, whole or mutated', () => {
    const pair = new Pair({ client, server }).settle()
    const { association, ended } = pair[side]
    const copies = [...pair.client.sent, ...pair.server.sent]
    for (const datagram of copies) association.receive(datagram)
    for (let round = 0; round < ROUNDS; round++) {
      association.receive(mutate(copies[round % copies.length]!, random))
    }
    expect([association.state, ended]).toEqual(['connected', []])
    expectToHearGoodbye(pair, side)
  })

  test('is ended by a goodbye only as it was said', () => {
    const goodbyes: Uint8Array[] = []
    let isHeld = false
    const carry = (datagram: Uint8Array) => {
      if (isHeld) goodbyes.push(datagram)
      return isHeld ? [] : [datagram]
    }
    const pair = new Pair({ client, server, carry }).settle()
    isHeld = true
    pair[other(side)].association.close()
    const [goodbye] = goodbyes
    for (let at = 0; at < goodbye!.length; at++) {
      // The minor version is not authenticated: the words are the same with another.
      if (at === 2) continue
      for (let bit = 0; bit < 8; bit++) {
        const copy = goodbye!.slice()
        copy[at]! ^= 1 << bit
        pair[side].association.receive(copy)
        expect([at, bit, pair[side].association.state]).toEqual([at, bit, 'connected'])
      }
    }
    pair[side].association.receive(goodbye!)
    expect(pair[side].ended).toEqual([{ reason: 'closed' }])
  })
})

describe('while two connect', () => {
  // What one of them could do with a ClientHello, or with more encrypted records than are kept, no
  // version of DTLS before 1.3 can tell from what the other side does.
  const harmless = SPOOFED.filter(([name]) => !/ClientHello|(alert|message) that claims/.test(name))

  test.each(harmless)('%s is passed over', (_, datagrams) => {
    const carry = (datagram: Uint8Array) => [...datagrams(), datagram]
    const pair = new Pair({ client, server, clock, carry }).run(5000)
    expect(pair.states).toEqual(['connected', 'connected'])
    expect(pair.client.keys!.local).toEqual(pair.server.keys!.remote)
  })

  test('what is mutated on the way leads to the same keys or to none', () => {
    const outcomes = { connected: 0, connecting: 0, ended: 0 }
    for (let round = 0; round < ROUNDS; round++) {
      const carry = (datagram: Uint8Array) =>
        random() < 0.3 ? [mutate(datagram, random)] : [datagram]
      const pair = new Pair({ client, server, clock, carry }).run(1000)
      for (const state of pair.states) outcomes[state] += 1
      if (pair.client.keys && pair.server.keys) {
        expect(pair.client.keys.local).toEqual(pair.server.keys.remote)
      }
      pair.close()
    }
    expect(outcomes.connected).toBeGreaterThan(ROUNDS / 10)
    expect(outcomes.ended).toBeGreaterThan(0)
  })

  test('a server takes so much and no more', () => {
    const pair = new Pair({ client, server, carry: () => [] })
    let sent = 0
    while (pair.server.association.state === 'connecting' && sent < 10 * MAX_HANDSHAKE_BYTES) {
      const body = noise(1000)
      // A fragment of a later message, of which OpenSSL keeps some.
      body.set(bytes(11, 0, 60, 0, 0, 1 + (sent % 9), 0, 0, 0, 0, 3, 220))
      pair.server.association.receive(record({ type: 22, epoch: 0, number: sent, body }))
      sent += 1013
    }
    expect(pair.server.ended.length).toBe(1)
    expect(sent).toBeLessThan(MAX_HANDSHAKE_BYTES + 2000)
  })
})

function other(side: Side): Side {
  return side === 'client' ? 'server' : 'client'
}

/** It has its keys still, and the numbers of its peer's records as well. */
function expectToHearGoodbye(pair: Pair, side: Side): void {
  pair[other(side)].association.close()
  pair.settle()
  expect(pair[side].ended).toEqual([{ reason: 'closed' }])
}
