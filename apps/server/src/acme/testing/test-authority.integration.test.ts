import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { systemClock } from '@duet/base'
import { fieldsOf, problemsOf } from '../acme-error.ts'
import { makeAccountKey, readAccountKey, signJws, type AccountKey } from '../jws.ts'
import { makeSigningRequest } from '../signing-request.ts'
import { startTestAuthority, type TestAuthority } from './test-authority.ts'

let authority: TestAuthority
let origin = ''

beforeAll(async () => {
  authority = await startTestAuthority({ ports: { http: 1, https: 1 }, clock: systemClock })
  origin = new URL(authority.directory).origin
})

afterAll(() => authority.close())

interface Answer {
  status: number
  type: string
  location: string
  fields: Record<string, unknown>
  nonce: string
}

async function send(path: string, init: RequestInit = {}): Promise<Answer> {
  const url = path.startsWith('https:') ? path : `${origin}/${path}`
  const answer = await fetch(url, { ...init, keepalive: false, tls: { ca: authority.root } })
  const fields = fieldsOf(await answer.json().catch(() => undefined))
  return {
    status: answer.status,
    type: problemsOf(fields)[0]?.type ?? '',
    location: answer.headers.get('location') ?? '',
    fields,
    nonce: answer.headers.get('replay-nonce') ?? '',
  }
}

async function newNonce(): Promise<string> {
  return (await send('new-nonce', { method: 'HEAD' })).nonce
}

/** Posts what this key signs; `header` in place of what belongs there. */
async function post(
  key: AccountKey,
  path: string,
  more: { header?: object; payload?: unknown; change?: object; type?: string } = {},
): Promise<Answer> {
  const url = path.startsWith('https:') ? path : `${origin}/${path}`
  const jws = signJws(key, { nonce: await newNonce(), url, ...more.header }, more.payload)
  return send(url, {
    method: 'POST',
    headers: { 'content-type': more.type ?? 'application/jose+json' },
    body: JSON.stringify({ ...jws, ...more.change }),
  })
}

function newKey(): AccountKey {
  return readAccountKey(makeAccountKey())
}

/** A key with its account. */
async function newAccount(): Promise<{ key: AccountKey; kid: string }> {
  const key = newKey()
  const { location } = await post(key, 'new-account', {
    header: { jwk: key.jwk },
    payload: { termsOfServiceAgreed: true },
  })
  return { key, kid: location }
}

const IDENTIFIERS = { identifiers: [{ type: 'dns', value: 'a.example' }] }

describe('a request', () => {
  test('is taken once, at its address, with a nonce that was given', async () => {
    const { key, kid } = await newAccount()
    const order = (header: object) =>
      post(key, 'new-order', { header: { kid, ...header }, payload: IDENTIFIERS })
    const nonce = await newNonce()
    expect((await order({ nonce })).status).toBe(201)
    expect((await order({ nonce })).type).toBe('badNonce')
    expect((await order({ nonce: 'made-up' })).type).toBe('badNonce')
    expect((await order({ url: `${origin}/elsewhere` })).type).toBe('unauthorized')
    expect((await order({ alg: 'none' })).type).toBe('badSignatureAlgorithm')
    expect((await order({ jwk: key.jwk })).type).toBe('malformed')
    expect((await order({ kid: `${origin}/account/99` })).type).toBe('accountDoesNotExist')
  })

  test('is signed by the key of its account, and of the right type', async () => {
    const { kid } = await newAccount()
    const options = { header: { kid }, payload: IDENTIFIERS }
    expect((await post(newKey(), 'new-order', options)).type).toBe('malformed')
    const { key } = await newAccount()
    const changed = { header: {}, payload: IDENTIFIERS, change: { header: { kid } } }
    expect((await post(key, 'new-order', changed)).type).toBe('malformed')
    expect((await post(key, 'new-order', { type: 'application/json' })).status).toBe(415)
    expect((await send('new-order')).status).toBe(405)
  })
})

describe('an account', () => {
  test('is made once for a key that agrees to the terms', async () => {
    const key = newKey()
    const ask = (payload: object) => post(key, 'new-account', { header: { jwk: key.jwk }, payload })
    expect((await ask({ onlyReturnExisting: true })).type).toBe('accountDoesNotExist')
    expect((await ask({})).type).toBe('userActionRequired')
    const agreed = { termsOfServiceAgreed: true }
    expect((await ask({ ...agreed, contact: ['tel:1'] })).type).toBe('unsupportedContact')
    expect((await ask({ ...agreed, contact: ['mailto:ann'] })).type).toBe('invalidContact')
    const made = await ask(agreed)
    const again = await ask({ onlyReturnExisting: true })
    expect([made.status, again.status]).toEqual([201, 200])
    expect(again.location).toBe(made.location)
  })
})

describe('an order', () => {
  test('is for public names', async () => {
    const { key, kid } = await newAccount()
    const order = (identifiers: unknown) =>
      post(key, 'new-order', { header: { kid }, payload: { identifiers } })
    expect((await order([{ type: 'dns', value: 'localhost' }])).type).toBe('rejectedIdentifier')
    expect((await order([{ type: 'ip', value: '1.2.3.4' }])).type).toBe('unsupportedIdentifier')
    expect((await order([])).type).toBe('malformed')
    expect((await order(undefined)).type).toBe('malformed')
  })

  test('is its account’s, and is not signed before its names are proven', async () => {
    const { key, kid } = await newAccount()
    const made = await post(key, 'new-order', { header: { kid }, payload: IDENTIFIERS })
    expect(made.fields['status']).toBe('pending')
    const other = await newAccount()
    const stolen = await post(other.key, made.location, { header: { kid: other.kid } })
    expect(stolen.type).toBe('unauthorized')
    const { csr } = await makeSigningRequest(['a.example'])
    const finalize = String(made.fields['finalize'])
    const early = await post(key, finalize, { header: { kid }, payload: { csr } })
    expect(early.type).toBe('orderNotReady')
  })

  test('whose names can’t be proven is invalid, and says why', async () => {
    const { key, kid } = await newAccount()
    const made = await post(key, 'new-order', { header: { kid }, payload: IDENTIFIERS })
    const [authorization = ''] = made.fields['authorizations'] as string[]
    const read = () => post(key, authorization, { header: { kid } })
    const challenges = (await read()).fields['challenges'] as { type: string; url: string }[]
    expect(challenges.map(({ type }) => type)).toEqual(['http-01', 'tls-alpn-01'])
    await post(key, challenges[0]?.url ?? '', { header: { kid }, payload: {} })
    while ((await read()).fields['status'] === 'pending') await Bun.sleep(2)
    const after = (await read()).fields['challenges'] as { error?: { type: string } }[]
    expect(after[0]?.error?.type).toBe('urn:ietf:params:acme:error:connection')
    expect((await post(key, made.location, { header: { kid } })).fields['status']).toBe('invalid')
  })
})

test('a CSR is checked: names, signature, and that it is not the account’s key', async () => {
  const { createSigner } = await import('./signer.ts')
  const signer = await createSigner(Date.now())
  const { csr } = await makeSigningRequest(['a.example'])
  await signer.check(csr, ['a.example'], '')
  expect(signer.check(csr, ['b.example'], '')).rejects.toThrow('other names')
  const bytes = Buffer.from(csr, 'base64url')
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  expect(signer.check(bytes.toString('base64url'), ['a.example'], '')).rejects.toThrow('signature')
  expect(signer.check('AAAA', ['a.example'], '')).rejects.toThrow('can not be read')
})
