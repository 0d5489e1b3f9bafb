// @peculiar/x509 must find it in place.
import 'reflect-metadata'
import { createHash } from 'node:crypto'
import {
  Extension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { Tls } from '../front/listen.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** id-pe-acmeIdentifier (RFC 8737 §6.1). */
const ACME_IDENTIFIER = '1.3.6.1.5.5.7.1.31'

const OCTET_STRING = 0x04
const DIGEST_BYTES = 32

/** What answers TLS-ALPN-01 for a name (RFC 8737 §3): nobody else ever sees it. */
export async function challengeCertificate(name: string, keyAuthorization: string): Promise<Tls> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const digest = createHash('sha256').update(keyAuthorization).digest()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Duet',
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
      new Extension(ACME_IDENTIFIER, true, new Uint8Array([OCTET_STRING, DIGEST_BYTES, ...digest])),
    ],
  })
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { cert: certificate.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') }
}
