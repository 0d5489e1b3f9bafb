import type { Fingerprint } from './dtls.ts'
import { succeeded, type Handle, type OpenSsl } from './openssl.ts'

/** RFC 8122 §5; what is shorter than sha-256 is refused. */
const DIGESTS = {
  'sha-256': 'EVP_sha256',
  'sha-384': 'EVP_sha384',
  'sha-512': 'EVP_sha512',
} as const

type DigestName = keyof typeof DIGESTS

/** EVP_MAX_MD_SIZE. */
const MAX_DIGEST_BYTES = 64

/** The sha-256 fingerprint of a certificate. Throws what OpenSSL says when it can't compute it. */
export function fingerprintOf(openssl: OpenSsl, certificate: Handle): Fingerprint {
  return { algorithm: 'sha-256', value: digestOf(openssl, certificate, 'sha-256') }
}

/** Whether a certificate is one of those that were announced. */
export function isAnnounced(
  openssl: OpenSsl,
  certificate: Handle,
  fingerprints: readonly Fingerprint[],
): boolean {
  return fingerprints.some(({ algorithm, value }) => {
    const name = algorithm.toLowerCase()
    return isDigestName(name) && digestOf(openssl, certificate, name) === value.toUpperCase()
  })
}

function isDigestName(name: string): name is DigestName {
  return Object.hasOwn(DIGESTS, name)
}

/** Upper-case hex with colons. */
function digestOf(openssl: OpenSsl, certificate: Handle, name: DigestName): string {
  const digest = new Uint8Array(MAX_DIGEST_BYTES)
  const length = new Uint32Array(1)
  const isDone = openssl.X509_digest(certificate, openssl[DIGESTS[name]](), digest, length) === 1
  succeeded(openssl, isDone, 'a digest')
  const hex = Buffer.from(digest.subarray(0, length[0])).toString('hex').toUpperCase()
  return hex.replaceAll(/..(?=.)/g, '$&:')
}
