import { describe, expect, test } from 'bun:test'
import { ATTRIBUTE, encodeText, longTermKey, METHOD, type StunAttribute } from '@duet/stun'
import { addressOf } from '@duet/datagrams'
import {
  append,
  appendWithFingerprint,
  NO_LIFETIME,
  offsetOf,
  peerAttribute,
  withBit,
} from '../testing/forge.ts'
import { channelNumber, codeOf, UDP_TRANSPORT, type TurnClient } from '../testing/turn-client.ts'
import { settle, World } from '../testing/world.ts'

const PEER = addressOf('8.8.8.8:4000')
const transactionId = new Uint8Array(12).fill(3)
const UNLIMITED = { limits: { unauthenticatedAnswersPerSecond: Infinity } }

describe.each([
  ['plainly', append],
  ['before a right FINGERPRINT', appendWithFingerprint],
])('attack 8: what is appended to a signed request, %s, does not count', (_name, forge) => {
  async function allocated(): Promise<{ world: World; client: TurnClient }> {
    const world = await World.create()
    const client = world.client()
    await client.allocate()
    return { world, client }
  }

  test('LIFETIME 0 does not end an allocation', async () => {
    const { world, client } = await allocated()
    const answer = await client.exchange(forge(client.build(METHOD.refresh, []), NO_LIFETIME))
    expect(codeOf(answer)).toBe(0)
    expect((await world.stats()).allocations.open).toBe(1)
  })

  test('a peer gets no permission', async () => {
    const { world, client } = await allocated()
    const remote = world.network.peer('8.8.8.8:4000')
    const bytes = client.build(METHOD.createPermission, [], { transactionId })
    const forged = forge(bytes, peerAttribute(PEER, transactionId))
    expect(codeOf(await client.exchange(forged))).toBe(400)
    client.sendIndication(PEER, 'no')
    expect(remote.received).toEqual([])
  })

  test('a second peer gets none beside the first', async () => {
    const { world, client } = await allocated()
    const remote = world.network.peer('8.8.8.9:4000')
    const bytes = client.build(METHOD.createPermission, [peerAttribute(PEER, transactionId)], {
      transactionId,
    })
    const other = addressOf('8.8.8.9:4000')
    expect(codeOf(await client.exchange(forge(bytes, peerAttribute(other, transactionId))))).toBe(0)
    client.sendIndication(other, 'no')
    expect(remote.received).toEqual([])
  })

  test('another USERNAME is nobody', async () => {
    const world = await World.create()
    const client = world.client('8.0.0.1:1000', 'nobody')
    await client.greet()
    const name = { type: ATTRIBUTE.username, value: encodeText('ann') }
    const forged = forge(client.build(METHOD.allocate, [UDP_TRANSPORT]), name)
    expect(codeOf(await client.exchange(forged))).toBe(401)
  })
})

describe('attack 9: a changed signature is worth nothing', () => {
  const requests: [string, number, StunAttribute[]][] = [
    ['Allocate', METHOD.allocate, [UDP_TRANSPORT]],
    ['Refresh', METHOD.refresh, [NO_LIFETIME]],
    ['CreatePermission', METHOD.createPermission, [peerAttribute(PEER, transactionId)]],
    [
      'ChannelBind',
      METHOD.channelBind,
      [channelNumber(0x4000), peerAttribute(PEER, transactionId)],
    ],
  ]
  const seals = requests.flatMap(([name, method, attributes]) =>
    (['sha-1', 'sha-256'] as const).flatMap((algorithm) =>
      [true, false].map((fingerprint) => ({ name, method, attributes, algorithm, fingerprint })),
    ),
  )

  test.each(seals)(
    '$name with any bit changed ($algorithm, fingerprint: $fingerprint)',
    async ({ method, attributes, algorithm, fingerprint }) => {
      const world = await World.create(UNLIMITED)
      const client = world.client()
      await (method === METHOD.allocate ? client.greet() : client.allocate())
      const integrity = { algorithm, key: longTermKey('md5', client) }
      const options = { fingerprint, integrity, transactionId }
      const request = client.build(method, attributes, options)
      // With another type, FINGERPRINT is something after the integrity, which is ignored.
      const ignored = fingerprint ? [request.length - 8, request.length - 7] : []
      client.messages.length = 0
      for (let bit = 0; bit < request.length * 8; bit += 1) {
        if (!ignored.includes(bit >> 3)) client.sendRaw(withBit(request, bit))
      }
      await settle()
      const accepted = client.messages.filter(
        ({ method: of, class: kind }) => kind === 'success' && of !== METHOD.binding,
      )
      expect(accepted).toEqual([])
      expect((await world.stats()).allocations.open).toBe(method === METHOD.allocate ? 0 : 1)
      expect(codeOf(await client.exchange(request))).toBe(0)
    },
  )

  const bare = (type: number, length: number): StunAttribute => ({
    type,
    value: new Uint8Array(length),
  })
  test.each([
    ['MESSAGE-INTEGRITY', ATTRIBUTE.messageIntegrity, [0, 4, 16, 19, 21, 24, 32]],
    ['MESSAGE-INTEGRITY-SHA256', ATTRIBUTE.messageIntegritySha256, [0, 12, 15, 17, 33, 36]],
  ])('%s of a wrong length: 401', async (_name, type, lengths) => {
    const world = await World.create(UNLIMITED)
    const client = world.client()
    await client.greet()
    for (const length of lengths) {
      const credentials = credentialsOf(client)
      const attributes = [UDP_TRANSPORT, ...credentials, bare(type, length)]
      const answer = await client.request(METHOD.allocate, attributes, { isAnonymous: true })
      expect([length, codeOf(answer)]).toEqual([length, 401])
    }
  })

  test.each([16, 20, 24, 28])('a MESSAGE-INTEGRITY-SHA256 cut to %i bytes holds', async (bytes) => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    const attributes = [
      UDP_TRANSPORT,
      ...credentialsOf(client),
      bare(ATTRIBUTE.messageIntegritySha256, bytes),
    ]
    const request = client.build(METHOD.allocate, attributes, { isAnonymous: true })
    const offset = offsetOf(request, ATTRIBUTE.messageIntegritySha256)
    const hmac = new Bun.CryptoHasher('sha256', longTermKey('md5', client))
    request.set(hmac.update(request.subarray(0, offset)).digest().subarray(0, bytes), offset + 4)
    expect(codeOf(await client.exchange(request))).toBe(0)
  })

  test('a second MESSAGE-INTEGRITY, right or wrong, changes nothing', async () => {
    const world = await World.create(UNLIMITED)
    const client = world.client()
    await client.allocate()
    const right = client.build(METHOD.refresh, [])
    const second = bare(ATTRIBUTE.messageIntegrity, 20)
    expect(codeOf(await client.exchange(append(right, second)))).toBe(0)
    const wrong = client.build(METHOD.refresh, [NO_LIFETIME], {
      integrity: { algorithm: 'sha-1', key: new Uint8Array(16) },
    })
    const offset = offsetOf(right, ATTRIBUTE.messageIntegrity)
    const copied = { type: ATTRIBUTE.messageIntegrity, value: right.slice(offset + 4) }
    expect(codeOf(await client.exchange(append(wrong, copied)))).toBe(401)
  })

  test('a MAC over a length that does not count it is wrong', async () => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    const request = client.build(METHOD.allocate, [UDP_TRANSPORT])
    const offset = offsetOf(request, ATTRIBUTE.messageIntegrity)
    const stale = request.slice(0, offset)
    new DataView(stale.buffer).setUint16(2, offset - 20)
    const hmac = new Bun.CryptoHasher('sha1', longTermKey('md5', client))
    request.set(hmac.update(stale).digest(), offset + 4)
    expect(codeOf(await client.exchange(request))).toBe(401)
  })

  test('FINGERPRINT before the integrity is no message', async () => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    const sealed = client.build(METHOD.allocate, [UDP_TRANSPORT], { fingerprint: true })
    const fingerprint = { type: ATTRIBUTE.fingerprint, value: sealed.slice(-4) }
    const before = client.messages.length
    client.sendRaw(client.build(METHOD.allocate, [UDP_TRANSPORT, fingerprint]))
    await settle()
    expect(client.messages.length).toBe(before)
    expect((await world.stats()).drops).toEqual({ malformed: 1 })
  })
})

function credentialsOf(client: TurnClient): StunAttribute[] {
  return [
    { type: ATTRIBUTE.username, value: encodeText(client.username) },
    { type: ATTRIBUTE.realm, value: encodeText(client.realm) },
    { type: ATTRIBUTE.nonce, value: encodeText(client.nonce) },
  ]
}
