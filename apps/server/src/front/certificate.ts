import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isIP } from 'node:net'
import { messageOf } from '@duet/base'
import { writePrivateFile } from '../data-directory.ts'
import { StartError } from '../start-error.ts'
import { loadLocalRoot, type LocalRoot } from './local-root.ts'

/** What HTTPS and TURN over TLS present. */
export interface Certificate {
  /** PEM, with its chain. */
  cert: string
  /** PEM. */
  key: string
  /** Made here, so browsers warn of it unless they were told to trust its root. */
  isSelfSigned: boolean
  /** DNS names and addresses that it is for. */
  names: readonly string[]
  /** Milliseconds since the epoch. */
  endsAt: number
}

export interface OwnCertificateOptions {
  dataDirectory: string
  /** Names and addresses that it must be for. */
  needed: readonly string[]
  /** Ones that are no reason to make a new certificate. */
  welcome: readonly string[]
  /** Milliseconds since the epoch. */
  now: number
}

const DAY_MS = 24 * 60 * 60 * 1000

/** How long before its end a certificate is replaced, so that a server may run on for long. */
const RENEW_BEFORE_MS = 90 * DAY_MS

/** Addresses of old networks stay in a new certificate, up to this many names. */
const MAX_NAMES = 40

/** Reads the certificate that a person gave. Throws a StartError. */
export function readGivenCertificate(certPath: string, keyPath: string): Certificate {
  const cert = readPem(certPath, '--tls-cert')
  const key = readPem(keyPath, '--tls-key')
  try {
    return checkedCertificate({ cert, key, isSelfSigned: false })
  } catch (error) {
    throw new StartError(
      'bad-certificate',
      `The certificate ${certPath} and the key ${keyPath} can't be used together ` +
        `(${messageOf(error)}).`,
      { cause: error },
    )
  }
}

/** A certificate that this server made for itself. */
export interface OwnCertificate extends Certificate {
  root: LocalRoot
}

/**
 * The certificate of the data directory that its own root signs. It is made when there is none, when
 * it ends soon, or when a needed name is missing. Throws a StartError.
 */
export async function loadOwnCertificate(options: OwnCertificateOptions): Promise<OwnCertificate> {
  const certPath = join(options.dataDirectory, 'certificate.pem')
  const keyPath = join(options.dataDirectory, 'certificate-key.pem')
  try {
    const { dataDirectory, needed, welcome, now } = options
    const root = await loadLocalRoot({ dataDirectory, names: [...needed, ...welcome], now })
    const kept = readKept(certPath, keyPath)
    if (kept && isGoodFor(kept, root, options)) return { ...kept, root }
    // One name that the root may not certify would make devices refuse the whole certificate.
    const names = [...needed, ...welcome, ...(kept?.names ?? [])].filter(root.permits)
    const { makeCertificate } = await import('./make-certificate.ts')
    const made = await makeCertificate([...new Set(names)].slice(0, MAX_NAMES), now, root)
    writePrivateFile(keyPath, made.key)
    writePrivateFile(certPath, made.cert)
    return { ...checkedCertificate({ ...made, isSelfSigned: true }), root }
  } catch (error) {
    throw new StartError(
      'bad-certificate',
      `The server's own certificate in ${options.dataDirectory} can't be kept ` +
        `(${messageOf(error)}).`,
      { cause: error },
    )
  }
}

function readPem(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new StartError(
      'bad-certificate',
      `${flag} ${path} can't be read (${messageOf(error)}).`,
      { cause: error },
    )
  }
}

/** Undefined when there is none, or none that can be used. */
function readKept(certPath: string, keyPath: string): Certificate | undefined {
  if (!existsSync(certPath) || !existsSync(keyPath)) return undefined
  chmodSync(keyPath, 0o600)
  const cert = readFileSync(certPath, 'utf8')
  const key = readFileSync(keyPath, 'utf8')
  try {
    return checkedCertificate({ cert, key, isSelfSigned: true })
  } catch {
    return undefined
  }
}

function isGoodFor(
  kept: Certificate,
  root: LocalRoot,
  { needed, now }: OwnCertificateOptions,
): boolean {
  if (kept.endsAt - now < RENEW_BEFORE_MS) return false
  const parsed = new X509Certificate(kept.cert)
  // Before there were roots it was signed by itself.
  if (!parsed.verify(new X509Certificate(root.cert).publicKey)) return false
  return needed
    .filter(root.permits)
    .every((name) =>
      isIP(name) ? parsed.checkIP(name) !== undefined : parsed.checkHost(name) !== undefined,
    )
}

/** With what stands in it. Throws when the key is another one. */
export function checkedCertificate(
  certificate: Pick<Certificate, 'cert' | 'key' | 'isSelfSigned'>,
): Certificate {
  const parsed = new X509Certificate(certificate.cert)
  if (!parsed.checkPrivateKey(createPrivateKey(certificate.key))) {
    throw new Error('the key belongs to another certificate')
  }
  return {
    ...certificate,
    names: namesOf(parsed.subjectAltName ?? ''),
    endsAt: Date.parse(parsed.validTo),
  }
}

/** The names in `DNS:localhost, IP Address:127.0.0.1`. */
function namesOf(subjectAltName: string): string[] {
  const matches = subjectAltName.matchAll(/(?:DNS|IP Address):([^,]+)/g)
  return [...matches].map(([, name = '']) => shortAddress(name.trim()))
}

/** An IPv6 address as it is usually written; anything else as it is. */
function shortAddress(name: string): string {
  return isIP(name) === 6 ? new URL(`http://[${name}]`).hostname.slice(1, -1) : name
}
