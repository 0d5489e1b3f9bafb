// @peculiar/x509 must find it in place.
import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type JsonGeneralName,
} from '@peculiar/x509'
import { encodePermitted, NAME_CONSTRAINTS, type PermittedSubtree } from './name-constraints.ts'

/** A certificate and its key, both PEM. */
interface Made {
  cert: string
  key: string
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Browsers refuse certificates that live longer than 398 days. */
const LIFETIME_MS = 397 * DAY_MS

/** People tell their devices once. */
const ROOT_LIFETIME_MS = 10 * 365 * DAY_MS

/** Clocks of other devices may be a little behind. */
const BACKDATE_MS = DAY_MS

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** Makes a certificate for DNS names and addresses: signed by `issuer`, or by itself without one. */
export async function makeCertificate(
  names: readonly string[],
  now: number,
  issuer?: Made,
): Promise<Made> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const root = issuer && new X509Certificate(issuer.cert)
  const subject = 'CN=Duet'
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject,
    issuer: root?.subject ?? subject,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now - BACKDATE_MS + LIFETIME_MS),
    publicKey: keys.publicKey,
    signingKey: issuer ? await importKey(issuer.key) : keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map(alternativeName)),
      ...(root ? [await AuthorityKeyIdentifierExtension.create(root, false)] : []),
    ],
  })
  return { cert: certificate.toString('pem'), key: await exportKey(keys.privateKey) }
}

/** Makes an authority that can certify servers within these subtrees, and nothing else. */
export async function makeRoot({
  name,
  permitted,
  now,
}: {
  name: string
  permitted: readonly PermittedSubtree[]
  now: number
}): Promise<Made> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    name: `CN=${name}`,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now - BACKDATE_MS + ROOT_LIFETIME_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      // Nothing but servers' certificates directly below it.
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      // RFC 5280 §4.2.1.10: it must be critical.
      new Extension(NAME_CONSTRAINTS, true, encodePermitted(permitted)),
    ],
  })
  return { cert: certificate.toString('pem'), key: await exportKey(keys.privateKey) }
}

/** RFC 5280 §4.1.2.2: positive, at most 20 bytes. */
function newSerialNumber(): string {
  return `01${randomBytes(15).toString('hex')}`
}

async function exportKey(key: CryptoKey): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

function importKey(pem: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign'])
}

function alternativeName(value: string): JsonGeneralName {
  return { type: isIP(value) === 0 ? 'dns' : 'ip', value }
}
