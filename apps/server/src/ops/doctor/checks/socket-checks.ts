import { formatIp, ipOf } from '@duet/stun'
import { isPublicAddress } from '../../../front/local-addresses.ts'
import { PlainSocket } from '../probe/plain-socket.ts'
import { askUpgrade } from '../probe/web.ts'
import { fails, ok, untried, type Check, type Verdict } from '../verdict.ts'
import type { Visit } from '../visit.ts'

/** Longer than any description of a call. */
const LARGE_BYTES = 60_000

/** Whether signaling gets through whatever stands in front. */
export function socketChecks(visit: Visit): Check[] {
  return [
    { id: 'websocket', label: 'WebSocket', run: () => checkSocket(visit) },
    { id: 'websocket-size', label: 'WebSocket, long message', run: () => checkSize(visit) },
    { id: 'proxy', label: 'Forwarded headers', run: () => checkForwarded(visit) },
  ]
}

async function checkSocket(visit: Visit): Promise<Verdict> {
  const { target } = visit
  const { answer } = await visit.found()
  if (answer.kind === 'failed') return untried('nothing answers there')
  const trial = await visit.session()
  if (trial.outcome === 'ok') return ok(`welcomed after ${Math.round(trial.ms)} ms`)
  const at = `${target.origin}/ws`
  if (trial.outcome === 'silent') return fails('socket-silent', { at })
  const [first] = await visit.addresses()
  const status = first && (await askUpgrade(target, first.address, '/ws'))
  if (status === 101) return fails('socket-silent', { at })
  const code = status === undefined ? 'silence' : `HTTP ${status}`
  return fails('socket-no-upgrade', { at, code })
}

async function checkSize(visit: Visit): Promise<Verdict> {
  const trial = await visit.session()
  if (trial.outcome !== 'ok') return untried('there is no WebSocket')
  // Fields that the server does not know are ignored (docs/protocol.md, Frames).
  trial.session.send({ type: 'ping', ack: 0, padding: 'x'.repeat(LARGE_BYTES) })
  const pong = await trial.session.wait(({ type }) => type === 'pong')
  return pong ? ok(`${LARGE_BYTES} bytes`) : fails('socket-small', { bytes: LARGE_BYTES })
}

async function checkForwarded(visit: Visit): Promise<Verdict> {
  const { target } = visit
  const facts = await visit.facts()
  if (!facts) return untried('the server did not say how it was reached')
  if (target.isSecure && !facts.isSecure) return fails('proxy-hides-https')
  const { host } = new URL(target.origin)
  if (facts.host !== host) return fails('proxy-changes-host', { at: host, other: facts.host })
  const seen = await publicAddressSeen(visit)
  if (seen !== undefined && !isPublicAddress(facts.address)) {
    return fails('proxy-hides-clients', { at: seen, other: facts.address })
  }
  return ok(`seen as ${facts.address}`)
}

/** How STUN, before which no proxy stands, sees this machine, where that is an address of the internet. */
async function publicAddressSeen(visit: Visit): Promise<string | undefined> {
  const stun = (await visit.iceServers())?.find(({ kind }) => kind === 'stun')
  const [first] = stun ? await visit.resolve(stun.host) : []
  if (!stun || !first) return undefined
  const socket = await PlainSocket.open(first.family)
  try {
    const mapped = await socket.mappedAddress(first.address, stun.port)
    const address = mapped && formatIp(ipOf(mapped))
    return address !== undefined && isPublicAddress(address) ? address : undefined
  } finally {
    socket.close()
  }
}
