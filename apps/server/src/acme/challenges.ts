import type { HttpRoute } from '../front/socket.ts'
import type { Tls } from '../front/listen.ts'
import { MAX_CHALLENGES } from './limits.ts'

/** How a name can be proven. */
export type ChallengeType = 'http-01' | 'tls-alpn-01'

/** What an authority asks for. */
export interface Challenge {
  type: ChallengeType
  /** The name that it is for. */
  name: string
  token: string
  keyAuthorization: string
}

/** Where an authority looks for what proves a name (RFC 8555 §8.3). */
const PREFIX = '/.well-known/acme-challenge'

/** The answers that authorities look for now. */
export class Challenges {
  readonly #texts = new Map<string, string>()
  readonly #certificates = new Map<string, Tls>()
  readonly #onTlsChange: (certificates: ReadonlyMap<string, Tls>) => void

  /** `onTlsChange`: from now on these are presented to who asks by TLS-ALPN-01. */
  constructor(onTlsChange: (certificates: ReadonlyMap<string, Tls>) => void) {
    this.#onTlsChange = onTlsChange
  }

  /** Answers HTTP-01; for whoever else asks there is nothing there. */
  readonly route: HttpRoute = {
    prefix: PREFIX,
    maxBodyBytes: 0,
    isPlainAllowed: true,
    respond: ({ url }, { method }) => {
      const text = this.#texts.get(url.pathname.slice(PREFIX.length + 1))
      const headers = { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' }
      if (text === undefined || (method !== 'GET' && method !== 'HEAD')) {
        return new Response('There is nothing at this address', { status: 404 })
      }
      return new Response(text, { headers })
    },
  }

  /** Returns its end. Rejects when too many wait. */
  async answer(challenge: Challenge): Promise<() => void> {
    const { type, name, token, keyAuthorization } = challenge
    if (this.#texts.size + this.#certificates.size >= MAX_CHALLENGES) {
      throw new RangeError('too many challenges at once')
    }
    if (type === 'http-01') {
      this.#texts.set(token, keyAuthorization)
      return () => void this.#texts.delete(token)
    }
    // What makes certificates takes a while to load.
    const { challengeCertificate } = await import('./challenge-certificate.ts')
    this.#certificates.set(name, await challengeCertificate(name, keyAuthorization))
    this.#onTlsChange(this.#certificates)
    return () => {
      this.#certificates.delete(name)
      this.#onTlsChange(this.#certificates)
    }
  }
}
