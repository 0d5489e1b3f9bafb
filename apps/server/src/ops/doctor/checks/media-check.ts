import { messageOf } from '@duet/base'
import { isIceAnswering, readIceAnswer, type IceAnswer } from '../probe/ice-check.ts'
import { openLine } from '../probe/line.ts'
import { askWeb, jsonIn, type WebAnswer } from '../probe/web.ts'
import { whipOffer } from '../probe/whip-offer.ts'
import { judgeCandidates, type CandidateTrial } from './judge-candidates.ts'
import { fails, untried, type Check, type Verdict } from '../verdict.ts'
import type { Visit } from '../visit.ts'

/** More than a server of ours ever gives out. */
const MAX_CANDIDATES = 32

/** Whether the media server takes a stream, and each of its addresses is reached: by real ICE checks. */
export function mediaCheck(visit: Visit): Check {
  return { id: 'media', label: 'Media server', run: () => checkMedia(visit) }
}

async function checkMedia(visit: Visit): Promise<Verdict> {
  const { target } = visit
  const facts = await visit.facts()
  if (!facts) return untried('the server did not say whether there is one')
  if (facts.mediaPort === null) return untried('this server has none')
  if (!facts.mayTryMedia) return untried('this server lets only accounts use it')
  // As a page of the server's own says of itself, whatever a proxy makes of its origin.
  const own = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }
  const granted = await askWeb(target, '/api/check/media', { method: 'POST', headers: own })
  if (statusOf(granted) === 429) return untried('too many try it now')
  const { url, token } = (jsonIn(granted)?.['publish'] ?? {}) as { url?: string; token?: string }
  if (url === undefined || token === undefined) return refused(granted)

  const { sdp, ufrag } = whipOffer()
  const authorization = `Bearer ${token}`
  const headers = { authorization, 'content-type': 'application/sdp' }
  const published = await askWeb(target, url, { method: 'POST', headers, body: sdp })
  const answer = published.kind === 'answer' ? readIceAnswer(published.text) : undefined
  if (published.kind === 'failed' || published.status !== 201 || !answer) return refused(published)
  try {
    const trials = await Promise.all(
      answer.candidates
        .slice(0, MAX_CANDIDATES)
        .map((candidate) => tryCandidate(candidate, answer, ufrag)),
    )
    return judgeCandidates(trials, {
      addresses: (await visit.addresses()).map(({ address }) => address),
      isOwn: target.isOwn,
      port: facts.mediaPort,
    })
  } finally {
    const session = published.headers.get('location')
    if (session) await askWeb(target, session, { method: 'DELETE', headers: { authorization } })
  }
}

async function tryCandidate(
  { address, port }: { address: string; port: number },
  answer: IceAnswer,
  ufrag: string,
): Promise<CandidateTrial> {
  const candidate = { address, port }
  try {
    const line = await openLine({ transport: 'udp', address, port, name: address })
    try {
      const isAnswering = await isIceAnswering(line, answer, ufrag)
      return { ...candidate, outcome: isAnswering ? 'answers' : 'silent' }
    } finally {
      line.close()
    }
  } catch {
    return { ...candidate, outcome: 'no-way' }
  }
}

function refused(answer: WebAnswer): Verdict {
  if (answer.kind === 'failed') return fails('media-refused', { code: messageOf(answer.detail) })
  const json = readProblem(answer.text)
  return fails('media-refused', {
    code: `HTTP ${answer.status}`,
    ...(json ? { detail: json } : {}),
  })
}

/** What a refusal says (RFC 9457); undefined when it says nothing. */
function readProblem(text: string): string | undefined {
  try {
    const { detail, error } = JSON.parse(text) as { detail?: string; error?: { message?: string } }
    return detail ?? error?.message
  } catch {
    return undefined
  }
}

function statusOf(answer: WebAnswer): number {
  return answer.kind === 'answer' ? answer.status : 0
}
