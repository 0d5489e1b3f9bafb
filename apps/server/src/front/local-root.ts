import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { isIP, isIPv4 } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { parseNetwork } from '../config/index.ts'
import { writePrivateFile } from '../data-directory.ts'
import { decodePermitted, isPermitted, type PermittedSubtree } from './name-constraints.ts'

/** The authority of this server, which people may tell their devices to trust. */
export interface LocalRoot {
  /** PEM. */
  cert: string
  /** PEM. */
  key: string
  /** As devices show it. */
  name: string
  /** SHA-256, in pairs of hexadecimal digits. */
  fingerprint: string
  /** DER. */
  der: Uint8Array<ArrayBuffer>
  /** Milliseconds since the epoch. */
  endsAt: number
  /** Whether devices believe it about this name or address. */
  permits: (name: string) => boolean
}

export interface LocalRootOptions {
  dataDirectory: string
  /** Names and addresses of this server. */
  names: readonly string[]
  /** Milliseconds since the epoch. */
  now: number
}

const DAY_MS = 24 * 60 * 60 * 1000

/** So long before its end there is a new one: the certificates that it signs end before. */
const RENEW_BEFORE_MS = 400 * DAY_MS

/** Names that mean nothing in the internet (RFC 6762 §3, RFC 8375, RFC 6761 §6.3, RFC 6303). */
const LOCAL_NAMES = ['local', 'localhost', 'home.arpa', 'lan', 'internal', 'home']

/** Networks that the internet does not route (RFC 6890). */
const LOCAL_NETWORKS = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
]

/** More own names than these are not taken into it. */
const MAX_OWN_NAMES = 20

/** Whether a certificate's issuer is called as the root of such a server. */
export function isRootName(name: string): boolean {
  return /^Duet [\w.-]+ [0-9a-f]{4}$/.test(name)
}

/**
 * The authority in the data directory, made when there is none, or none that can be used. It outlives
 * all changes of addresses, so that devices have to be told once: what it may not certify is left out
 * of certificates.
 */
export async function loadLocalRoot(options: LocalRootOptions): Promise<LocalRoot> {
  const certPath = join(options.dataDirectory, 'root.pem')
  const keyPath = join(options.dataDirectory, 'root-key.pem')
  const kept = readKept(certPath, keyPath)
  if (kept && kept.endsAt - options.now > RENEW_BEFORE_MS) return kept
  const { makeRoot } = await import('./make-certificate.ts')
  const made = await makeRoot({
    name: `Duet ${hostname().replaceAll(/[^\w.-]/g, '') || 'server'} ${randomBytes(2).toString('hex')}`,
    permitted: permittedSubtrees(options.names),
    now: options.now,
  })
  writePrivateFile(keyPath, made.key)
  writePrivateFile(certPath, made.cert)
  return describe(made)
}

/** Undefined when there is none, or none that can be used. */
function readKept(certPath: string, keyPath: string): LocalRoot | undefined {
  if (!existsSync(certPath) || !existsSync(keyPath)) return undefined
  chmodSync(keyPath, 0o600)
  try {
    return describe({
      cert: readFileSync(certPath, 'utf8'),
      key: readFileSync(keyPath, 'utf8'),
    })
  } catch {
    return undefined
  }
}

/** Throws when the two don't belong together. */
function describe({ cert, key }: { cert: string; key: string }): LocalRoot {
  const parsed = new X509Certificate(cert)
  if (!parsed.ca || !parsed.checkPrivateKey(createPrivateKey(key))) {
    throw new Error('that is no authority with its key')
  }
  const subtrees = decodePermitted(constraintsIn(parsed.raw))
  return {
    cert,
    key,
    name: parsed.subject.replace(/^CN=/, ''),
    fingerprint: parsed.fingerprint256,
    der: new Uint8Array(parsed.raw),
    endsAt: Date.parse(parsed.validTo),
    permits: (name) => isPermitted(name, subtrees),
  }
}

/** id-ce-nameConstraints, critical TRUE. */
const CONSTRAINTS_START = Buffer.from('0603551d1e0101ff04', 'hex')

/** The value of the one extension that matters here, in a certificate that we made. */
function constraintsIn(der: Buffer): Uint8Array {
  const start = der.indexOf(CONSTRAINTS_START)
  if (start < 0) return new Uint8Array()
  const length = der[start + CONSTRAINTS_START.length] ?? 0
  // X.690 §8.1.3.5: the long form says first how many bytes the length has.
  const lengthBytes = length < 0x80 ? 1 : 1 + (length & 0x7f)
  return der.subarray(start + CONSTRAINTS_START.length + lengthBytes)
}

/** What is nobody else's, and what this server is known by now. */
function permittedSubtrees(names: readonly string[]): PermittedSubtree[] {
  const fixed: PermittedSubtree[] = [
    ...LOCAL_NAMES.map((dns) => ({ dns })),
    ...LOCAL_NETWORKS.flatMap(networkSubtree),
  ]
  const own = names
    .filter((name) => !isPermitted(name, fixed))
    .slice(0, MAX_OWN_NAMES)
    .flatMap((name): PermittedSubtree[] =>
      // Of an IPv6 address the last half is often another one tomorrow.
      isIP(name) === 0 ? [{ dns: name }] : networkSubtree(`${name}/${isIPv4(name) ? 32 : 64}`),
    )
  return [...fixed, ...own]
}

function networkSubtree(text: string): PermittedSubtree[] {
  const network = parseNetwork(text)
  return network ? [{ network }] : []
}
