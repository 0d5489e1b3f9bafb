import { randomBytes } from 'node:crypto'
import { DuetError, Emitter, type Clock } from '@duet/base'
import type {
  MediaErrorCode,
  MediaServer,
  MediaServerEvents,
  MediaStats,
  PatchAnswer,
  ProbeAnswer,
  ProbeRequest,
  SessionAnswer,
  SessionEndReason,
  SessionInfo,
  SessionRequest,
  StreamInfo,
  StreamName,
  StreamReader,
  StreamReaderOptions,
} from '@duet/media'

/** What a test may say of a session's media. */
export interface Flow {
  sentBytes?: number
  receivedBytes?: number
}

interface FakeSession {
  info: SessionInfo
  request: SessionRequest
  /** The client's username fragment. */
  ufrag: string
}

/** Sessions that it takes. */
const MAX_SESSIONS = 1000

/** A media server that carries no media: everything else is as of a real one. For tests. */
export class FakeMediaServer implements MediaServer {
  readonly port = 8000
  /** What it was asked for, in order. */
  readonly requests: SessionRequest[] = []
  maxSessions = MAX_SESSIONS
  /** As it was last told; undefined: never. */
  candidates: readonly string[] | undefined
  /** Who reads, by what; tests hand frames to them. */
  readonly readers = new Map<StreamReaderOptions, StreamName>()
  readonly #clock: Clock
  readonly #emitter = new Emitter<MediaServerEvents>()
  readonly #sessions = new Map<string, FakeSession>()
  #isClosed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  setCandidates(addresses: readonly string[]): void {
    this.candidates = addresses
  }

  on<Name extends keyof MediaServerEvents>(
    name: Name,
    listener: (...args: MediaServerEvents[Name]) => void,
  ): () => void {
    return this.#emitter.on(name, listener)
  }

  /** What was asked of it; it answers that every check was answered. */
  readonly probes: ProbeRequest[] = []

  probe(request: ProbeRequest): Promise<readonly ProbeAnswer[]> {
    this.probes.push(request)
    return Promise.resolve(request.from.map((from) => ({ from, isAnswered: true })))
  }

  open(request: SessionRequest): SessionAnswer {
    const { kind, stream, sdp, address } = request
    if (this.#isClosed) throw fault('closed', 'the media server is closed')
    if (!sdp.startsWith('v=0')) throw fault('bad-sdp', 'it does not begin with a version')
    const unfit = kind === 'publish' ? 'a=recvonly' : 'a=sendonly'
    if (sdp.includes(unfit)) throw fault('unanswerable-sdp', `to ${kind} is not ${unfit}`)
    if (kind === 'publish' && this.stream(stream)?.publisher !== undefined) {
      throw fault('stream-busy', 'somebody else publishes it')
    }
    if (this.#sessions.size >= this.maxSessions) throw fault('too-many-sessions', 'it is full')
    this.requests.push(request)
    const id = randomBytes(16).toString('base64url')
    const info: SessionInfo = {
      id,
      kind,
      stream,
      address,
      state: 'negotiated',
      etag: newEtag(),
      startedAt: this.#clock.now(),
      sentBytes: 0,
      receivedBytes: 0,
    }
    this.#sessions.set(id, { info, request, ufrag: ufragIn(sdp) ?? '' })
    return { id, sdp: `v=0\r\ns=answer to ${kind} ${stream}\r\n`, etag: info.etag }
  }

  patch(id: string, fragment: string): PatchAnswer {
    const session = this.#sessions.get(id)
    if (!session) throw fault('no-such-session', 'it has ended')
    const ufrag = ufragIn(fragment)
    if (ufrag === undefined) throw fault('bad-sdp', 'the fragment has no ice-ufrag')
    if (ufrag === session.ufrag) return { type: 'trickled' }
    session.ufrag = ufrag
    session.info = { ...session.info, etag: newEtag() }
    return { type: 'restarted', fragment: 'a=ice-ufrag:server\r\n', etag: session.info.etag }
  }

  session(id: string): SessionInfo | undefined {
    return this.#sessions.get(id)?.info
  }

  sessions(): SessionInfo[] {
    return [...this.#sessions.values()].map(({ info }) => info)
  }

  stream(name: StreamName): StreamInfo | undefined {
    const sessions = this.sessions().filter(({ stream }) => stream === name)
    if (sessions.length === 0) return undefined
    const publisher = sessions.find(({ kind }) => kind === 'publish')
    return {
      name,
      liveSince: publisher?.startedAt,
      publisher: publisher?.id,
      players: sessions.filter(({ kind }) => kind === 'play').length,
      sentBytes: sumOf(sessions, ({ sentBytes }) => sentBytes),
      receivedBytes: sumOf(sessions, ({ receivedBytes }) => receivedBytes),
      video: publisher && {
        codec: 'H264',
        profile: 'Baseline',
        level: '3.1',
        width: 640,
        height: 480,
      },
      audio: publisher && { codec: 'Opus', sampleRate: 48_000, channels: 2 },
    }
  }

  streams(): StreamInfo[] {
    const names = new Set(this.sessions().map(({ stream }) => stream))
    return [...names].flatMap((name) => this.stream(name) ?? [])
  }

  isBusy(name: StreamName): boolean {
    return this.stream(name)?.publisher !== undefined
  }

  read(name: StreamName, options: StreamReaderOptions): StreamReader {
    if (this.#isClosed) throw fault('closed', 'the media server is closed')
    this.readers.set(options, name)
    return { requestKeyFrame: () => {}, close: () => this.readers.delete(options) }
  }

  stats(): MediaStats {
    const sessions = this.sessions()
    return {
      sessions: sessions.length,
      streams: this.streams().length,
      receivedPackets: 0,
      receivedBytes: sumOf(sessions, ({ receivedBytes }) => receivedBytes),
      sentPackets: 0,
      sentBytes: sumOf(sessions, ({ sentBytes }) => sentBytes),
      dropped: {},
    }
  }

  end(id: string, reason: 'ended' | 'kicked'): boolean {
    return this.#end(id, reason)
  }

  close(): void {
    this.#isClosed = true
    for (const id of this.#sessions.keys()) this.#end(id, 'closed')
  }

  /** Its handshake is done. */
  connect(id: string): void {
    const session = this.#sessions.get(id)
    if (!session) return
    session.info = { ...session.info, state: 'connected' }
    this.#emitter.emit('connected', session.info)
  }

  /** So many bytes have flowed. */
  flow(id: string, flow: Flow): void {
    const session = this.#sessions.get(id)
    if (session) session.info = { ...session.info, ...flow }
  }

  /** Nothing came from its client for too long. */
  timeOut(id: string): void {
    this.#end(id, 'timeout')
  }

  #end(id: string, reason: SessionEndReason): boolean {
    const session = this.#sessions.get(id)
    if (!session) return false
    this.#sessions.delete(id)
    this.#emitter.emit('ended', session.info, reason)
    return true
  }
}

function fault(code: MediaErrorCode, message: string): DuetError<MediaErrorCode> {
  return new DuetError(code, message)
}

function newEtag(): string {
  return randomBytes(6).toString('hex')
}

function ufragIn(sdp: string): string | undefined {
  return /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1]
}

function sumOf(sessions: readonly SessionInfo[], count: (session: SessionInfo) => number): number {
  return sessions.reduce((sum, session) => sum + count(session), 0)
}
