import { openWeb, askWeb } from '../probe/web.ts'
import type { Target, TargetAddress } from '../target.ts'
import { fails, ok, untried, type Check, type Verdict } from '../verdict.ts'
import type { Visit } from '../visit.ts'

/** This machine has no way to addresses of that family. */
const NO_ROUTE = /ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL|EAFNOSUPPORT/

/** Whether the page can be had at all, and over both IP versions. */
export function webChecks(visit: Visit, judgeSilence?: SilenceJudge): Check[] {
  return [
    { id: 'web', label: 'Web', run: () => checkWeb(visit, judgeSilence) },
    { id: 'ipv4', label: 'IPv4', run: () => checkFamily(visit, 4) },
    { id: 'ipv6', label: 'IPv6', run: () => checkFamily(visit, 6) },
  ]
}

/** Says more than that nothing answers, where more can be known; `detail`: what the attempt came to. */
export type SilenceJudge = (detail: string) => Promise<Verdict>

async function checkWeb(visit: Visit, judgeSilence?: SilenceJudge): Promise<Verdict> {
  const { origin, host, port } = visit.target
  if ((await visit.addresses()).length === 0) return fails('name-unknown', { at: host })
  const health = await askWeb(visit.target, '/healthz')
  if (health.kind === 'failed') {
    const { detail } = health
    return judgeSilence?.(detail) ?? fails('web-closed', { at: host, port, detail })
  }
  const { answer, facts } = await visit.found()
  if (facts) return ok(`Duet ${facts.version} at ${origin}`)
  const status = answer.kind === 'answer' ? answer.status : health.status
  return fails('not-duet', { at: origin, code: `HTTP ${status}` })
}

async function checkFamily(visit: Visit, family: 4 | 6): Promise<Verdict> {
  const { target } = visit
  const all = await visit.addresses()
  const own = all.filter((each) => each.family === family)
  if (own.length === 0) return untried(`${target.host} has no IPv${family} address`)
  const trials = await Promise.all(all.map((each) => tryAddress(target, each)))
  const failed = trials.find((trial) => trial.family === family && trial.detail !== undefined)
  if (!failed) return ok(own.map(({ address }) => address).join(', '))
  if (NO_ROUTE.test(failed.detail ?? ''))
    return untried(`this machine has no way over IPv${family}`)
  if (trials.every(({ detail }) => detail !== undefined)) return untried('nothing answers at all')
  const fault = family === 4 ? 'ipv4-unreachable' : 'ipv6-unreachable'
  return fails(fault, { at: target.host, other: failed.address })
}

async function tryAddress(
  target: Target,
  each: TargetAddress,
): Promise<TargetAddress & { detail: string | undefined }> {
  const opened = await openWeb(target, each.address)
  if ('detail' in opened) return { ...each, detail: opened.detail }
  opened.socket.destroy()
  return { ...each, detail: undefined }
}
