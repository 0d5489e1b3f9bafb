import { afterAll, describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { SRTP_PROFILES, type SrtpProfile } from '../srtp/keys.ts'
import { createDtlsContext } from './create-context.ts'
import { freeIdentity, makeIdentity } from './identity.ts'
import { OpensslContext } from './openssl-context.ts'
import { loadOpenSsl } from './openssl.ts'
import { recordsOf } from './records.ts'
import { fragment } from './testing/craft.ts'
import { Pair, type Side } from './testing/pair.ts'

const clock = new FakeClock()
const client = createDtlsContext({ clock })
const server = createDtlsContext({ clock })

afterAll(() => {
  client.close()
  server.close()
})

describe('keys', () => {
  const sizes = {
    SRTP_AEAD_AES_128_GCM: [16, 12],
    SRTP_AEAD_AES_256_GCM: [32, 12],
    SRTP_AES128_CM_SHA1_80: [16, 14],
  }

  test.each([...SRTP_PROFILES])('%s: what one sends with, the other receives with', (profile) => {
    const only = contextFor([profile])
    const pair = new Pair({ client: only, server }).settle()
    expect(pair.states).toEqual(['connected', 'connected'])
    const [a, b] = [pair.client.keys!, pair.server.keys!]
    expect([a.profile, b.profile]).toEqual([profile, profile])
    expect(a.local).toEqual(b.remote)
    expect(a.remote).toEqual(b.local)
    expect([a.local.key.length, a.local.salt.length]).toEqual(sizes[profile])
    expect(a.local.key).not.toEqual(a.remote.key)
    expect(a.local.salt).not.toEqual(a.remote.salt)
    only.close()
  })

  test('the server chooses the profile, in its own order', () => {
    const reversed = contextFor([...SRTP_PROFILES].toReversed())
    const pair = new Pair({ client: reversed, server }).settle()
    expect(pair.server.keys?.profile).toBe(SRTP_PROFILES[0])
    reversed.close()
  })

  test('without a profile in common both end as failed', () => {
    const [one, other] = [contextFor([SRTP_PROFILES[1]]), contextFor([SRTP_PROFILES[2]])]
    const pair = new Pair({ client: one, server: other }).settle()
    const end = { reason: 'failed', message: 'no SRTP profile in common' } as const
    expect([pair.server.ended, pair.client.ended]).toEqual([[end], [end]])
    expect([pair.client.keys, pair.server.keys]).toEqual([undefined, undefined])
    one.close()
    other.close()
  })
})

describe('datagrams', () => {
  test('none is longer than 1200 bytes, and each holds whole records', () => {
    const pair = new Pair({ client, server }).settle()
    const sent = [...pair.client.sent, ...pair.server.sent]
    expect(sent.length).toBe(4)
    for (const datagram of sent) {
      expect(datagram.length).toBeLessThanOrEqual(1200)
      const inRecords = recordsOf(datagram).reduce((sum, { bytes }) => sum + bytes.length, 0)
      expect(inRecords).toBe(datagram.length)
    }
  })

  test.each(['in order', 'in reverse'])('a ClientHello comes in two, %s', (order) => {
    const carry = (datagram: Uint8Array, from: Side) => {
      if (from === 'server' || datagram[0] !== 22 || datagram[13] !== 1) return [datagram]
      const halves = fragment(datagram, 100)
      return order === 'in order' ? halves : halves.toReversed()
    }
    const pair = new Pair({ client, server, carry }).settle()
    expect(pair.states).toEqual(['connected', 'connected'])
    expect(pair.client.keys!.local).toEqual(pair.server.keys!.remote)
  })

  test('a handshake without an end ends as failed', () => {
    const pair = new Pair({ client, server, carry: () => [] })
    const [hello] = pair.client.sent
    const [half] = fragment(hello!, 100)
    for (let count = 0; count < 1000; count++) pair.server.association.receive(half)
    expect(pair.server.ended).toEqual([{ reason: 'failed', message: 'the handshake is too long' }])
  })
})

function contextFor(profiles: SrtpProfile[]): OpensslContext {
  const openssl = loadOpenSsl()
  const identity = makeIdentity(openssl, clock)
  const context = new OpensslContext({ clock, openssl, identity, profiles })
  freeIdentity(openssl, identity)
  return context
}
