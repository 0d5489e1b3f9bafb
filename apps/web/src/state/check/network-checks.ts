import { serverIn, sortIceServers, stunAtPort, type SortedIceServers } from './ice-urls.ts'
import {
  judgeFamily,
  judgeFiltering,
  judgeMapping,
  judgeStun,
  judgeUdp,
  seenAddresses,
} from './judge-network.ts'
import type { Abilities, Gathering, MediaTrial, NetworkPorts, ServerFacts } from './ports.ts'
import { familyOf } from './seen-candidate.ts'
import { fails, ok, untried, type CheckId, type CheckVerdict } from './verdict.ts'

/** A clock that is further off confuses certificates and credentials, in milliseconds. */
const CLOCK_TOLERANCE_MS = 60_000

const TURN_CHECKS = ['turn-udp', 'turn-tcp', 'turn-tls'] as const

/** What hears of every verdict as soon as there is one. */
export type TellVerdict = (id: CheckId, verdict: CheckVerdict) => void

export interface NetworkResult {
  facts: ServerFacts | undefined
  abilities: Abilities
}

/** Tries everything between this browser and the server, as much at once as makes sense. */
export async function runNetworkChecks(
  ports: NetworkPorts,
  tell: TellVerdict,
): Promise<NetworkResult> {
  const abilities = ports.abilities()
  tell('browser', judgeBrowser(abilities))
  tell('secure', abilities.isSecure ? ok() : fails('insecure'))
  const [facts, socket] = await Promise.all([askServer(ports, tell), askSocket(ports, tell)])
  if (!abilities.hasWebRtc || !socket) {
    socket?.close()
    const reason = abilities.hasWebRtc ? 'needs-server' : 'needs-webrtc'
    const rest = ['stun', ...TURN_CHECKS, 'media', 'udp', 'ipv4', 'ipv6', 'mapping', 'filtering']
    for (const id of rest) tell(id as CheckId, untried(reason))
    return { facts, abilities }
  }
  const trying = { ports, tell, facts, servers: socket.servers }
  const [first, whole] = await Promise.all([
    tryWays(trying),
    learnMapping(trying),
    learnFiltering(trying),
  ])
  const candidates = [first, whole].flatMap((gathering) => gathering?.candidates ?? [])
  for (const family of [4, 6] as const) {
    tell(`ipv${family}`, judgeFamily(family, { candidates, address: facts?.address }))
  }
  socket.close()
  return { facts, abilities }
}

function judgeBrowser({ hasWebRtc, codecs, canShareScreen }: Abilities): CheckVerdict {
  if (!hasWebRtc) return fails('no-webrtc')
  const hasPicture = codecs.includes('VP8') || codecs.includes('H264')
  if (!codecs.includes('opus') || !hasPicture) return fails('no-codec')
  return ok(canShareScreen ? 'browser' : 'browser-no-screen', { name: codecs.join(', ') })
}

async function askServer(ports: NetworkPorts, tell: TellVerdict): Promise<ServerFacts | undefined> {
  const before = ports.now()
  const facts = await ports.askServer()
  const after = ports.now()
  if (!facts) {
    tell('server', fails('server-unreachable'))
    tell('clock', untried('needs-server'))
    return undefined
  }
  tell('server', ok())
  const offMs = facts.now - (before + after) / 2
  const seconds = Math.round(Math.abs(offMs) / 1000)
  tell(
    'clock',
    Math.abs(offMs) - (after - before) / 2 > CLOCK_TOLERANCE_MS
      ? fails('clock-differs', { seconds })
      : ok('clock', { seconds }),
  )
  return facts
}

async function askSocket(
  ports: NetworkPorts,
  tell: TellVerdict,
): Promise<{ servers: SortedIceServers; close: () => void } | undefined> {
  const trial = await ports.askSocket()
  if (trial.outcome !== 'ok') {
    tell('websocket', fails(trial.outcome === 'refused' ? 'socket-refused' : 'socket-silent'))
    return undefined
  }
  tell('websocket', ok('socket', { ms: trial.ms }))
  return { servers: sortIceServers(trial.iceServers), close: trial.close }
}

interface Trying {
  ports: NetworkPorts
  tell: TellVerdict
  facts: ServerFacts | undefined
  servers: SortedIceServers
}

/**
 * STUN, each relay by itself, the media server; and what follows for UDP. Gives what STUN saw, which
 * is of the IP version that was answered first.
 */
async function tryWays({ ports, tell, facts, servers }: Trying): Promise<Gathering | undefined> {
  const told = (id: CheckId, verdict: CheckVerdict): CheckVerdict => {
    tell(id, verdict)
    return verdict
  }
  const stun = tryStun(ports, servers)
  const [first, udp, , , media] = await Promise.all([
    stun.then(({ verdict, gathering }) => ({ gathering, verdict: told('stun', verdict) })),
    ...TURN_CHECKS.map(async (id) => told(id, await tryRelays(ports, id, servers))),
    tryMedia(ports, facts).then((verdict) => told('media', verdict)),
  ] as const)
  tell('udp', judgeUdp([first.verdict, udp, media]))
  return first.gathering
}

async function tryStun(
  ports: NetworkPorts,
  { stun }: SortedIceServers,
): Promise<{ verdict: CheckVerdict; gathering: Gathering | undefined }> {
  const [url] = stun
  if (url === undefined) return { verdict: untried('not-offered'), gathering: undefined }
  const gathering = await ports.gather(stun, (so) => seenAddresses(so).length > 0)
  return { verdict: judgeStun(gathering, serverIn(url)), gathering }
}

/** The first one that fails is told, otherwise the slowest. */
async function tryRelays(
  ports: NetworkPorts,
  id: (typeof TURN_CHECKS)[number],
  servers: SortedIceServers,
): Promise<CheckVerdict> {
  if (TURN_CHECKS.every((each) => servers[each].length === 0)) {
    return id === 'turn-udp' ? fails('no-relay') : untried('not-offered')
  }
  if (servers[id].length === 0) return untried('not-offered')
  const trials = await Promise.all(
    servers[id].map(async (server) => {
      return { server: serverIn(String(server.urls)), trial: await ports.tryRelay(server) }
    }),
  )
  for (const { server, trial } of trials) {
    if (trial.outcome === 'no-packets') return fails('turn-no-packets', { server })
    if (trial.outcome !== 'no-relay') continue
    const { code } = trial
    return code === undefined
      ? fails(`${id}-silent`, { server })
      : fails('turn-refused', { server, code })
  }
  const times = trials.flatMap(({ trial }) => (trial.outcome === 'ok' ? [trial.ms] : []))
  return ok('turn', { ms: Math.max(...times) })
}

async function tryMedia(ports: NetworkPorts, facts: ServerFacts | undefined) {
  if (!facts) return untried('needs-server')
  if (facts.mediaPort === null) return untried('no-media-server')
  if (!facts.mayTryMedia) return untried('needs-login')
  return judgeMedia(await ports.tryMedia())
}

function judgeMedia(trial: MediaTrial): CheckVerdict {
  switch (trial.outcome) {
    case 'ok':
      return ok('media', { ms: trial.ms })
    case 'refused':
      return trial.code === 429 ? untried('too-many') : fails('media-refused', { code: trial.code })
    case 'no-path':
      return fails('media-no-path')
    case 'no-picture':
      return fails('media-no-picture')
  }
}

/** Gives what STUN saw of both IP versions. */
async function learnMapping(trying: Trying): Promise<Gathering | undefined> {
  const { ports, tell, facts, servers } = trying
  const [url] = servers.stun
  if (url === undefined || !facts || facts.mediaPort === null) {
    tell('mapping', untried('one-port'))
    return undefined
  }
  const urls = [url, stunAtPort(url, facts.mediaPort)]
  const gathering = await ports.gather(urls, () => false)
  tell('mapping', judgeMapping(gathering))
  return gathering
}

async function learnFiltering({ ports, tell, facts, servers }: Trying): Promise<void> {
  const [url] = servers.stun
  if (url === undefined || !facts || facts.mediaPort === null) {
    return tell('filtering', untried('one-port'))
  }
  const family = familyOf(facts.address)
  const gathering = await ports.gatherOpen([url], (so) => seenAddresses(so, family).length > 0)
  try {
    const [seen] = seenAddresses(gathering, family)
    if (!seen) return tell('filtering', withoutTranslation(gathering))
    const { ufrag, pwd } = gathering
    const answer = await ports.askProbe({ ip: seen.address, port: seen.port, ufrag, pwd })
    tell('filtering', judgeFiltering(answer))
  } finally {
    gathering.close()
  }
}

/** The browser's own address is the one that is seen, or it is unknown. */
function withoutTranslation(gathering: Gathering): CheckVerdict {
  const judged = judgeMapping(gathering)
  const isDirect = judged.kind === 'ok' && judged.note === 'no-translation'
  return isDirect ? judged : untried('not-found-out')
}
