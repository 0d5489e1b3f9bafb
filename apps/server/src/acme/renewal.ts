import { X509Certificate } from 'node:crypto'
import type { AcmeConnection } from './acme-connection.ts'
import { fieldsOf } from './acme-error.ts'

/** When to ask for a new certificate, in milliseconds since the epoch. */
export interface RenewalWindow {
  start: number
  end: number
}

/** Let's Encrypt lets five validations an hour fail. */
const FIRST_PAUSE_MS = 20 * 60_000
const LAST_PAUSE_MS = 12 * 60 * 60_000
const MAX_DOUBLINGS = 10
/** The share of a pause that is left to chance. */
const JITTER = 0.4

/** RFC 9773 §4.1; undefined where the certificate does not say whose key signed it. */
export async function renewalId(cert: string): Promise<string | undefined> {
  const { AuthorityKeyIdentifierExtension, X509Certificate: Parsed } =
    await import('@peculiar/x509')
  const extension = new Parsed(cert).getExtension(AuthorityKeyIdentifierExtension)
  if (extension?.keyId === undefined) return undefined
  const issuer = Buffer.from(extension.keyId, 'hex').toString('base64url')
  const hex = new X509Certificate(cert).serialNumber
  // As a DER integer: a first bit that is set would make it negative.
  const even = hex.padStart(hex.length + (hex.length % 2), '0')
  const serial = Buffer.from(/^[89A-F]/i.test(even) ? `00${even}` : even, 'hex')
  return `${issuer}.${serial.toString('base64url')}`
}

/** Two thirds through its life, and a little later by chance: not all servers at once. */
export function usualWindow(cert: string): RenewalWindow {
  const { validFrom, validTo } = new X509Certificate(cert)
  const from = Date.parse(validFrom)
  const life = Date.parse(validTo) - from
  return { start: from + (life * 2) / 3, end: from + life * 0.7 }
}

/**
 * What the authority suggests (RFC 9773 §4.2); undefined where it suggests nothing. Rejects with an
 * AcmeError.
 */
export async function suggestedWindow(
  connection: AcmeConnection,
  cert: string,
): Promise<RenewalWindow | undefined> {
  const { renewalInfo } = await connection.directory()
  const id = await renewalId(cert)
  if (renewalInfo === undefined || id === undefined) return undefined
  const { fields } = await connection.get(`${renewalInfo.replace(/\/$/, '')}/${id}`)
  const { start, end } = fieldsOf(fields['suggestedWindow'])
  const window = { start: Date.parse(String(start)), end: Date.parse(String(end)) }
  return window.start < window.end ? window : undefined
}

/** The moment within it that this share of chance, from 0 to 1, falls on. */
export function momentIn({ start, end }: RenewalWindow, chance: number): number {
  return start + (end - start) * chance
}

/** How long to wait after so many failures in a row, in milliseconds. */
export function pauseAfter(failures: number, chance: number): number {
  const pause = FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, MAX_DOUBLINGS)
  return Math.min(pause, LAST_PAUSE_MS) * (1 - JITTER / 2 + JITTER * chance)
}
