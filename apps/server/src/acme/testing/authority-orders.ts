import { randomBytes } from 'node:crypto'
import type { Clock } from '@duet/base'
import { fieldsOf } from '../acme-error.ts'
import type { ChallengeType } from '../challenges.ts'
import { renewalId } from '../renewal.ts'
import { json } from './authority-answer.ts'
import { AuthorityProblem, malformed, unauthorized } from './authority-problem.ts'
import type { SignedRequest } from './signed-request.ts'
import type { Signer } from './signer.ts'
import { validate } from './validation.ts'

export interface AuthorityOrdersOptions {
  origin: string
  signer: Signer
  ports: { http: number; https: number }
  resolve?: (name: string) => string | undefined
  offers?: readonly ChallengeType[]
  lifetimeMs?: number
  clock: Clock
}

/** RFC 8555 §7.1.6. */
interface Authorization {
  id: string
  account: string
  name: string
  status: 'pending' | 'valid' | 'invalid'
  challenges: Challenge[]
}

interface Challenge {
  id: string
  type: ChallengeType
  token: string
  status: 'pending' | 'processing' | 'valid' | 'invalid'
  error?: Record<string, unknown>
}

interface Order {
  id: string
  account: string
  names: readonly string[]
  authorizations: Authorization[]
  status: 'open' | 'processing' | 'valid'
  certificate?: string
}

const DAY_MS = 24 * 60 * 60_000
const DEFAULT_LIFETIME_MS = 90 * DAY_MS
const MAX_NAMES = 100

/** The orders of the authority for tests, with what proves their names. */
export class AuthorityOrders {
  readonly made: (readonly string[])[] = []
  readonly validations: string[] = []
  readonly replaced = new Set<string>()
  readonly #options: AuthorityOrdersOptions
  readonly #orders = new Map<string, Order>()
  readonly #authorizations = new Map<string, Authorization>()
  readonly #certificates = new Map<string, string>()
  #ports: { http: number; https: number }

  constructor(options: AuthorityOrdersOptions) {
    this.#options = options
    this.#ports = options.ports
  }

  setPorts(ports: { http: number; https: number }): void {
    this.#ports = ports
  }

  /** The one that this id of RFC 9773 §4.1 names. */
  certificateOf(id: string): string | undefined {
    return this.#certificates.get(id)
  }

  /** RFC 8555 §7.4. Throws an AuthorityProblem. */
  make({ kid = '', payload }: SignedRequest): Response {
    const names = namesIn(payload)
    const replaces = payload?.['replaces']
    if (typeof replaces === 'string') {
      // RFC 9773 §5.
      if (!this.#certificates.has(replaces)) throw malformed('there is nothing to replace')
      if (this.replaced.has(replaces)) {
        throw new AuthorityProblem(409, 'alreadyReplaced', 'it has a successor')
      }
      this.replaced.add(replaces)
    }
    const order: Order = {
      id: newId(),
      account: kid,
      names,
      authorizations: names.map((name) => this.#authorizationFor(kid, name)),
      status: 'open',
    }
    this.#orders.set(order.id, order)
    this.made.push(names)
    return json(201, this.#orderFields(order), { location: this.#url('order', order.id) })
  }

  /** Answers at one address. Throws an AuthorityProblem. */
  async answer(asked: { kind: string; id: string; signed: SignedRequest }): Promise<Response> {
    const { kind, id, signed } = asked
    switch (kind) {
      case 'order':
        return json(200, this.#orderFields(this.#ownOrder(id, signed)), { 'retry-after': '0' })
      case 'authorization': {
        const own = this.#own(this.#authorizations.get(id), signed)
        return json(200, this.#authorizationFields(own), { 'retry-after': '0' })
      }
      case 'challenge':
        return this.#begin(id, signed)
      case 'finalize':
        return this.#finalize(this.#ownOrder(id, signed), signed)
      case 'certificate': {
        const { certificate = '' } = this.#ownOrder(id, signed)
        const headers = { 'content-type': 'application/pem-certificate-chain' }
        return new Response(certificate, { headers })
      }
      default:
        throw new AuthorityProblem(404, 'malformed', 'there is nothing here')
    }
  }

  /** RFC 8555 §7.5.1: with an empty object it is to be looked for; the answer comes later. */
  #begin(id: string, signed: SignedRequest): Response {
    const found = [...this.#authorizations.values()].find(({ challenges }) =>
      challenges.some((each) => each.id === id),
    )
    const authorization = this.#own(found, signed)
    const challenge = authorization.challenges.find((each) => each.id === id)
    if (!challenge) throw malformed('no such challenge')
    const isReady = signed.payload !== undefined && authorization.status === 'pending'
    if (isReady && challenge.status === 'pending') {
      challenge.status = 'processing'
      void this.#validate(authorization, challenge, signed.thumbprint)
    }
    const up = `<${this.#url('authorization', authorization.id)}>;rel="up"`
    return json(200, this.#challengeFields(challenge), { link: up })
  }

  async #validate(
    authorization: Authorization,
    challenge: Challenge,
    thumbprint: string,
  ): Promise<void> {
    const { name } = authorization
    const { type, token } = challenge
    const { resolve = () => '127.0.0.1' } = this.#options
    this.validations.push(`${type} ${name}`)
    const keyAuthorization = `${token}.${thumbprint}`
    const proof = {
      type,
      name,
      token,
      keyAuthorization,
      address: resolve(name),
      ports: this.#ports,
    }
    try {
      await validate(proof)
      challenge.status = 'valid'
      authorization.status = 'valid'
    } catch (error) {
      challenge.status = 'invalid'
      challenge.error =
        error instanceof AuthorityProblem
          ? error.document
          : new AuthorityProblem(500, 'serverInternal', String(error)).document
      authorization.status = 'invalid'
    }
  }

  async #finalize(order: Order, { payload, thumbprint }: SignedRequest): Promise<Response> {
    const { signer, clock, lifetimeMs = DEFAULT_LIFETIME_MS } = this.#options
    if (this.#statusOf(order) !== 'ready') {
      throw new AuthorityProblem(403, 'orderNotReady', `it is ${this.#statusOf(order)}`)
    }
    const csr = payload?.['csr']
    if (typeof csr !== 'string') throw malformed('there is no csr')
    await signer.check(csr, order.names, thumbprint)
    order.status = 'processing'
    void signer
      .sign(csr, { from: clock.now(), until: clock.now() + lifetimeMs })
      .then(async (certificate) => {
        order.certificate = certificate
        order.status = 'valid'
        this.#certificates.set((await renewalId(certificate)) ?? '', certificate)
      })
    const headers = { location: this.#url('order', order.id), 'retry-after': '0' }
    return json(200, this.#orderFields(order), headers)
  }

  /** One that was proven already is of use again (RFC 8555 §7.5). */
  #authorizationFor(account: string, name: string): Authorization {
    const known = [...this.#authorizations.values()].find(
      (each) => each.account === account && each.name === name && each.status === 'valid',
    )
    if (known) return known
    const { offers = ['http-01', 'tls-alpn-01'] } = this.#options
    const authorization: Authorization = {
      id: newId(),
      account,
      name,
      status: 'pending',
      challenges: offers.map((type) => ({
        id: newId(),
        type,
        // RFC 8555 §8: at least 128 bits.
        token: randomBytes(32).toString('base64url'),
        status: 'pending',
      })),
    }
    this.#authorizations.set(authorization.id, authorization)
    return authorization
  }

  #statusOf({ status, authorizations }: Order): string {
    if (status !== 'open') return status
    if (authorizations.some((each) => each.status === 'invalid')) return 'invalid'
    return authorizations.every((each) => each.status === 'valid') ? 'ready' : 'pending'
  }

  #orderFields(order: Order): Record<string, unknown> {
    const isDone = order.status === 'valid'
    return {
      status: this.#statusOf(order),
      expires: new Date(this.#options.clock.now() + DAY_MS).toISOString(),
      identifiers: order.names.map((value) => ({ type: 'dns', value })),
      authorizations: order.authorizations.map(({ id }) => this.#url('authorization', id)),
      finalize: this.#url('finalize', order.id),
      ...(isDone ? { certificate: this.#url('certificate', order.id) } : {}),
    }
  }

  #authorizationFields({ name, status, challenges }: Authorization): Record<string, unknown> {
    return {
      identifier: { type: 'dns', value: name },
      status,
      challenges: challenges.map((each) => this.#challengeFields(each)),
    }
  }

  #challengeFields({ id, type, token, status, error }: Challenge): Record<string, unknown> {
    return { type, token, status, url: this.#url('challenge', id), ...(error ? { error } : {}) }
  }

  #ownOrder(id: string, signed: SignedRequest): Order {
    return this.#own(this.#orders.get(id), signed)
  }

  #own<Thing extends { account: string }>(thing: Thing | undefined, signed: SignedRequest): Thing {
    if (!thing) throw new AuthorityProblem(404, 'malformed', 'there is nothing here')
    if (thing.account !== signed.kid) throw unauthorized('it is another account’s')
    return thing
  }

  #url(kind: string, id: string): string {
    return `${this.#options.origin}/${kind}/${id}`
  }
}

function namesIn(payload: SignedRequest['payload']): string[] {
  const list = payload?.['identifiers']
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_NAMES) {
    throw malformed('identifiers are missing')
  }
  return list.map(fieldsOf).map(({ type, value }) => {
    if (type !== 'dns' || typeof value !== 'string') {
      throw new AuthorityProblem(400, 'unsupportedIdentifier', 'only names')
    }
    if (!/^[a-z\d-]+(\.[a-z\d-]+)+$/.test(value)) {
      throw new AuthorityProblem(400, 'rejectedIdentifier', `${value} is no public name`)
    }
    return value
  })
}

function newId(): string {
  return randomBytes(9).toString('base64url')
}
