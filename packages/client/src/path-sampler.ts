import type { CandidatePairReport, FlowReport, PathEnd, PathReport } from './path-report.ts'

/** The fields of WebRTC statistics (W3C webrtc-stats) that are read here. */
interface Stat {
  id: string
  type: string
  timestamp: number
  kind?: string
  codecId?: string
  mimeType?: string
  bytesSent?: number
  bytesReceived?: number
  requestsReceived?: number
  responsesReceived?: number
  packetsReceived?: number
  packetsLost?: number
  fractionLost?: number
  localId?: string
  frameWidth?: number
  frameHeight?: number
  framesPerSecond?: number
  selectedCandidatePairId?: string
  selected?: boolean
  nominated?: boolean
  state?: string
  localCandidateId?: string
  remoteCandidateId?: string
  currentRoundTripTime?: number
  candidateType?: string
  address?: string
  port?: number
  protocol?: string
  relayProtocol?: string
}

type Stats = Map<string, Stat>
type Kind = 'audio' | 'video'

/** Reads a peer connection's statistics and turns counters into rates between two samples. */
export class PathSampler {
  readonly #connection: RTCPeerConnection
  #previous: Stats = new Map()

  constructor(connection: RTCPeerConnection) {
    this.#connection = connection
  }

  async sample(): Promise<PathReport> {
    const stats = await read(this.#connection)
    const selected = selectedPair(stats)
    const local = end(stats, selected?.localCandidateId)
    const remote = end(stats, selected?.remoteCandidateId)
    const report: PathReport = {
      at: Date.now(),
      mode: local && remote ? modeOf(local, remote) : null,
      local,
      remote,
      roundTripMs: milliseconds(selected?.currentRoundTripTime),
      pairs: pairs(stats, selected?.id),
      send: { audio: this.#sent(stats, 'audio'), video: this.#sent(stats, 'video') },
      receive: { audio: this.#received(stats, 'audio'), video: this.#received(stats, 'video') },
    }
    this.#previous = stats
    return report
  }

  #sent(stats: Stats, kind: Kind): FlowReport {
    const stat = find(stats, 'outbound-rtp', kind)
    const told = values(stats).find(
      (s) => s.type === 'remote-inbound-rtp' && s.localId === stat?.id,
    )
    return this.#flow(stats, stat, stat?.bytesSent, told?.fractionLost ?? null)
  }

  #received(stats: Stats, kind: Kind): FlowReport {
    const stat = find(stats, 'inbound-rtp', kind)
    const before = stat && this.#previous.get(stat.id)
    const lost = (stat?.packetsLost ?? 0) - (before?.packetsLost ?? 0)
    const received = (stat?.packetsReceived ?? 0) - (before?.packetsReceived ?? 0)
    const expected = Math.max(0, lost) + received
    return this.#flow(
      stats,
      stat,
      stat?.bytesReceived,
      expected > 0 ? Math.max(0, lost) / expected : null,
    )
  }

  #flow(
    stats: Stats,
    stat: Stat | undefined,
    bytes: number | undefined,
    lossRatio: number | null,
  ): FlowReport {
    const before = stat && this.#previous.get(stat.id)
    const seconds = before && stat ? (stat.timestamp - before.timestamp) / 1000 : 0
    const bytesBefore = before?.bytesSent ?? before?.bytesReceived ?? 0
    const codec = stat?.codecId === undefined ? undefined : stats.get(stat.codecId)
    const { frameWidth: width, frameHeight: height, framesPerSecond = 0 } = stat ?? {}
    return {
      codec: codec?.mimeType?.split('/')[1] ?? null,
      bitsPerSecond: seconds > 0 ? Math.max(0, ((bytes ?? 0) - bytesBefore) * 8) / seconds : 0,
      lossRatio,
      picture: width && height ? { width, height, framesPerSecond } : null,
    }
  }
}

/**
 * What came in on the transport so far: bytes of any kind of packet but connectivity checks,
 * which are counted when `withChecks`; undefined where the browser does not count those.
 */
export async function readReceived(
  connection: RTCPeerConnection,
  withChecks: boolean,
): Promise<number | undefined> {
  const stats = await read(connection)
  const transport = values(stats).find((stat) => stat.type === 'transport')
  // Firefox counts bytes for each pair only.
  const bytes = transport?.bytesReceived ?? selectedPair(stats)?.bytesReceived ?? 0
  if (!withChecks) return bytes
  const checked = values(stats).filter(({ responsesReceived }) => responsesReceived !== undefined)
  if (checked.length === 0) return undefined
  return checked.reduce(
    (sum, pair) => sum + (pair.responsesReceived ?? 0) + (pair.requestsReceived ?? 0),
    bytes,
  )
}

async function read(connection: RTCPeerConnection): Promise<Stats> {
  return new Map(await connection.getStats())
}

function values(stats: Stats): Stat[] {
  return Array.from(stats.values())
}

function find(stats: Stats, type: string, kind: Kind): Stat | undefined {
  return values(stats).find((stat) => stat.type === type && stat.kind === kind)
}

function selectedPair(stats: Stats): Stat | undefined {
  const transport = values(stats).find((stat) => stat.type === 'transport')
  const id = transport?.selectedCandidatePairId
  if (id !== undefined) return stats.get(id)
  return values(stats).find(
    (s) => s.type === 'candidate-pair' && (s.selected || (s.nominated && s.state === 'succeeded')),
  )
}

function pairs(stats: Stats, selectedId: string | undefined): CandidatePairReport[] {
  return values(stats).flatMap((stat) => {
    if (stat.type !== 'candidate-pair') return []
    const local = end(stats, stat.localCandidateId)
    const remote = end(stats, stat.remoteCandidateId)
    if (!local || !remote) return []
    return {
      local,
      remote,
      state: stat.state ?? 'unknown',
      isSelected: stat.id === selectedId,
      roundTripMs: milliseconds(stat.currentRoundTripTime),
    }
  })
}

function end(stats: Stats, id: string | undefined): PathEnd | null {
  const stat = id === undefined ? undefined : stats.get(id)
  if (!stat) return null
  return {
    type: stat.candidateType ?? 'unknown',
    address: `${stat.address || '?'}:${stat.port ?? '?'}`,
    protocol: stat.relayProtocol ?? stat.protocol ?? 'udp',
  }
}

function modeOf(local: PathEnd, remote: PathEnd): 'direct' | 'relay' {
  return local.type === 'relay' || remote.type === 'relay' ? 'relay' : 'direct'
}

function milliseconds(seconds: number | undefined): number | null {
  return seconds === undefined ? null : seconds * 1000
}
