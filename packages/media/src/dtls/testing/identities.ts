import { dlopen, ptr } from 'bun:ffi'
import { createHash, generateKeyPairSync } from 'node:crypto'
import type { Clock } from '@duet/base'
import type { Fingerprint } from '../dtls.ts'
import { makeCertificate, type Identity } from '../identity.ts'
import { made, type Handle, type OpenSsl } from '../openssl.ts'

/** From `openssl/obj_mac.h`. */
const EVP_PKEY_EC = 408

const { d2i_PrivateKey, i2d_X509 } = dlopen('libcrypto.so.3', {
  d2i_PrivateKey: { args: ['int', 'ptr', 'ptr', 'i64'], returns: 'ptr' },
  i2d_X509: { args: ['ptr', 'ptr'], returns: 'int' },
}).symbols

/**
 * Somebody's certificate, and a key that says it belonged to it but signs with another secret:
 * OpenSSL compares only the public halves.
 */
export function stolenIdentity(openssl: OpenSsl, clock: Clock): Identity {
  const [owner, thief] = [generateKey(), generateKey()]
  const ownersKey = loadKey(openssl, owner, owner)
  const certificate = makeCertificate(openssl, clock, ownersKey)
  openssl.EVP_PKEY_free(ownersKey)
  return { certificate, key: loadKey(openssl, thief, owner) }
}

/** The fingerprint as somebody else computes it. */
export function announce(certificate: Handle, algorithm: string): Fingerprint {
  const der = Buffer.alloc(i2d_X509(certificate, null))
  i2d_X509(certificate, new BigUint64Array([BigInt(ptr(der))]))
  const digest = createHash(algorithm.replace('-', '')).update(der).digest('hex').toUpperCase()
  return { algorithm, value: digest.match(/../g)!.join(':') }
}

function generateKey(): JsonWebKey {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
}

/** RFC 5915: an ECPrivateKey with the secret of one and the public half of another. */
function loadKey(openssl: OpenSsl, secret: JsonWebKey, open: JsonWebKey): Handle {
  const der = Buffer.concat([
    Buffer.from('30770201010420', 'hex'),
    Buffer.from(secret.d!, 'base64url'),
    Buffer.from('a00a06082a8648ce3d030107a14403420004', 'hex'),
    Buffer.from(open.x!, 'base64url'),
    Buffer.from(open.y!, 'base64url'),
  ])
  const at = new BigUint64Array([BigInt(ptr(der))])
  return made(openssl, d2i_PrivateKey(EVP_PKEY_EC, null, at, BigInt(der.length)), 'a stolen key')
}
