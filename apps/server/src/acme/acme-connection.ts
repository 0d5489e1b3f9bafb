import { messageOf, type Clock } from '@duet/base'
import { failureOf } from '../front/failure.ts'
import { AcmeError, fieldsOf, problemsOf } from './acme-error.ts'
import { signJws, type AccountKey } from './jws.ts'
import { MAX_ANSWER_BYTES, MAX_NONCE_RETRIES, REQUEST_TIMEOUT_MS } from './limits.ts'

export interface AcmeConnectionOptions {
  /** `https:`. */
  directory: string
  /** PEM of what is trusted besides the usual authorities. */
  ca: string | undefined
  key: AccountKey
  clock: Clock
  /** Aborted when the server stops. */
  closing: AbortSignal
}

/** What an authority can do, and where (RFC 8555 §7.1.1). */
export interface Directory {
  newNonce: string
  newAccount: string
  newOrder: string
  /** RFC 9773. */
  renewalInfo: string | undefined
}

/** One answer of an authority. */
export interface AcmeAnswer {
  /** Of a JSON object, its members. */
  fields: Readonly<Record<string, unknown>>
  text: string
  /** Of what was made. */
  location: string | undefined
  retryAfterMs: number | undefined
}

interface AcmeRequest {
  method: 'GET' | 'HEAD' | 'POST'
  headers?: Record<string, string>
  body?: string
}

/** Speaks with one authority as one account: nonces, signatures, problems. */
export class AcmeConnection {
  readonly #options: AcmeConnectionOptions
  #directory: Directory | undefined
  /** RFC 8555 §6.5: each is of use once. */
  #nonce: string | undefined
  /** The account's address, which its requests are signed with once it is known. */
  account: string | undefined

  constructor(options: AcmeConnectionOptions) {
    this.#options = options
  }

  get key(): AccountKey {
    return this.#options.key
  }

  /** Rejects with an AcmeError, as all of these. */
  async directory(): Promise<Directory> {
    if (this.#directory) return this.#directory
    const { fields } = await this.get(this.#options.directory)
    this.#directory = {
      newNonce: secureUrl(fields, 'newNonce'),
      newAccount: secureUrl(fields, 'newAccount'),
      newOrder: secureUrl(fields, 'newOrder'),
      renewalInfo:
        fields['renewalInfo'] === undefined ? undefined : secureUrl(fields, 'renewalInfo'),
    }
    return this.#directory
  }

  /** Reads what is everybody's. */
  async get(url: string): Promise<AcmeAnswer> {
    return answerOf(await this.#fetch(url, { method: 'GET' }), this.#options.clock)
  }

  /** Asks with a signature; without a payload it reads (RFC 8555 §6.3). */
  async post(url: string, payload?: unknown): Promise<AcmeAnswer> {
    for (let attempt = 0; ; attempt += 1) {
      const nonce = await this.#takeNonce()
      const { key } = this.#options
      const identity = this.account === undefined ? { jwk: key.jwk } : { kid: this.account }
      const body = JSON.stringify(signJws(key, { ...identity, nonce, url }, payload))
      const headers = { 'content-type': 'application/jose+json' }
      try {
        const response = await this.#fetch(url, { method: 'POST', headers, body })
        return await answerOf(response, this.#options.clock)
      } catch (error) {
        const isOld = error instanceof AcmeError && error.problems[0]?.type === 'badNonce'
        if (!isOld || attempt >= MAX_NONCE_RETRIES) throw error
      }
    }
  }

  async #takeNonce(): Promise<string> {
    if (this.#nonce === undefined) {
      const { newNonce } = await this.directory()
      await this.#fetch(newNonce, { method: 'HEAD' })
    }
    const nonce = this.#nonce
    this.#nonce = undefined
    if (nonce === undefined) throw new AcmeError('bad-answer', 'the authority gives no nonce')
    return nonce
  }

  async #fetch(url: string, { headers, ...init }: AcmeRequest): Promise<Response> {
    const { ca, clock, closing } = this.#options
    const late = new AbortController()
    const cancel = clock.after(REQUEST_TIMEOUT_MS, () => late.abort(new Error('no answer in time')))
    try {
      const response = await fetch(url, {
        ...init,
        headers: { 'user-agent': 'Duet', ...headers },
        redirect: 'error',
        signal: AbortSignal.any([late.signal, closing]),
        ...(ca === undefined ? {} : { tls: { ca } }),
      })
      const nonce = response.headers.get('replay-nonce')
      if (nonce !== null && /^[\w-]{1,256}$/.test(nonce)) this.#nonce = nonce
      // Read within the time, too.
      const body = await boundedBody(response)
      return new Response(body, response)
    } catch (error) {
      if (closing.aborted) throw new AcmeError('closed', 'the server stops', { cause: error })
      if (error instanceof AcmeError) throw error
      const message = `${new URL(url).host} can't be reached (${failureOf(error)})`
      throw new AcmeError('unreachable', message, { cause: error })
    } finally {
      cancel()
    }
  }
}

async function answerOf(response: Response, clock: Clock): Promise<AcmeAnswer> {
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  const fields = /\bjson\b/.test(type) ? fieldsOf(parsed(text)) : {}
  const retryAfterMs = retryAfter(response.headers.get('retry-after'), clock)
  if (!response.ok) {
    const problems = problemsOf(fields)
    const [first] = problems
    const message = first?.detail || `the authority answers ${response.status}`
    throw new AcmeError('refused', message, { problems, retryAfterMs })
  }
  const location = response.headers.get('location') ?? undefined
  return { fields, text, location, retryAfterMs }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AcmeError('bad-answer', `the authority sends no JSON (${messageOf(error)})`, {
      cause: error,
    })
  }
}

async function boundedBody({ body }: Response): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!body) return null
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) throw new AcmeError('bad-answer', 'its answer is too long')
    chunks.push(chunk)
  }
  return bytes === 0 ? null : new Uint8Array(Buffer.concat(chunks))
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
function retryAfter(text: string | null, clock: Clock): number | undefined {
  if (text === null) return undefined
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - clock.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

/** An address in an answer. Throws an AcmeError. */
export function secureUrl(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name]
  if (typeof value === 'string' && URL.parse(value)?.protocol === 'https:') return value
  throw new AcmeError('bad-answer', `the authority's answer has no ${name}`)
}
