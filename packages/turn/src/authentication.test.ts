import { describe, expect, test } from 'bun:test'
import { createLogger } from '@duet/base'
import {
  ATTRIBUTE,
  attributeOf,
  encodeMessage,
  encodeText,
  longTermKey,
  METHOD,
  type StunAttribute,
} from '@duet/stun'
import { OFFERED_ALGORITHMS } from './authentication.ts'
import { createRestCredentials, restAuthenticator } from './rest-credentials.ts'
import {
  codeOf,
  isSealedBy,
  textOf,
  UDP_TRANSPORT,
  type TurnClient,
} from './testing/turn-client.ts'
import { settle, World } from './testing/world.ts'

const MD5 = Uint8Array.of(0, 1, 0, 0)
const SHA256 = Uint8Array.of(0, 2, 0, 0)

async function greeted(): Promise<{ world: World; client: TurnClient }> {
  const world = await World.create()
  const client = world.client()
  await client.greet()
  return { world, client }
}

/** An Allocate with just these credentials. */
function withCredentials(client: TurnClient, credentials: StunAttribute[], hasIntegrity = true) {
  const message = {
    class: 'request' as const,
    method: METHOD.allocate,
    transactionId: crypto.getRandomValues(new Uint8Array(12)),
    attributes: [UDP_TRANSPORT, ...credentials],
  }
  const integrity = hasIntegrity ? client.integrity : undefined
  return client.exchange(encodeMessage(message, { integrity }))
}

const text = (type: number, value: string): StunAttribute => ({ type, value: encodeText(value) })
const username = (value: string): StunAttribute => text(ATTRIBUTE.username, value)
const realm = (client: TurnClient): StunAttribute => text(ATTRIBUTE.realm, client.realm)
const nonce = (client: TurnClient): StunAttribute => text(ATTRIBUTE.nonce, client.nonce)

describe('RFC 8489 §9.2.4: error codes, each before the next', () => {
  test('TU21 no integrity: 401 with realm, nonce and algorithms, and nothing else', async () => {
    const { client } = await greeted()
    const credentials = [username('ann'), realm(client), nonce(client)]
    const answer = await withCredentials(client, credentials, false)
    expect(codeOf(answer)).toBe(401)
    expect(textOf(answer, ATTRIBUTE.realm)).toBe('duet')
    expect(textOf(answer, ATTRIBUTE.nonce)).toStartWith('obMatJos2AAAB')
    expect(attributeOf(answer, ATTRIBUTE.passwordAlgorithms)).toEqual(OFFERED_ALGORITHMS)
    expect(attributeOf(answer, ATTRIBUTE.username)).toBeUndefined()
    expect(answer.integrityOffset).toBeUndefined()
  })

  test.each([
    ['no username', (client: TurnClient) => [realm(client), nonce(client)]],
    ['no realm', (client: TurnClient) => [username('ann'), nonce(client)]],
    ['no nonce', (client: TurnClient) => [username('ann'), realm(client)]],
    [
      '509 bytes',
      (client: TurnClient) => [username('x'.repeat(509)), realm(client), nonce(client)],
    ],
    [
      'no UTF-8',
      (client: TurnClient) => [
        { type: ATTRIBUTE.username, value: Uint8Array.of(0xc3, 0x28) },
        realm(client),
        nonce(client),
      ],
    ],
    [
      'a realm of 764 bytes',
      (client: TurnClient) => [
        username('ann'),
        text(ATTRIBUTE.realm, 'x'.repeat(764)),
        nonce(client),
      ],
    ],
  ])('TU22 %s: 400 without realm and nonce', async (_name, credentials) => {
    const { client } = await greeted()
    const answer = await withCredentials(client, credentials(client))
    expect(codeOf(answer)).toBe(400)
    expect(attributeOf(answer, ATTRIBUTE.realm)).toBeUndefined()
    expect(attributeOf(answer, ATTRIBUTE.nonce)).toBeUndefined()
  })

  const algorithms = { type: ATTRIBUTE.passwordAlgorithms, value: OFFERED_ALGORITHMS }
  const algorithm = (value: Uint8Array) => ({ type: ATTRIBUTE.passwordAlgorithm, value })
  test.each([
    ['the choice without the offer', [algorithm(SHA256)]],
    ['the offer without a choice', [algorithms]],
    ['a shorter offer', [{ ...algorithms, value: MD5 }, algorithm(MD5)]],
    ['a choice that was not offered', [algorithms, algorithm(Uint8Array.of(0, 3, 0, 0))]],
  ])('TU23 %s: 400', async (_name, attributes) => {
    const { client } = await greeted()
    const credentials = [username('ann'), realm(client), nonce(client), ...attributes]
    expect(codeOf(await withCredentials(client, credentials))).toBe(400)
  })

  test.each([
    'nobody',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    '%s%n',
    'ann\r\ninfo forged',
    'x'.repeat(508),
  ])('TU24 attack 7: an unknown user %j: 401', async (name) => {
    const { client } = await greeted()
    const answer = await withCredentials(client, [username(name), realm(client), nonce(client)])
    expect(codeOf(answer)).toBe(401)
    expect(textOf(answer, ATTRIBUTE.nonce)).not.toBe('')
  })

  test('TU22 USERHASH, which was not offered: 401', async () => {
    const { client } = await greeted()
    const hash = { type: ATTRIBUTE.userhash, value: new Uint8Array(32) }
    expect(codeOf(await withCredentials(client, [hash, realm(client), nonce(client)]))).toBe(401)
  })

  test('TU24 TU25 a wrong password: 401, also with a stale nonce', async () => {
    const { client } = await greeted()
    client.password = 'wrong'
    expect(codeOf(await client.request(METHOD.allocate, [UDP_TRANSPORT]))).toBe(401)
    client.nonce = 'stale'
    expect(codeOf(await client.request(METHOD.allocate, [UDP_TRANSPORT]))).toBe(401)
  })

  test('TU24 attack 10: another realm: 401', async () => {
    const { client } = await greeted()
    client.realm = 'other.org'
    expect(codeOf(await client.request(METHOD.allocate, [UDP_TRANSPORT]))).toBe(401)
  })

  test.each([
    ['a forged nonce', () => `obMatJos2AAAB${'A'.repeat(18)}`],
    ['no nonce at all', () => ''],
    [
      'a changed nonce',
      (old: string) => old.slice(0, 20) + (old[20] === 'A' ? 'B' : 'A') + old.slice(21),
    ],
  ])('TU25 attack 10: %s: 438 with a fresh one', async (_name, change) => {
    const { client } = await greeted()
    client.nonce = change(client.nonce)
    const answer = await client.request(METHOD.allocate, [UDP_TRANSPORT])
    expect(codeOf(answer)).toBe(438)
    expect(textOf(answer, ATTRIBUTE.realm)).toBe('duet')
    client.nonce = textOf(answer, ATTRIBUTE.nonce)
    expect(codeOf(await client.request(METHOD.allocate, [UDP_TRANSPORT]))).toBe(0)
  })

  test('TU29 attack 10: a nonce from another address, or an old one: 438', async () => {
    const { world, client } = await greeted()
    const other = world.client('8.0.0.1:1001')
    Object.assign(other, { realm: client.realm, nonce: client.nonce })
    expect(codeOf(await other.request(METHOD.allocate, [UDP_TRANSPORT]))).toBe(438)
    world.clock.advance(601_000)
    expect(codeOf(await client.request(METHOD.allocate, [UDP_TRANSPORT]))).toBe(438)
  })

  test('TU29 attack 10: what was captured is worthless from another five-tuple', async () => {
    const { world, client } = await greeted()
    const bytes = client.build(METHOD.allocate, [UDP_TRANSPORT])
    expect(codeOf(await client.exchange(bytes))).toBe(0)
    const thief = world.client('8.0.0.2:1000')
    expect(codeOf(await thief.exchange(bytes))).toBe(438)
    expect((await world.stats()).allocations.open).toBe(1)
  })
})

describe('password algorithms', () => {
  test.each([
    ['sha-256', SHA256],
    ['md5', MD5],
  ] as const)(
    'TU27 %s is accepted, and answered with MESSAGE-INTEGRITY-SHA256',
    async (name, value) => {
      const { client } = await greeted()
      const integrity = { algorithm: 'sha-256' as const, key: longTermKey(name, client) }
      const attributes = [
        UDP_TRANSPORT,
        { type: ATTRIBUTE.passwordAlgorithms, value: OFFERED_ALGORITHMS },
        { type: ATTRIBUTE.passwordAlgorithm, value },
      ]
      const answer = await client.request(METHOD.allocate, attributes, { integrity })
      expect(codeOf(answer)).toBe(0)
      expect(isSealedBy(answer, integrity)).toBe(true)
      expect(answer.integrityOffset).toBeUndefined()
    },
  )

  test('TU23 attack 11: who chose one must seal with MESSAGE-INTEGRITY-SHA256', async () => {
    const { client } = await greeted()
    const attributes = [
      UDP_TRANSPORT,
      { type: ATTRIBUTE.passwordAlgorithms, value: OFFERED_ALGORITHMS },
      { type: ATTRIBUTE.passwordAlgorithm, value: MD5 },
    ]
    expect(codeOf(await client.request(METHOD.allocate, attributes))).toBe(401)
  })
})

describe('REST credentials', () => {
  const lines: string[] = []
  const createWorld = async (): Promise<World> => {
    lines.length = 0
    let now = (): number => 0
    const world = await World.create({
      authenticate: restAuthenticator({ secrets: ['new', 'old'], now: () => now() }),
      logger: createLogger('warn', ({ message }) => lines.push(message)),
    })
    now = () => world.clock.now()
    return world
  }
  const clientWith = (world: World, secret: string, ttlSeconds: number): TurnClient => {
    const now = world.clock.now()
    const credentials = createRestCredentials({ secret, id: 'ann', ttlSeconds, now })
    return world.client('8.0.0.1:1000', credentials.username, credentials.password)
  }

  test.each(['new', 'old'])('TU30 the %s secret is accepted', async (secret) => {
    const world = await createWorld()
    await clientWith(world, secret, 60).allocate()
  })

  test.each([
    ['another secret', 'other', 60],
    ['expired', 'new', -1],
    ['expiring now', 'new', 0],
    ['expiring in more than 48 hours', 'new', 48 * 3600 + 2],
  ])('TU30 attack 10: %s: 401', async (_name, secret, ttl) => {
    const world = await createWorld()
    expect(await clientWith(world, secret, ttl).tryAllocate()).toBe(401)
  })

  test('TU30 an expiry in milliseconds is refused, and the log says so, to its owner only', async () => {
    const world = await createWorld()
    expect(await clientWith(world, 'guessed', 1.7e12).tryAllocate()).toBe(401)
    expect(lines).toEqual([])
    const late = world.client('8.0.0.2:1', 'x', 'y')
    const now = world.clock.now() * 1000
    const rest = createRestCredentials({ secret: 'new', id: 'ann', ttlSeconds: 0, now })
    Object.assign(late, rest)
    expect(await late.tryAllocate()).toBe(401)
    expect(lines.join()).toContain('looks like milliseconds')
  })

  test('TU31 a call outlives its credentials, a new allocation does not', async () => {
    const world = await createWorld()
    const client = clientWith(world, 'new', 60)
    await client.allocate()
    world.clock.advance(61_000)
    expect(codeOf(await client.refresh())).toBe(0)
    const second = world.client('8.0.0.1:1001', client.username, client.password)
    expect(await second.tryAllocate()).toBe(401)
  })

  test('TU21 without a secret there is no server', () => {
    expect(() => restAuthenticator({ secrets: [], now: Date.now })).toThrow(TypeError)
    expect(() => restAuthenticator({ secrets: ['a', ''], now: Date.now })).toThrow(TypeError)
  })
})

describe('challenges', () => {
  test('TU32 attack 13: are at most three times as long as what they answer', async () => {
    const world = await World.create()
    const client = world.client()
    for (const attributes of [[], [UDP_TRANSPORT]]) {
      const bytes = client.build(METHOD.allocate, attributes, { isAnonymous: true })
      const answer = await client.exchange(bytes)
      expect(codeOf(answer)).toBe(401)
      expect(answer.bytes.length).toBeLessThanOrEqual(3 * bytes.length)
    }
  })

  test('TU32 attack 13: are given to one address so often per second, and leave nothing behind', async () => {
    const world = await World.create({ limits: { unauthenticatedAnswersPerSecond: 5 } })
    const client = world.client('8.0.0.1:1000')
    const neighbour = world.client('8.0.0.2:1000')
    const ask = (from: TurnClient): void =>
      from.sendRaw(from.build(METHOD.allocate, [UDP_TRANSPORT], { isAnonymous: true }))
    for (let index = 0; index < 20; index += 1) ask(client)
    ask(neighbour)
    await settle()
    expect(client.messages.length).toBe(5)
    expect(neighbour.messages.length).toBe(1)
    expect((await world.stats()).drops).toEqual({ rate: 15 })
    world.clock.advance(1000)
    ask(client)
    expect(client.messages.length).toBe(6)
  })
})
