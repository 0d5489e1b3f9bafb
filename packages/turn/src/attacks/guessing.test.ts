import { describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { addressOf } from '@duet/datagrams'
import {
  ATTRIBUTE,
  attributeOf,
  decodeMessage,
  longTermKey,
  METHOD,
  portOf,
  type ReceivedMessage,
  type StunAttribute,
} from '@duet/stun'
import { Authentication, OFFERED_ALGORITHMS } from '../authentication.ts'
import { usersAuthenticator } from '../authenticator.ts'
import { Nonces } from '../nonce.ts'
import { codeOf, TurnClient, UDP_TRANSPORT } from '../testing/turn-client.ts'
import { settle, World } from '../testing/world.ts'

describe('attack 11: bidding down', () => {
  const offer = { type: ATTRIBUTE.passwordAlgorithms, value: OFFERED_ALGORITHMS }
  const choice = (...value: number[]): StunAttribute => ({
    type: ATTRIBUTE.passwordAlgorithm,
    value: Uint8Array.from(value),
  })
  test.each([
    ['the offer is taken out', [choice(0, 2, 0, 0)]],
    [
      'the offer holds MD5 only',
      [{ ...offer, value: Uint8Array.of(0, 1, 0, 0) }, choice(0, 1, 0, 0)],
    ],
    [
      'the offer is turned round',
      [{ ...offer, value: Uint8Array.of(0, 1, 0, 0, 0, 2, 0, 0) }, choice(0, 1, 0, 0)],
    ],
    ['the choice is taken out', [offer]],
    ['the choice is longer', [offer, choice(0, 2, 0, 0, 0, 0, 0, 0)]],
    ['the choice was not offered', [offer, choice(0, 9, 0, 0)]],
  ])('TU23 %s: 400', async (_name, attributes) => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    const integrity = { algorithm: 'sha-256' as const, key: longTermKey('sha-256', client) }
    const request = client.request(METHOD.allocate, [UDP_TRANSPORT, ...attributes], { integrity })
    expect(codeOf(await request)).toBe(400)
  })

  test('TU26 a key of the other algorithm: 401', async () => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    const integrity = { algorithm: 'sha-256' as const, key: longTermKey('md5', client) }
    const attributes = [UDP_TRANSPORT, offer, choice(0, 2, 0, 0)]
    expect(codeOf(await client.request(METHOD.allocate, attributes, { integrity }))).toBe(401)
  })
})

test('TU24 attack 11: an unknown user takes as long as a wrong password', () => {
  const clock = new FakeClock()
  const nonces = new Nonces({ key: 'a key for nonces in tests', clock })
  const users = new Map([['ann', 'secret']])
  const authenticate = usersAuthenticator(users)
  const authentication = new Authentication({ realm: 'duet', authenticate, nonces })
  const address = addressOf('8.0.0.1:1000')
  const requestOf = (username: string): ReceivedMessage => {
    const client = new TurnClient({ username, password: 'wrong', send() {} })
    Object.assign(client, { realm: 'duet', nonce: nonces.issue(address, true) })
    const message = decodeMessage(client.build(METHOD.allocate, [UDP_TRANSPORT]))
    if (!message) throw new Error('not decoded')
    return message
  }
  const requests = [requestOf('ann'), requestOf('eve')]
  const times: number[][] = [[], []]
  for (let round = 0; round < 3000; round += 1) {
    for (const [index, request] of requests.entries()) {
      const start = Bun.nanoseconds()
      const result = authentication.verify(request, address, undefined)
      times[index]?.push(Bun.nanoseconds() - start)
      expect(result).toMatchObject({ code: 401 })
    }
  }
  const [known, unknown] = times.map(medianOf) as [number, number]
  // Without the work for nobody's password it would be less than half.
  expect(unknown / known).toBeGreaterThan(0.7)
  expect(unknown / known).toBeLessThan(1.4)
})

test('TU32 attack 11: guesses of an address are answered so often a second', async () => {
  const world = await World.create({ limits: { unauthenticatedAnswersPerSecond: 10 } })
  const client = world.client()
  await client.greet()
  const before = client.messages.length
  for (let guess = 0; guess < 1000; guess += 1) {
    client.password = `guess ${guess}`
    client.sendRaw(client.build(METHOD.allocate, [UDP_TRANSPORT]))
  }
  await settle()
  expect(client.messages.length - before).toBe(9)
  expect((await world.stats()).drops).toEqual({ rate: 991 })
})

describe('TU51 attack 19: what is handed out cannot be guessed', () => {
  test('ports do not tell the next ones', async () => {
    const ports: number[] = []
    const world = await World.create({
      limits: 'off',
      relay: { addresses: [{ bind: '198.51.100.10' }] },
    })
    for (let index = 1; index <= 400; index += 1) {
      ports.push(portOf(await world.client(`8.0.0.1:${index}`).allocate()))
    }
    // In each eighth of the range, about as many.
    const eighths = Array.from({ length: 8 }, () => 0)
    for (const port of ports) {
      const eighth = Math.floor((port - 49_152) / 2048)
      eighths[eighth] = (eighths[eighth] ?? 0) + 1
    }
    for (const count of eighths) expect(count).toBeGreaterThan(15)
    const steps = ports.slice(1).map((port, index) => port - (ports[index] ?? 0))
    const mostCommon = Math.max(
      ...Map.groupBy(steps, (step) => step)
        .values()
        .map(({ length }) => length),
    )
    expect(mostCommon).toBeLessThan(6)
  })

  test('tokens share nothing, and a wrong one is worth nothing', async () => {
    const world = await World.create({ limits: 'off' })
    const even = { type: ATTRIBUTE.evenPort, value: Uint8Array.of(0x80) }
    const tokens: Uint8Array[] = []
    for (let index = 1; index <= 64; index += 1) {
      const client = world.client(`8.0.0.1:${index}`)
      await client.greet()
      const answer = await client.request(METHOD.allocate, [UDP_TRANSPORT, even])
      tokens.push(attributeOf(answer, ATTRIBUTE.reservationToken) ?? new Uint8Array(0))
    }
    expect(new Set(tokens.map((token) => token.toHex())).size).toBe(64)
    for (let byte = 0; byte < 8; byte += 1) {
      expect(new Set(tokens.map((token) => token[byte])).size).toBeGreaterThan(30)
    }
    const [token = new Uint8Array(8)] = tokens
    for (let bit = 0; bit < 64; bit += 1) {
      const value = token.with(bit >> 3, (token[bit >> 3] ?? 0) ^ (1 << (bit & 7)))
      const attributes = [UDP_TRANSPORT, { type: ATTRIBUTE.reservationToken, value }]
      expect(await world.client(`8.0.0.2:${bit + 1}`).tryAllocate(attributes)).toBe(508)
    }
  })
})

function medianOf(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}
