import { connect, type PeerCertificate, type TLSSocket } from 'node:tls'
import type { Clock } from '@duet/base'
import { isLocalName } from '../../../front/host.ts'
import { isRootName } from '../../../front/local-root.ts'
import { serverName } from '../probe/line.ts'
import { fails, ok, untried, type Check, type Verdict } from '../verdict.ts'
import type { Visit } from '../visit.ts'

const ANSWER_MS = 8_000
const DAY_MS = 86_400_000
/** Whatever renews a certificate has done so long before. */
const SOON_DAYS = 7

/** No connection, so nothing to do with TLS. */
const NOBODY_THERE = /no answer|ECONN|ETIMEDOUT|UNREACH|EADDRNOTAVAIL/

/** What a server presented, and what is wrong with it for a browser; undefined: nothing. */
export interface Presented {
  error: string | undefined
  subject: string
  /** By itself, or by the own root of a server like this one. */
  isSelfSigned: boolean
  names: string
  /** Milliseconds since the epoch. */
  beginsAt: number
  endsAt: number
}

/** Whether browsers trust the certificate of the page. */
export function certificateCheck(visit: Visit): Check {
  return {
    id: 'certificate',
    label: 'Certificate',
    async run() {
      const { target, clock } = visit
      if (!target.isSecure) return untried('this address has no HTTPS')
      const [first] = await visit.addresses()
      if (!first) return untried(`${target.host} has no address`)
      const found = await presentedAt({ ...first, host: target.host, port: target.port })
      if ('detail' in found) {
        const { detail } = found
        if (NOBODY_THERE.test(detail)) return untried('nothing answers there')
        return fails('tls-failed', { at: target.origin, detail })
      }
      // One's own machine is warned of as well, and nobody else is.
      const isOwnMade = found.isSelfSigned && (target.isOwn || isLocalName(target.host))
      if (isOwnMade) return ok('self-signed: each device is warned until it trusts it (/trust)')
      return judgeCertificate(found, target.host, clock)
    },
  }
}

/** What a certificate is worth to a browser that opened `host`. */
export function judgeCertificate(found: Presented, host: string, clock: Clock): Verdict {
  const now = clock.now()
  const at = host
  const { error, names, endsAt, beginsAt } = found
  if (now > endsAt) return fails('certificate-expired', { at, detail: dayOf(endsAt) })
  if (now < beginsAt) return fails('certificate-early', { at, detail: dayOf(beginsAt) })
  if (error?.includes('ALTNAME')) return fails('certificate-name', { at, other: names })
  if (error !== undefined && found.isSelfSigned) return fails('certificate-untrusted', { at })
  if (error !== undefined) return fails('certificate-chain', { at, detail: error })
  const days = Math.floor((endsAt - now) / DAY_MS)
  if (days < SOON_DAYS) return fails('certificate-ends-soon', { at, days })
  return ok(`${names}, until ${dayOf(endsAt)}`)
}

/** Looks at what is presented; `detail`: there is no TLS. */
async function presentedAt(place: {
  address: string
  host: string
  port: number
}): Promise<Presented | { detail: string }> {
  // Trust is asked for first: only then is the name compared.
  const strict = await handshake(place, true)
  const loose = 'socket' in strict ? strict : await handshake(place, false)
  if ('error' in loose) return { detail: loose.error }
  const { certificate } = loose
  const names = (certificate.subjectaltname ?? '').replaceAll(/(?:DNS|IP Address):/g, '')
  return {
    error: 'error' in strict ? strict.error : undefined,
    subject: String(certificate.subject?.CN ?? ''),
    isSelfSigned:
      isSame(certificate.subject, certificate.issuer) ||
      isRootName(String(certificate.issuer?.CN ?? '')),
    names: names === '' ? String(certificate.subject?.CN ?? 'nobody') : names,
    beginsAt: Date.parse(certificate.valid_from),
    endsAt: Date.parse(certificate.valid_to),
  }
}

function handshake(
  { address, host, port }: { address: string; host: string; port: number },
  rejectUnauthorized: boolean,
): Promise<{ socket: TLSSocket; certificate: PeerCertificate } | { error: string }> {
  const { promise, resolve } = Promise.withResolvers<
    { socket: TLSSocket; certificate: PeerCertificate } | { error: string }
  >()
  const options = { host: address, port, rejectUnauthorized, ...serverName(host) }
  const timer = setTimeout(() => finish({ error: 'no answer' }), ANSWER_MS)
  const finish = (result: Awaited<typeof promise>): void => {
    clearTimeout(timer)
    socket.destroy()
    resolve(result)
  }
  const socket = connect(options, () =>
    finish({ socket, certificate: socket.getPeerCertificate() }),
  )
  socket.on('error', (error: Error & { code?: string }) =>
    finish({ error: error.code ?? error.message }),
  )
  return promise
}

function isSame(one: object | undefined, other: object | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
