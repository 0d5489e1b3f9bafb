import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto'

/** The key that an account with an authority is known by: P-256. */
export interface AccountKey {
  privateKey: KeyObject
  /** The members that a thumbprint is made of, in its order (RFC 7638 §3.2). */
  jwk: { crv: string; kty: string; x: string; y: string }
  /** base64url. */
  thumbprint: string
}

/** A signed request in the flattened form (RFC 7515 §7.2.2). */
export interface Jws {
  protected: string
  payload: string
  signature: string
}

/** A new key, as PEM. */
export function makeAccountKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' })
}

/** Throws when it is no such key. */
export function readAccountKey(pem: string): AccountKey {
  const privateKey = createPrivateKey(pem)
  const { crv, kty, x, y } = createPublicKey(privateKey).export({ format: 'jwk' })
  if (crv !== 'P-256' || !kty || !x || !y) throw new TypeError('it is no P-256 key')
  const jwk = { crv, kty, x, y }
  const thumbprint = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url')
  return { privateKey, jwk, thumbprint }
}

/** RFC 8555 §6.2; without a payload it is a POST-as-GET (§6.3). */
export function signJws(
  key: AccountKey,
  header: Readonly<Record<string, unknown>>,
  payload: unknown,
): Jws {
  const head = encode({ alg: 'ES256', ...header })
  const body = payload === undefined ? '' : encode(payload)
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), {
    key: key.privateKey,
    // RFC 7518 §3.4: both numbers, and no ASN.1.
    dsaEncoding: 'ieee-p1363',
  })
  return { protected: head, payload: body, signature: signature.toString('base64url') }
}

/** What a challenge is answered with (RFC 8555 §8.1). */
export function keyAuthorization(token: string, { thumbprint }: AccountKey): string {
  return `${token}.${thumbprint}`
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
