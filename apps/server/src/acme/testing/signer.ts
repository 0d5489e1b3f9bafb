// @peculiar/x509 must find it in place.
import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  type Extension,
  type X509Certificate,
} from '@peculiar/x509'
import { thumbprintOf } from './signed-request.ts'
import { AuthorityProblem } from './authority-problem.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const YEAR_MS = 365 * 24 * 60 * 60_000

/** A root, and an authority below it that signs what is asked for. */
export interface Signer {
  /** PEM: what clients of the certificates must trust. */
  root: string
  /** Reads a CSR and checks it (RFC 8555 §7.4). Throws an AuthorityProblem. */
  check(csr: string, names: readonly string[], accountThumbprint: string): Promise<void>
  /** A certificate with its chain, PEM. */
  sign(csr: string, times: { from: number; until: number }): Promise<string>
  /** A certificate of its own for `localhost`, with its key. */
  ownCertificate(now: number): Promise<{ cert: string; key: string }>
}

/** Makes both. */
export async function createSigner(now: number): Promise<Signer> {
  const root = await authority(now, 'CN=Test root')
  const issuer = await authority(now, 'CN=Test issuer', root)

  const issue = async (
    publicKey: CryptoKey,
    names: readonly string[],
    { from, until }: { from: number; until: number },
  ): Promise<string> => {
    const certificate = await X509CertificateGenerator.create({
      serialNumber: serial(),
      // RFC 8555 asks for none, and Let's Encrypt leaves it out.
      subject: '',
      issuer: issuer.certificate.subject,
      notBefore: new Date(from),
      notAfter: new Date(until),
      publicKey,
      signingKey: issuer.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(
          names.map((value) => ({ type: 'dns' as const, value })),
        ),
        await AuthorityKeyIdentifierExtension.create(issuer.certificate, false),
        await SubjectKeyIdentifierExtension.create(publicKey),
      ],
    })
    return `${certificate.toString('pem')}\n${issuer.certificate.toString('pem')}\n`
  }

  return {
    root: root.certificate.toString('pem'),
    async check(csr, names, accountThumbprint) {
      const request = parsed(csr)
      if (!(await request.verify())) throw badCsr('its signature is wrong')
      if (namesOf(request).join() !== [...names].sort().join()) throw badCsr('it has other names')
      const key = await request.publicKey.export()
      const jwk = await crypto.subtle.exportKey('jwk', key)
      // RFC 8555 §11.1: never the account's key.
      if (thumbprintOf(jwk) === accountThumbprint) throw badCsr('it has the key of the account')
    },
    async sign(csr, times) {
      const request = parsed(csr)
      return issue(await request.publicKey.export(), namesOf(request), times)
    },
    async ownCertificate(own) {
      const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
      const times = { from: own - YEAR_MS, until: own + YEAR_MS }
      const cert = await issue(keys.publicKey, ['localhost'], times)
      const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
      return { cert, key: PemConverter.encode(key, 'PRIVATE KEY') }
    },
  }
}

interface Authority {
  certificate: X509Certificate
  keys: CryptoKeyPair
}

async function authority(now: number, subject: string, above?: Authority): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const extensions: Extension[] = [
    new BasicConstraintsExtension(true, above ? 0 : 1, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
  ]
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial(),
    subject,
    issuer: above?.certificate.subject ?? subject,
    notBefore: new Date(now - YEAR_MS),
    notAfter: new Date(now + 10 * YEAR_MS),
    publicKey: keys.publicKey,
    signingKey: (above ?? { keys }).keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions,
  })
  return { certificate, keys }
}

function parsed(csr: string): Pkcs10CertificateRequest {
  try {
    return new Pkcs10CertificateRequest(new Uint8Array(Buffer.from(csr, 'base64url')))
  } catch {
    throw badCsr('it can not be read')
  }
}

function namesOf(request: Pkcs10CertificateRequest): string[] {
  const extension = request.extensions.find(
    (each) => each instanceof SubjectAlternativeNameExtension,
  )
  const names = extension?.names.items.map(({ value }) => value) ?? []
  return names.sort()
}

/** Random ones begin with a bit that is set as often as not. */
function serial(): string {
  return randomBytes(9).toString('hex')
}

function badCsr(detail: string): AuthorityProblem {
  return new AuthorityProblem(400, 'badCSR', detail)
}
