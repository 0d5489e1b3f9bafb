import { randomBytes } from 'node:crypto'
import type { Clock } from '@duet/base'
import { fieldsOf, type Problem } from '../acme-error.ts'
import type { ChallengeType } from '../challenges.ts'
import { AuthorityProblem, malformed, unauthorized } from './authority-problem.ts'
import { json } from './authority-answer.ts'
import { AuthorityOrders } from './authority-orders.ts'
import { createSigner } from './signer.ts'
import { readSignedRequest, type SignedRequest } from './signed-request.ts'

export interface TestAuthorityOptions {
  /** Where challenges are looked for, in place of 80 and 443. */
  ports: { http: number; https: number }
  /** Where a name leads: loopback, unless said; undefined: nowhere. */
  resolve?: (name: string) => string | undefined
  offers?: readonly ChallengeType[]
  /** Of certificates, in milliseconds. */
  lifetimeMs?: number
  /** How many of the first signed requests get `badNonce`. */
  badNonces?: number
  /** When it suggests renewal; undefined: it knows nothing of RFC 9773. */
  suggest?: (certificate: string) => { start: Date; end: Date }
  /** Refuses new orders with it, while there is one. */
  refuse?: () => { problem: Problem; retryAfterSeconds: number } | undefined
  clock: Clock
}

/** A small ACME authority on loopback (RFC 8555), which really looks for what it asks for. */
export interface TestAuthority {
  /** Address of its directory. */
  directory: string
  /** PEM that its certificates, and its own, are trusted by. */
  root: string
  /** Orders so far, by the names they are for. */
  readonly orders: readonly (readonly string[])[]
  /** What it looked for so far: `http-01 a.example`. */
  readonly validations: readonly string[]
  /** Certificates that others were said to follow. */
  readonly replaced: ReadonlySet<string>
  /** Contacts of its accounts. */
  readonly accounts: readonly (readonly string[])[]
  setPorts(ports: { http: number; https: number }): void
  close(): Promise<void>
}

interface Account {
  url: string
  key: JsonWebKey
  thumbprint: string
  contact: readonly string[]
}

/** Nonces that wait at once. */
const MAX_NONCES = 1000

/** Opens it on a free port. */
export async function startTestAuthority(options: TestAuthorityOptions): Promise<TestAuthority> {
  const { clock, suggest, refuse } = options
  const signer = await createSigner(clock.now())
  const nonces = new Set<string>()
  const accounts = new Map<string, Account>()
  let badNonces = options.badNonces ?? 0

  const newNonce = (): string => {
    const nonce = randomBytes(16).toString('base64url')
    if (nonces.size < MAX_NONCES) nonces.add(nonce)
    return nonce
  }
  const useNonce = (nonce: string): boolean => {
    const isKnown = nonces.delete(nonce)
    if (badNonces === 0) return isKnown
    badNonces -= 1
    return false
  }

  const keyOf = (kid: string) => accounts.get(kid)?.key
  const read = async (request: Request, identity: 'jwk' | 'kid') => {
    return readSignedRequest(request, { url: request.url, identity, useNonce, keyOf })
  }

  /** RFC 8555 §7.3. */
  const newAccount = async (request: Request): Promise<Response> => {
    const { payload, thumbprint } = await read(request.clone(), 'jwk')
    const known = [...accounts.values()].find((each) => each.thumbprint === thumbprint)
    if (known) return json(200, accountFields(known), { location: known.url })
    if (payload?.['onlyReturnExisting'] === true) {
      throw new AuthorityProblem(400, 'accountDoesNotExist', 'there is no such account')
    }
    if (payload?.['termsOfServiceAgreed'] !== true) {
      throw new AuthorityProblem(403, 'userActionRequired', 'the terms must be agreed to')
    }
    const account = {
      url: `${origin}/account/${accounts.size + 1}`,
      key: await keyIn(request),
      thumbprint,
      contact: contactIn(payload),
    }
    accounts.set(account.url, account)
    return json(201, accountFields(account), { location: account.url })
  }

  const answer = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    const [, kind = '', id = ''] = pathname.split('/')
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    if (kind === 'directory' && isReading) return json(200, directory)
    if (kind === 'new-nonce' && isReading) {
      return new Response(null, { status: request.method === 'HEAD' ? 200 : 204 })
    }
    if (kind === 'renewal-info' && isReading && suggest) return renewalInfo(id, suggest)
    if (request.method !== 'POST') throw new AuthorityProblem(405, 'malformed', 'POST it')
    if (kind === 'new-account') return newAccount(request)
    const signed = await read(request, 'kid')
    if (kind === 'new-order') return newOrder(signed)
    return orders.answer({ kind, id, signed })
  }

  const newOrder = (signed: SignedRequest): Response => {
    const refusal = refuse?.()
    if (!refusal) return orders.make(signed)
    const { problem, retryAfterSeconds } = refusal
    const status = problem.type === 'rateLimited' ? 429 : 403
    const { document } = new AuthorityProblem(status, problem.type, problem.detail)
    return json(status, document, {
      'retry-after': String(retryAfterSeconds),
      'content-type': 'application/problem+json',
    })
  }

  const renewalInfo = (
    id: string,
    suggested: NonNullable<TestAuthorityOptions['suggest']>,
  ): Response => {
    const certificate = orders.certificateOf(id)
    if (certificate === undefined) throw new AuthorityProblem(404, 'malformed', 'not one of ours')
    return json(200, { suggestedWindow: suggested(certificate) }, { 'retry-after': '21600' })
  }

  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    tls: await signer.ownCertificate(clock.now()),
    async fetch(request) {
      const response = await answer(request).catch(problemResponse)
      response.headers.set('replay-nonce', newNonce())
      response.headers.set('link', `<${origin}/directory>;rel="index"`)
      response.headers.set('cache-control', 'no-store')
      return response
    },
  })
  const origin = `https://localhost:${server.port}`
  const directory = {
    newNonce: `${origin}/new-nonce`,
    newAccount: `${origin}/new-account`,
    newOrder: `${origin}/new-order`,
    ...(suggest ? { renewalInfo: `${origin}/renewal-info` } : {}),
    meta: { termsOfService: `${origin}/terms` },
  }
  const orders = new AuthorityOrders({ ...options, origin, signer })

  return {
    directory: `${origin}/directory`,
    root: signer.root,
    orders: orders.made,
    validations: orders.validations,
    replaced: orders.replaced,
    get accounts() {
      return [...accounts.values()].map(({ contact }) => contact)
    },
    setPorts: (ports) => orders.setPorts(ports),
    close: () => server.stop(true),
  }
}

function problemResponse(error: unknown): Response {
  const problem =
    error instanceof AuthorityProblem
      ? error
      : new AuthorityProblem(500, 'serverInternal', String(error))
  return json(problem.status, problem.document, { 'content-type': 'application/problem+json' })
}

function accountFields({ contact, url }: Account): Record<string, unknown> {
  return { status: 'valid', contact, orders: `${url}/orders` }
}

/** RFC 8555 §7.3: only addresses that mail goes to. */
function contactIn(payload: SignedRequest['payload']): string[] {
  const list = payload?.['contact'] ?? []
  if (!Array.isArray(list)) throw malformed('contact is no list')
  return list.map((contact: unknown) => {
    if (typeof contact !== 'string' || !contact.startsWith('mailto:')) {
      throw new AuthorityProblem(400, 'unsupportedContact', 'only mailto:')
    }
    if (!/^mailto:[^@,?]+@[^@,?]+\.[^@,?]+$/.test(contact)) {
      throw new AuthorityProblem(400, 'invalidContact', 'that is no address')
    }
    return contact
  })
}

/** The key in a header that was judged already. */
async function keyIn(request: Request): Promise<JsonWebKey> {
  const { protected: head } = fieldsOf(await request.json())
  const header = fieldsOf(JSON.parse(Buffer.from(String(head), 'base64url').toString()))
  const key = fieldsOf(header['jwk'])
  if (key['d'] !== undefined) throw unauthorized('that key is no secret any more')
  return key
}
