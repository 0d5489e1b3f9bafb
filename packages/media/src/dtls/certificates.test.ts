import { afterAll, describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { createDtlsContext } from './create-context.ts'
import { freeIdentity, makeIdentity } from './identity.ts'
import { OpensslContext } from './openssl-context.ts'
import { loadOpenSsl } from './openssl.ts'
import { announce, stolenIdentity } from './testing/identities.ts'
import { Pair, type Side } from './testing/pair.ts'

const clock = new FakeClock()
const openssl = loadOpenSsl()
const identity = makeIdentity(openssl, clock)
const client = new OpensslContext({ clock, openssl, identity })
const server = createDtlsContext({ clock })
const stranger = createDtlsContext({ clock })

afterAll(() => {
  for (const context of [client, server, stranger]) context.close()
  freeIdentity(openssl, identity)
})

const REFUSED = {
  reason: 'failed',
  message: 'the certificate is not one of those that were announced',
} as const

test('a context announces the sha-256 of its certificate', () => {
  expect(client.fingerprint).toEqual(announce(identity.certificate, 'sha-256'))
})

test('each context has a certificate of its own', () => {
  expect(server.fingerprint.value).not.toBe(stranger.fingerprint.value)
})

describe('a client is let in', () => {
  test.each(['sha-256', 'sha-384', 'sha-512'])('by its %s', (algorithm) => {
    const announced = { client: [announce(identity.certificate, algorithm)] }
    expect(new Pair({ client, server, announced }).settle().states[1]).toBe('connected')
  })

  test('whatever the case of the announcement', () => {
    const { algorithm, value } = client.fingerprint
    const announced = {
      client: [{ algorithm: algorithm.toUpperCase(), value: value.toLowerCase() }],
    }
    expect(new Pair({ client, server, announced }).settle().states[1]).toBe('connected')
  })

  test('by one of several fingerprints', () => {
    const announced = { client: [stranger.fingerprint, client.fingerprint] }
    expect(new Pair({ client, server, announced }).settle().states[1]).toBe('connected')
  })
})

describe('a client is refused', () => {
  test.each([
    ['the fingerprint of somebody else', [stranger.fingerprint]],
    ['no fingerprint', []],
    ['its own sha-1', [announce(identity.certificate, 'sha-1')]],
    ['an algorithm that is none', [{ algorithm: '__proto__', value: client.fingerprint.value }]],
    ['an empty value', [{ algorithm: 'sha-256', value: '' }]],
  ])('where the announcement has %s', (_, fingerprints) => {
    const pair = new Pair({ client, server, announced: { client: fingerprints } }).settle()
    expect(pair.server.ended).toEqual([REFUSED])
    expect([pair.client.keys, pair.server.keys]).toEqual([undefined, undefined])
  })
})

test('a client refuses a server with the fingerprint of somebody else', () => {
  const announced = { server: [stranger.fingerprint] }
  const pair = new Pair({ client, server, announced }).settle()
  expect(pair.client.ended).toEqual([REFUSED])
  expect([pair.client.keys, pair.server.keys]).toEqual([undefined, undefined])
})

test.each(['client', 'server'] as Side[])('a %s that stole its certificate is refused', (thief) => {
  const theirs = stolenIdentity(openssl, clock)
  const stolen = new OpensslContext({ clock, openssl, identity: theirs })
  const pair = new Pair({ client, server, [thief]: stolen }).run(1000)
  const victim = thief === 'client' ? pair.server : pair.client
  expect(victim.ended).toEqual([{ reason: 'failed', message: 'bad signature' }])
  expect([pair.client.keys, pair.server.keys]).toEqual([undefined, undefined])
  freeIdentity(openssl, theirs)
  stolen.close()
})
