// @peculiar/x509 must find it in place.
import 'reflect-metadata'
import {
  PemConverter,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
} from '@peculiar/x509'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** What is asked to be signed, with the key that stays here. */
export interface SigningRequest {
  /** DER in base64url, as RFC 8555 §7.4 has it. */
  csr: string
  /** PEM. */
  key: string
}

/** For these names, with a new key (RFC 2986). */
export async function makeSigningRequest(names: readonly string[]): Promise<SigningRequest> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const request = await Pkcs10CertificateRequestGenerator.create({
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns' as const, value }))),
    ],
  })
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    csr: Buffer.from(request.rawData).toString('base64url'),
    key: PemConverter.encode(key, 'PRIVATE KEY'),
  }
}
