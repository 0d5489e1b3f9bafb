import type { AcmeAnswer, AcmeConnection } from './acme-connection.ts'
import { secureUrl } from './acme-connection.ts'
import { AcmeError, fieldsOf, problemsOf, type Problem } from './acme-error.ts'
import type { Challenges, ChallengeType } from './challenges.ts'
import { keyAuthorization } from './jws.ts'
import { MAX_POLL_MS, ORDER_TIMEOUT_MS, POLL_MS } from './limits.ts'
import type { Clock } from '@duet/base'

export interface AcmeClientOptions {
  connection: AcmeConnection
  challenges: Challenges
  clock: Clock
  /** Aborted when the server stops. */
  closing: AbortSignal
}

/** What is wanted. */
export interface CertificateOrder {
  names: readonly string[]
  /** How every name is proven. */
  challengeType: ChallengeType
  /** RFC 9773 §4.1: the certificate that this one follows. */
  replaces?: string | undefined
}

/** A certificate with its chain, and its key, both PEM. */
export interface IssuedCertificate {
  cert: string
  key: string
}

/** An order on its way. */
interface Pending {
  url: string
  endsAt: number
}

/** Gets certificates from an authority (RFC 8555 §7). */
export class AcmeClient {
  readonly #options: AcmeClientOptions

  constructor(options: AcmeClientOptions) {
    this.#options = options
  }

  /** Finds or makes the account of the key, and returns its address. Rejects with an AcmeError. */
  async register(email: string | undefined): Promise<string> {
    const { connection } = this.#options
    const { newAccount } = await connection.directory()
    connection.account = undefined
    const { location } = await connection.post(newAccount, {
      termsOfServiceAgreed: true,
      ...(email === undefined ? {} : { contact: [`mailto:${email}`] }),
    })
    connection.account = secureUrl({ location }, 'location')
    return connection.account
  }

  /** RFC 8555 §7.4. Rejects with an AcmeError that names what could not be proven. */
  async obtain(order: CertificateOrder): Promise<IssuedCertificate> {
    const { connection, clock } = this.#options
    const { location, fields } = await this.#newOrder(order)
    const pending = {
      url: secureUrl({ location }, 'location'),
      endsAt: clock.now() + ORDER_TIMEOUT_MS,
    }
    const proofs = await Promise.allSettled(
      addressesIn(fields, 'authorizations').map((url) =>
        this.#prove(url, order.challengeType, pending),
      ),
    )
    throwFaults(proofs)
    const ready = await this.#until(pending, pending.url, ['ready', 'valid'])
    const { makeSigningRequest } = await import('./signing-request.ts')
    const { csr, key } = await makeSigningRequest(order.names)
    await connection.post(secureUrl(ready.fields, 'finalize'), { csr })
    const done = await this.#until(pending, pending.url, ['valid'])
    const { text } = await connection.post(secureUrl(done.fields, 'certificate'))
    return { cert: text, key }
  }

  async #newOrder({ names, replaces }: CertificateOrder): Promise<AcmeAnswer> {
    const { connection } = this.#options
    const { newOrder } = await connection.directory()
    const identifiers = names.map((value) => ({ type: 'dns', value }))
    if (replaces !== undefined) {
      try {
        return await connection.post(newOrder, { identifiers, replaces })
      } catch (error) {
        // It is a courtesy (RFC 9773 §5): without it there is one all the same.
        const isAboutNames =
          error instanceof AcmeError &&
          (error.code !== 'refused' || error.problems[0]?.type === 'rateLimited')
        if (isAboutNames) throw error
      }
    }
    return connection.post(newOrder, { identifiers })
  }

  /** RFC 8555 §7.5. */
  async #prove(url: string, type: ChallengeType, pending: Pending): Promise<void> {
    const { connection, challenges } = this.#options
    const { fields } = await connection.post(url)
    const name = fieldsOf(fields['identifier'])['value']
    if (fields['status'] === 'valid') return
    if (typeof name !== 'string') throw new AcmeError('bad-answer', 'an authorization has no name')
    const offered = Array.isArray(fields['challenges']) ? fields['challenges'].map(fieldsOf) : []
    const challenge = offered.find((each) => each['type'] === type)
    const token = challenge?.['token']
    // RFC 8555 §8.1: base64url, so that it can be part of an address.
    if (!challenge || typeof token !== 'string' || !/^[\w-]{22,256}$/.test(token)) {
      throw refusal([{ type: 'notOffered', detail: `the authority offers no ${type}`, name }])
    }
    const answer = keyAuthorization(token, connection.key)
    const withdraw = await challenges.answer({ type, name, token, keyAuthorization: answer })
    try {
      await connection.post(secureUrl(challenge, 'url'), {})
      await this.#until(pending, url, ['valid'])
    } finally {
      withdraw()
    }
  }

  /** Asks until it has come to one of these states. */
  async #until({ endsAt }: Pending, url: string, wanted: readonly string[]): Promise<AcmeAnswer> {
    const { connection, clock } = this.#options
    for (;;) {
      const answer = await connection.post(url)
      const { status } = answer.fields
      if (typeof status === 'string' && wanted.includes(status)) return answer
      if (status !== 'pending' && status !== 'processing' && status !== 'ready') {
        throw refusal(faultsIn(answer.fields))
      }
      if (clock.now() >= endsAt) {
        throw new AcmeError('not-in-time', 'the authority comes to no end')
      }
      await this.#wait(Math.min(answer.retryAfterMs ?? POLL_MS, MAX_POLL_MS))
    }
  }

  #wait(ms: number): Promise<void> {
    const { clock, closing } = this.#options
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        cancel()
        reject(new AcmeError('closed', 'the server stops'))
      }
      const cancel = clock.after(ms, () => {
        closing.removeEventListener('abort', stop)
        resolve()
      })
      if (closing.aborted) stop()
      else closing.addEventListener('abort', stop, { once: true })
    })
  }
}

function refusal(problems: readonly Problem[]): AcmeError {
  return new AcmeError('refused', problems[0]?.detail ?? 'no reason given', { problems })
}

/** What an order, or an authorization by its challenges, says went wrong. */
function faultsIn(fields: Readonly<Record<string, unknown>>): Problem[] {
  const { value } = fieldsOf(fields['identifier'])
  const name = typeof value === 'string' ? { name: value } : {}
  const { error, challenges } = fields
  const errors = [error, ...(Array.isArray(challenges) ? challenges : []).map(errorOf)]
  const found = errors.filter((each) => each !== undefined)
  if (found.length > 0) return found.flatMap(problemsOf).map((problem) => ({ ...name, ...problem }))
  return [{ type: 'unknown', detail: `the authority says "${String(fields['status'])}"`, ...name }]
}

function errorOf(challenge: unknown): unknown {
  return fieldsOf(challenge)['error']
}

/** Of several refusals one error, with the reasons of all; any other fault goes first. */
function throwFaults(results: readonly PromiseSettledResult<void>[]): void {
  const faults: unknown[] = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  )
  const refusals = faults.filter(
    (fault): fault is AcmeError => fault instanceof AcmeError && fault.code === 'refused',
  )
  if (faults.length > refusals.length)
    throw faults.find((fault) => !refusals.includes(fault as AcmeError))
  if (refusals.length > 0) throw refusal(refusals.flatMap(({ problems }) => problems))
}

function addressesIn(fields: Readonly<Record<string, unknown>>, name: string): string[] {
  const list = fields[name]
  if (!Array.isArray(list)) throw new AcmeError('bad-answer', `an order has no ${name}`)
  return list.map((url: unknown) => secureUrl({ url }, 'url'))
}
