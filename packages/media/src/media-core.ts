import { randomBytes } from 'node:crypto'
import { Emitter, type CancelTimer, type Clock, type Logger } from '@duet/base'
import type { DatagramPort, Packet } from '@duet/datagrams'
import { portOf, type TransportAddress } from '@duet/stun'
import type { DtlsContext } from './dtls/dtls.ts'
import { readConnectivityCheck } from './ice/connectivity-check.ts'
import { createIceCredentials } from './ice/ice-credentials.ts'
import { Outsiders } from './ice/outsiders.ts'
import type { MediaLimits } from './limits.ts'
import { mediaError, serverClosed, unanswerable } from './media-error.ts'
import type { StreamReader, StreamReaderOptions } from './media-reader.ts'
import type {
  MediaServer,
  MediaServerEvents,
  MediaStats,
  PatchAnswer,
  SessionAnswer,
  SessionEndReason,
  SessionInfo,
  SessionRequest,
  StreamInfo,
} from './media-server.ts'
import { Reader } from './reader/reader.ts'
import { ReadingRounds } from './reader/reading-rounds.ts'
import { Router } from './router/router.ts'
import { isRtcp, isRtp } from './rtp/rtp-packet.ts'
import { writeAnswer, type SendingFlow, type ServerCandidate } from './sdp/answer.ts'
import { agree, type AgreedMedia } from './sdp/choose.ts'
import { VIDEO_CODECS } from './sdp/codecs.ts'
import { readFragment, writeFragment } from './sdp/fragment.ts'
import { readOffer, type Offer } from './sdp/offer.ts'
import { createRole } from './session/create-role.ts'
import type { Session } from './session/session.ts'
import { SessionRounds } from './session/session-rounds.ts'
import { sessionInfo, streamInfo } from './session-info.ts'
import { Traffic } from './transport/traffic.ts'
import { Transport } from './transport/transport.ts'

export interface MediaCoreOptions {
  dtls: DtlsContext
  candidates: readonly string[]
  clock: Clock
  logger: Logger
  limits: MediaLimits
}

/** Losses are asked for and handshakes repeated so often. */
const TICK_MS = 20

/** Sessions, streams and what leads datagrams to them. */
export class MediaCore implements MediaServer {
  readonly #options: MediaCoreOptions
  readonly #events: Emitter<MediaServerEvents>
  readonly #traffic = new Traffic()
  readonly #ports: DatagramPort[] = []
  readonly #sessions = new Map<string, Session>()
  readonly #rounds: SessionRounds
  readonly #byUfrag = new Map<string, Session>()
  readonly #byAddress = new Map<TransportAddress, Transport>()
  readonly #routers = new Map<string, Router>()
  readonly #reading = new ReadingRounds()
  readonly #sessionsOf = new Map<string, number>()
  readonly #outsiders: Outsiders
  #candidateHosts: readonly string[]
  #unfinished = 0
  #stopTicking: CancelTimer | undefined
  #isClosed = false

  readonly probe: MediaServer['probe'] = (request) => this.#outsiders.probe(request, this.#ports)

  constructor(options: MediaCoreOptions) {
    this.#options = options
    this.#candidateHosts = options.candidates
    this.#outsiders = new Outsiders(options, this.#traffic)
    this.#rounds = new SessionRounds(options.limits, (session) => this.#end(session, 'timeout'))
    this.#events = new Emitter((error, event) =>
      options.logger.error('a listener threw', { event, error: String(error) }),
    )
  }

  get port(): number {
    const [first] = this.#ports
    return first ? portOf(first.local) : 0
  }

  /** Datagrams may come over this port. */
  addPort(port: DatagramPort): void {
    this.#ports.push(port)
  }

  setCandidates(addresses: readonly string[]): void {
    this.#candidateHosts = addresses
  }

  on<Name extends keyof MediaServerEvents>(
    name: Name,
    listener: (...args: MediaServerEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listener)
  }

  /** One datagram (RFC 7983 §7). */
  handlePacket(packet: Packet, from: TransportAddress, port: DatagramPort): void {
    const { length } = packet
    if (length === 0) return this.#traffic.drop('unknown-protocol')
    const bytes = packet.fromStart()
    const first = bytes[0]!
    if (first <= 3) return this.#handleStun(packet.view(), from, port)
    const transport = this.#byAddress.get(from)
    if (!transport) return this.#traffic.drop('unknown-address')
    const nowMs = this.#options.clock.now()
    if (isRtp(bytes, length)) transport.handleRtp(bytes, length, nowMs)
    else if (isRtcp(bytes, length)) transport.handleRtcp(bytes, length, nowMs)
    else if (first >= 20 && first <= 63) transport.handleDtls(packet.view())
    else this.#traffic.drop('unknown-protocol')
  }

  open(request: SessionRequest): SessionAnswer {
    if (this.#isClosed) throw serverClosed()
    const { limits } = this.#options
    if (request.sdp.length > limits.sdpLength) throw mediaError('bad-sdp', 'The SDP is too long.')
    const offer = readOffer(request.sdp)
    const preferred = VIDEO_CODECS.find((name) => name === request.codec?.toUpperCase())
    const media = agree(offer.media, request.kind, preferred)
    if (media.every(({ codecs }) => codecs.length === 0)) throw unanswerable(request)
    this.#admit(request)
    return this.#begin(request, offer, media)
  }

  patch(id: string, fragment: string): PatchAnswer {
    const session = this.#sessions.get(id)
    if (!session) throw mediaError('no-such-session', 'This session has ended.')
    if (fragment.length > this.#options.limits.sdpLength) {
      throw mediaError('bad-sdp', 'The fragment is too long.')
    }
    const { ice } = readFragment(fragment)
    if (ice.ufrag === session.remoteUfrag) return { type: 'trickled' }
    const local = createIceCredentials()
    this.#byUfrag.delete(session.transport.local.ufrag)
    session.transport.restartIce(local, ice)
    session.remoteUfrag = ice.ufrag
    session.etag = newEtag()
    this.#byUfrag.set(local.ufrag, session)
    return {
      type: 'restarted',
      fragment: writeFragment(local, session.candidates, session.mid),
      etag: session.etag,
    }
  }

  session(id: string): SessionInfo | undefined {
    const session = this.#sessions.get(id)
    return session && sessionInfo(session)
  }

  sessions(): SessionInfo[] {
    return Array.from(this.#sessions.values(), sessionInfo)
  }

  stream(name: string): StreamInfo | undefined {
    const router = this.#routers.get(name)
    return router && streamInfo(router)
  }

  streams(): StreamInfo[] {
    return Array.from(this.#routers.values(), streamInfo)
  }

  isBusy(name: string): boolean {
    const nowMs = this.#options.clock.now()
    return this.#publishersOf(name).some(({ facts, transport }) => {
      const lastSignMs = Math.max(facts.startedAt, transport.lastReceivedMs)
      return nowMs - lastSignMs < this.#options.limits.publisherSilenceMs
    })
  }

  read(name: string, options: StreamReaderOptions): StreamReader {
    if (this.#isClosed) throw serverClosed()
    const router = this.#routerOf(name)
    this.#reading.add(router)
    return new Reader(router, options, () => {
      if (!router.hasReaders) this.#reading.remove(router)
      this.#leave(name)
    })
  }

  stats(): MediaStats {
    const { receivedPackets, receivedBytes, sentPackets, sentBytes, dropped } = this.#traffic
    return {
      sessions: this.#sessions.size,
      streams: this.#routers.size,
      receivedPackets,
      receivedBytes,
      sentPackets,
      sentBytes,
      dropped,
    }
  }

  end(id: string, reason: 'ended' | 'kicked'): boolean {
    const session = this.#sessions.get(id)
    if (session) this.#end(session, reason)
    return session !== undefined
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const session of this.#sessions.values()) this.#end(session, 'closed')
    this.#stopTicking?.()
    this.#outsiders.close()
    for (const port of this.#ports) port.close()
    this.#options.dtls.close()
    this.#events.clear()
  }

  #handleStun(datagram: Uint8Array, from: TransportAddress, port: DatagramPort): void {
    const check = readConnectivityCheck(datagram)
    const session = check && this.#byUfrag.get(check.localUfrag)
    if (!session) return this.#outsiders.handleStun(datagram, from, port)
    const nowMs = this.#options.clock.now()
    session.transport.handleCheck(check, { from, port, nowMs })
  }

  /** Throws a MediaError when there is no place for one more. */
  #admit({ kind, stream, address }: SessionRequest): void {
    const { limits } = this.#options
    const isFull =
      this.#sessions.size >= limits.sessions ||
      this.#unfinished >= limits.unfinishedSessions ||
      (this.#sessionsOf.get(address) ?? 0) >= limits.sessionsPerAddress ||
      this.#unfinishedOf(address) >= limits.unfinishedPerAddress
    if (isFull) throw mediaError('too-many-sessions', 'There are too many sessions.')
    if (kind === 'publish') this.#makeWay(stream)
  }

  #unfinishedOf(address: string): number {
    if (this.#unfinished < this.#options.limits.unfinishedPerAddress) return 0
    let count = 0
    for (const { facts, isConnected } of this.#sessions.values()) {
      if (!isConnected && facts.address === address) count += 1
    }
    return count
  }

  /** One publishes at a time; one from which nothing comes any more makes way. */
  #makeWay(stream: string): void {
    if (this.isBusy(stream)) {
      throw mediaError('stream-busy', 'Somebody else publishes this stream.')
    }
    for (const session of this.#publishersOf(stream)) this.#end(session, 'timeout')
  }

  #publishersOf(stream: string): Session[] {
    return Array.from(this.#sessions.values()).filter(
      ({ facts }) => facts.kind === 'publish' && facts.stream === stream,
    )
  }

  #begin(request: SessionRequest, offer: Offer, media: readonly AgreedMedia[]): SessionAnswer {
    const { clock, dtls, limits, logger } = this.#options
    const id = randomBytes(16).toString('base64url')
    const facts = {
      id,
      kind: request.kind,
      stream: request.stream,
      address: request.address,
      startedAt: clock.now(),
    }
    const local = createIceCredentials()
    // RFC 5763 §5: whoever may choose lets the client begin, which knows when its checks passed.
    const setup = offer.setup === 'passive' ? 'active' : 'passive'
    const transport = new Transport({
      dtls,
      setup,
      fingerprints: offer.fingerprints,
      local,
      remote: offer.ice,
      maxAddresses: limits.addressesPerSession,
      traffic: this.#traffic,
      logger,
      onAddress: (address, isOurs) => {
        if (isOurs) this.#byAddress.set(address, transport)
        else if (this.#byAddress.get(address) === transport) this.#byAddress.delete(address)
      },
      onConnected: () => this.#handleConnected(session),
      onEnded: ({ reason }) =>
        this.#end(session, reason === 'closed' ? 'ended' : 'handshake-failed'),
    })
    const flows = new Map<string, SendingFlow>()
    const cname = randomBytes(12).toString('base64url')
    const role = createRole({
      facts,
      media,
      transport,
      flows,
      cname,
      router: this.#routerOf(facts.stream),
      clock,
      limits,
    })
    transport.receiver = role
    const mid = media.find(({ codecs }) => codecs.length > 0)?.offered.mid ?? '0'
    const candidates = this.#candidates(request.candidates)
    const session: Session = {
      facts,
      candidates,
      transport,
      role,
      mid,
      remoteUfrag: offer.ice.ufrag,
      etag: newEtag(),
      isConnected: false,
    }
    this.#sessions.set(id, session)
    this.#rounds.add(session)
    this.#byUfrag.set(local.ufrag, session)
    this.#sessionsOf.set(facts.address, (this.#sessionsOf.get(facts.address) ?? 0) + 1)
    this.#unfinished += 1
    if (facts.kind === 'play') this.#routers.get(facts.stream)?.expectPlayer()
    this.#stopTicking ??= clock.every(TICK_MS, () => this.#tick())
    logger.info('media session answered', { session: id.slice(0, 6), kind: facts.kind })
    const { fingerprint } = dtls
    return {
      id,
      etag: session.etag,
      sdp: writeAnswer({
        kind: facts.kind,
        ice: local,
        fingerprint,
        setup,
        candidates,
        media,
        flows,
        cname,
      }),
    }
  }

  #routerOf(name: string): Router {
    const known = this.#routers.get(name)
    if (known) return known
    const router = new Router(name)
    this.#routers.set(name, router)
    return router
  }

  #handleConnected(session: Session): void {
    this.#unfinished -= 1
    session.isConnected = true
    this.#rounds.handleConnected(session)
    session.role.start(this.#options.clock.now())
    this.#options.logger.info('media session connected', { session: session.facts.id.slice(0, 6) })
    this.#events.emit('connected', sessionInfo(session))
  }

  #end(session: Session, reason: SessionEndReason): void {
    const { id, address, stream } = session.facts
    if (!this.#sessions.delete(id)) return
    this.#rounds.remove(session)
    const info = sessionInfo(session)
    session.role.close()
    session.transport.close()
    this.#byUfrag.delete(session.transport.local.ufrag)
    if (!session.isConnected) this.#unfinished -= 1
    const left = (this.#sessionsOf.get(address) ?? 1) - 1
    if (left > 0) this.#sessionsOf.set(address, left)
    else this.#sessionsOf.delete(address)
    this.#leave(stream)
    if (this.#sessions.size === 0) {
      this.#stopTicking?.()
      this.#stopTicking = undefined
    }
    this.#options.logger.info('media session ended', { session: id.slice(0, 6), reason })
    this.#events.emit('ended', info, reason)
  }

  /** A stream lives as long as a session names it, or somebody reads it. */
  #leave(stream: string): void {
    if (this.#routers.get(stream)?.hasReaders) return
    for (const { facts } of this.#sessions.values()) if (facts.stream === stream) return
    this.#routers.delete(stream)
  }

  #tick(): void {
    const nowMs = this.#options.clock.now()
    this.#rounds.tick(nowMs)
    this.#reading.tick(nowMs)
  }

  #candidates(hosts: readonly string[] | undefined): ServerCandidate[] {
    const { port } = this
    return (hosts ?? this.#candidateHosts).map((host) => ({ host, port }))
  }
}

/** The opaque part of an entity tag (RFC 9110 §8.8.3). */
function newEtag(): string {
  return randomBytes(9).toString('base64url')
}
