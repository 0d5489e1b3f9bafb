import { describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { addressOf } from '@duet/datagrams'
import { ATTRIBUTE, encodeText, longTermKey, METHOD } from '@duet/stun'
import { Nonces } from '../nonce.ts'
import { restAuthenticator } from '../rest-credentials.ts'
import { NO_LIFETIME } from '../testing/forge.ts'
import { codeOf, textOf, UDP_TRANSPORT, type TurnClient } from '../testing/turn-client.ts'
import { World } from '../testing/world.ts'

const KEY = 'a key for nonces in tests'
const ADDRESS = addressOf('8.0.0.1:1000')

describe('attack 10: nonces', () => {
  const issue = (options: { ahead?: number; key?: string; address?: string } = {}): string => {
    const clock = new FakeClock()
    clock.advance(3_600_000 + 1000 * (options.ahead ?? 0))
    const nonces = new Nonces({ key: options.key ?? KEY, clock })
    return nonces.issue(addressOf(options.address ?? '8.0.0.1:1000'), true)
  }
  const withNonce = async (nonce: string): Promise<number> => {
    const world = await World.create()
    world.clock.advance(3_600_000)
    const client = world.client()
    Object.assign(client, { realm: 'duet', nonce })
    return codeOf(await client.request(METHOD.allocate, [UDP_TRANSPORT]))
  }

  test.each([
    ['its own', {}, 0],
    ['another worker with the same key', { key: KEY }, 0],
    ['a worker whose clock is 59 s ahead', { ahead: 59 }, 0],
    ['the future', { ahead: 62 }, 438],
    ['599 s ago', { ahead: -599 }, 0],
    ['601 s ago', { ahead: -601 }, 438],
    ['another key', { key: 'another key for nonces' }, 438],
    ['another port', { address: '8.0.0.1:1001' }, 438],
    ['another address', { address: '8.0.0.2:1000' }, 438],
    ['another family', { address: '[2606:4700::1]:1000' }, 438],
  ])('TU29 one from %s', async (_name, options, code) => {
    expect(await withNonce(issue(options))).toBe(code)
  })

  test('TU23 one whose offer of algorithms was taken out, or put in: 438', async () => {
    expect(await withNonce(issue().slice('obMatJos2AAAB'.length))).toBe(438)
    const clock = new FakeClock()
    clock.advance(3_600_000)
    const plain = new Nonces({ key: KEY, clock }).issue(ADDRESS, false)
    expect(await withNonce(plain)).toBe(0)
    expect(await withNonce(`obMatJos2AAAB${plain}`)).toBe(438)
  })

  test('with any character changed: 438', async () => {
    const nonce = issue()
    for (let index = 0; index < nonce.length; index += 1) {
      const other = nonce[index] === 'A' ? 'B' : 'A'
      const changed = nonce.slice(0, index) + other + nonce.slice(index + 1)
      expect([index, await withNonce(changed)]).toEqual([index, 438])
    }
  })
})

describe('attack 10: what was captured', () => {
  test('ends nothing when it comes from another five-tuple', async () => {
    const world = await World.create()
    const client = world.client()
    await client.allocate()
    const end = client.build(METHOD.refresh, [NO_LIFETIME])
    for (const thief of [world.client('8.0.0.1:1001'), world.client('8.0.0.9:1000')]) {
      expect(codeOf(await thief.exchange(end))).toBe(438)
    }
    expect((await world.stats()).allocations.open).toBe(1)
  })

  test('TU28 gives nobody an allocation of another user on the same five-tuple', async () => {
    const world = await World.create()
    const client = world.client()
    await client.allocate()
    const bob = asBob(client)
    for (const method of [METHOD.refresh, METHOD.createPermission, METHOD.channelBind]) {
      expect(codeOf(await bob.request(method, [NO_LIFETIME]))).toBe(441)
    }
    expect((await world.stats()).allocations.open).toBe(1)
  })

  test('TU24 with the realm of another server: 401', async () => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    const realm = { type: ATTRIBUTE.realm, value: encodeText('other.org') }
    const keyOf = (name: string): Uint8Array =>
      longTermKey('md5', { username: 'ann', realm: name, password: 'secret' })
    for (const [attributes, key] of [
      [[UDP_TRANSPORT], keyOf('other.org')],
      [[realm, UDP_TRANSPORT], keyOf('other.org')],
      [[realm, UDP_TRANSPORT], keyOf('duet')],
    ] as const) {
      const integrity = { algorithm: 'sha-1' as const, key }
      const answer = await client.request(METHOD.allocate, [...attributes], { integrity })
      expect(codeOf(answer)).toBe(401)
      expect(textOf(answer, ATTRIBUTE.realm)).toBe('duet')
    }
  })
})

test.each([
  ['NaN', 'NaN:ann'],
  ['Infinity', 'Infinity:ann'],
  ['a hexadecimal number', '0x7fffffff:ann'],
  ['a fraction', '1700000100.5:ann'],
  ['an exponent', '17e8:ann'],
  ['a negative number', '-1700000100:ann'],
  ['a space', ' 1700000100:ann'],
  ['more digits than a number holds', `${'9'.repeat(400)}:ann`],
  ['nothing', ':ann'],
  ['the past', '1699999999:ann'],
  ['now', '1700000000:ann'],
  ['48 hours and a second ahead', `${1_700_000_000 + 48 * 3600 + 1}:ann`],
  ['milliseconds', '1700000100000:ann'],
])(
  'TU30 attack 10: an expiry of %s is refused with the right password',
  async (_name, username) => {
    const clock = new FakeClock()
    const world = await World.create({
      clock,
      authenticate: restAuthenticator({ secrets: ['shared'], now: () => clock.now() }),
    })
    const hmac = new Bun.CryptoHasher('sha1', 'shared').update(username)
    const client = world.client('8.0.0.1:1000', username, hmac.digest('base64'))
    expect(await client.tryAllocate()).toBe(401)
  },
)

function asBob(client: TurnClient): TurnClient {
  return Object.assign(client, { username: 'bob', password: 'other' })
}
