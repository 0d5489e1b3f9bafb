import { createHash, createPublicKey, verify } from 'node:crypto'
import { fieldsOf } from '../acme-error.ts'
import { AuthorityProblem, malformed, unauthorized } from './authority-problem.ts'

/** A request whose signature is right. */
export interface SignedRequest {
  /** Of the account, where it is named. */
  kid: string | undefined
  /** The key that signed. */
  thumbprint: string
  /** Undefined: it only reads. */
  payload: Readonly<Record<string, unknown>> | undefined
}

export interface RequestRules {
  /** Where it was sent to. */
  url: string
  /** Whether it is signed with the key itself, or in the name of an account. */
  identity: 'jwk' | 'kid'
  /** Takes a nonce once; false for one that was never given, or is used up. */
  useNonce: (nonce: string) => boolean
  /** The key of an account. */
  keyOf: (kid: string) => JsonWebKey | undefined
}

/** Checks a request as RFC 8555 §6.2 to §6.5 tell. Throws an AuthorityProblem. */
export async function readSignedRequest(
  request: Request,
  rules: RequestRules,
): Promise<SignedRequest> {
  if (request.headers.get('content-type') !== 'application/jose+json') {
    throw new AuthorityProblem(415, 'malformed', 'the type must be application/jose+json')
  }
  const jws = fieldsOf(await request.json().catch(() => undefined))
  const { protected: head, payload, signature } = jws
  if (typeof head !== 'string' || typeof payload !== 'string' || typeof signature !== 'string') {
    throw malformed('that is no JWS')
  }
  // RFC 8555 §6.2: nothing outside the signature.
  if ('header' in jws || 'signatures' in jws) throw malformed('only one protected header')
  const header = fieldsOf(decoded(head))
  if (header['alg'] !== 'ES256') {
    throw new AuthorityProblem(400, 'badSignatureAlgorithm', 'only ES256')
  }
  if (typeof header['nonce'] !== 'string' || !rules.useNonce(header['nonce'])) {
    throw new AuthorityProblem(400, 'badNonce', 'that nonce is of no use')
  }
  if (header['url'] !== rules.url) throw unauthorized('it is signed for another address')
  if ('jwk' in header === 'kid' in header) throw malformed('either jwk or kid')
  const { kid } = header
  const key = keyFor(header, rules)
  if (!isSignedBy(key, `${head}.${payload}`, signature)) throw malformed('the signature is wrong')
  return {
    kid: typeof kid === 'string' ? kid : undefined,
    thumbprint: thumbprintOf(key),
    payload: payload === '' ? undefined : fieldsOf(decoded(payload)),
  }
}

/** RFC 7638, for a P-256 key. */
export function thumbprintOf({ crv, kty, x, y }: JsonWebKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}

function keyFor(header: Readonly<Record<string, unknown>>, rules: RequestRules): JsonWebKey {
  const { identity, keyOf } = rules
  if (!(identity in header)) throw malformed(`this address wants ${identity}`)
  if (identity === 'jwk') return fieldsOf(header['jwk'])
  const key = typeof header['kid'] === 'string' ? keyOf(header['kid']) : undefined
  if (!key) throw new AuthorityProblem(400, 'accountDoesNotExist', 'there is no such account')
  return key
}

function isSignedBy(jwk: JsonWebKey, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    const bytes = Buffer.from(signature, 'base64url')
    return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, bytes)
  } catch {
    throw new AuthorityProblem(400, 'badPublicKey', 'that key is of no use')
  }
}

function decoded(text: string): unknown {
  // RFC 7515 §2: without padding.
  if (!/^[\w-]*$/.test(text)) throw malformed('that is not base64url')
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw malformed('that is not JSON')
  }
}
