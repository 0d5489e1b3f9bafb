import {
  Emitter,
  silentLogger,
  systemClock,
  type CancelTimer,
  type Clock,
  type Logger,
} from '@duet/base'
import { GRACE_MS, MAX_CHAT_LENGTH, normalizeRoomName } from '@duet/protocol'
import type { ClientRequest, Peer, ServerEvent, Signal, Welcome } from '@duet/protocol'
import { isOver, nextCallState, type CallInput } from './call-machine.ts'
import type { CallEvents, CallOptions } from './call-options.ts'
import type {
  CallState,
  PeerGoneReason,
  PeerMedia,
  RefusedCode,
  RemotePeer,
  SignalingState,
  Verification,
} from './call-state.ts'
import { Hearing } from './hearing.ts'
import { Keyring } from './keyring.ts'
import { toBase64Url } from './link.ts'
import { LocalMedia, type MediaKind } from './local-media.ts'
import { watchNetwork } from './network.ts'
import type { PathReport } from './path-report.ts'
import { PathSampler } from './path-sampler.ts'
import { PeerLink } from './peer-link.ts'
import { Session } from './session.ts'

/** A peer as the server named it, and what it said of itself. */
interface Bound {
  peer: Peer
  isAway: boolean
  media: PeerMedia | null
}

/**
 * A call in a room for two. Its socket opens at once, so that `join()` is one round trip;
 * the media never depends on the socket. Transitions: `CallState`.
 */
export class Call {
  readonly #options: CallOptions
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #events: Emitter<CallEvents>
  readonly #session: Session
  readonly #keyring: Keyring | undefined
  readonly #media = new LocalMedia()
  readonly #hearing: Hearing
  readonly #unwatchNetwork: () => void
  #state: CallState = { name: 'idle' }
  #name: string
  /** Names this stay; kept when a lost session joins again, so that the peer connection goes on. */
  #tag = ''
  #bound: Bound | undefined
  #link: PeerLink | undefined
  #sampler: PathSampler | undefined
  #iceServers: RTCIceServer[] = []
  /** Lines that a lost session may not have delivered. */
  #unsaid: ClientRequest[] = []
  /** `leave` requests that are not answered yet: what comes before belongs to a former stay. */
  #unansweredLeaves = 0
  #cancelOrphanCheck: CancelTimer = () => {}
  #isClosed = false

  constructor(options: CallOptions) {
    this.#options = options
    this.#name = options.name ?? ''
    this.#logger = options.logger ?? silentLogger
    this.#clock = systemClock
    this.#events = new Emitter((error, event) =>
      this.#logger.error('a call listener threw', { event, error: String(error) }),
    )
    const room = normalizeRoomName(options.room)
    this.#keyring = options.key && room.ok ? new Keyring(options.key, room.name) : undefined
    this.#hearing = new Hearing(this.#clock, (hears) => {
      const peer = this.#bound?.peer.id
      if (peer !== undefined) this.#session.send({ type: 'hearing', peer, hears })
    })
    this.#session = new Session({ url: options.url, logger: this.#logger, clock: this.#clock })
    this.#session.on('event', (event) => this.#onServerEvent(event))
    this.#session.on('welcome', (welcome) => this.#onWelcome(welcome))
    this.#session.on('lost', (unsaid) => this.#onSessionLost(unsaid))
    this.#session.on('state', (state) => this.#events.emit('signaling', state))
    this.#session.on('refused', (reason) => {
      if (reason === 'session-taken') this.#end({ type: 'end', reason })
      else this.#end({ type: 'fail', code: reason, message: 'the server closed the session' })
    })
    this.#unwatchNetwork = watchNetwork(() => this.#onNetworkChange())
  }

  get state(): CallState {
    return this.#state
  }

  get peer(): RemotePeer | null {
    if (!this.#bound) return null
    const { peer, isAway, media } = this.#bound
    return { name: peer.name, isAway, media }
  }

  /** The remote sound and picture; null while there is no peer connection. */
  get remoteStream(): MediaStream | null {
    return this.#link?.remoteStream ?? null
  }

  get verification(): Verification {
    return this.#bound && this.#link ? this.#link.verification : { name: 'none' }
  }

  get signaling(): SignalingState {
    return this.#session.signaling
  }

  /** True when the link has a key, so that the peer can be verified. */
  get hasKey(): boolean {
    return this.#keyring !== undefined
  }

  /** Calls `listener` at every `event` from now on; returns its unsubscribe. */
  on<Name extends keyof CallEvents>(
    event: Name,
    listener: (...args: CallEvents[Name]) => void,
  ): () => void {
    return this.#events.on(event, listener)
  }

  /** Takes a seat, from `idle`, `full`, `ended` or `failed`; `wait` stands in line when there is none. */
  join({ wait = false }: { wait?: boolean } = {}): void {
    if (this.#isClosed || !(isOver(this.#state) || this.#state.name === 'full')) return
    if (typeof RTCPeerConnection === 'undefined') {
      this.#input({ type: 'fail', code: 'no-webrtc', message: 'this browser has no WebRTC' })
      return
    }
    if (this.#state.name !== 'full') this.#tag = createTag()
    this.#input({ type: 'join' })
    this.#sendJoin(wait)
  }

  /**
   * What is sent from now on, before and during a call; null sends nothing of this kind.
   * `screen`: the picture is a shared screen.
   */
  async setTrack(
    kind: MediaKind,
    track: MediaStreamTrack | null,
    { screen = false }: { screen?: boolean } = {},
  ): Promise<void> {
    this.#media.setTrack(kind, track, screen)
    await this.#link?.setTrack(kind, track).catch((error: unknown) => {
      this.#logger.debug('a track was not replaced', { kind, error: String(error) })
    })
  }

  /** Tells the peer whether the microphone is muted; the track itself is its owner's matter. */
  setMuted(isMuted: boolean): void {
    this.#media.setMuted(isMuted)
    this.#link?.tellMedia()
  }

  /** What to be called, from the next `join()` on. */
  setName(name: string): void {
    this.#name = name
  }

  /** Says a line; it comes back as a `chat` event at once. Sealed when the link has a key. */
  sendChat(text: string): void {
    const isSealed = this.#keyring !== undefined
    this.#events.emit('chat', {
      from: 'self',
      name: this.#name,
      text,
      at: this.#clock.now(),
      isSealed,
    })
    this.#sealChat(text).then(
      (request) => this.#session.send(request),
      (error: unknown) => this.#logger.error('a line was not sealed', { error: String(error) }),
    )
  }

  /** Finds a better path: an ICE restart. What flows goes on until it is found. */
  restartIce(): void {
    this.#link?.restartIce()
  }

  /** Lets media flow although the peer could not be verified; after `mismatch`. */
  continueUnverified(): void {
    this.#link?.continueUnverified()
  }

  /** Leaves; `join()` may be called again. */
  leave(): void {
    this.#end({ type: 'end', reason: 'left' })
  }

  /** Leaves and drops the socket. Final and idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.leave()
    this.#isClosed = true
    this.#unwatchNetwork()
    this.#session.close()
    this.#events.clear()
  }

  /** Both session descriptions as they are now, for showing. */
  descriptions(): { local: string | null; remote: string | null } {
    const connection = this.#link?.connection
    return {
      local: connection?.localDescription?.sdp ?? null,
      remote: connection?.remoteDescription?.sdp ?? null,
    }
  }

  /** Path, codecs, rates, loss and round trip since the last sample; null without a peer. */
  async sample(): Promise<PathReport | null> {
    if (!this.#link || !this.#bound) return null
    return (this.#sampler ??= new PathSampler(this.#link.connection)).sample()
  }

  #sendJoin(wait: boolean): void {
    const { room } = this.#options
    this.#session.send({ type: 'join', room, tag: this.#tag, name: this.#name, wait })
  }

  #onWelcome(welcome: Welcome): void {
    this.#setIceServers(welcome.iceServers)
    // An offer that went over a dying path waits for its answer: say it again.
    if (this.#link && this.#bound && !this.#link.isAlive) this.#link.resync()
  }

  /** The server forgot the seat; the media goes on, and the seat is asked for again. */
  #onSessionLost(unsaid: ClientRequest[]): void {
    this.#unansweredLeaves = 0
    this.#onSeatLost(unsaid)
  }

  #onSeatLost(unsaid: ClientRequest[]): void {
    if (isOver(this.#state)) return
    if (this.#state.name === 'full' && !this.#state.waiting) return
    this.#unsaid.push(...unsaid.filter((request) => request.type === 'chat'))
    this.#sendJoin(this.#state.name === 'full')
  }

  #onServerEvent(event: ServerEvent): void {
    const isStale = this.#unansweredLeaves > 0 && event.type !== 'left'
    if (isStale && event.type !== 'ice-servers') return undefined
    switch (event.type) {
      case 'joined':
        return this.#onJoined(event.peers[0])
      case 'full':
        this.#dropLink()
        return this.#input({ type: 'no-seat', waiting: event.waiting })
      case 'seat-lost':
        return this.#onSeatLost([])
      case 'peer-joined':
        return this.#onPeerJoined(event.peer)
      case 'peer-left':
        if (event.peer === this.#bound?.peer.id) this.#onPeerGone(event.reason)
        return undefined
      case 'peer-away':
        return this.#setAway(event.peer, true)
      case 'peer-back':
        this.#setAway(event.peer, false)
        if (event.fresh) this.#link?.resync()
        return undefined
      case 'description':
      case 'candidate':
        return this.#onSignal(event)
      case 'chat':
        return void this.#onChat(event.body, event.sealed === true)
      case 'ice-servers':
        return this.#setIceServers(event.iceServers)
      case 'error':
        return this.#onError(event.code)
      case 'left':
        this.#unansweredLeaves = Math.max(0, this.#unansweredLeaves - 1)
    }
  }

  #onJoined(seated: (Peer & { isAway: boolean; signals: Signal[] }) | undefined): void {
    if (isOver(this.#state)) return
    for (const request of this.#unsaid.splice(0)) this.#session.send(request)
    if (!seated) {
      // Nobody is there yet. A call that outlived the server waits for its peer to come back.
      if (this.#bound && this.#link?.isAlive) this.#checkOrphan(this.#bound)
      else this.#waitForPeer()
      return this.#input({ type: 'seated', hasPeer: false })
    }
    const { isAway, signals, ...peer } = seated
    if (this.#rebind(peer, isAway)) return this.#input({ type: 'seated', hasPeer: true })
    this.#dropLink()
    this.#bind(peer, isAway)
    this.#input({ type: 'seated', hasPeer: true })
    this.#link = this.#createLink(false)
    for (const signal of signals) this.#link.handleSignal(signal)
    this.#announce()
  }

  #onPeerJoined(peer: Peer): void {
    if (isOver(this.#state) || this.#rebind(peer, false)) return
    // The waiting offer, if it is unused, is on its way to this peer.
    if (this.#bound || !this.#link) this.#renewLink()
    this.#bind(peer, false)
    this.#input({ type: 'peer-came' })
    this.#announce()
    this.#events.emit('peerarrived', peer.name)
  }

  /** The same run of the peer's page again: its connection, if it lives, goes on. */
  #rebind(peer: Peer, isAway: boolean): boolean {
    if (!this.#bound || this.#bound.peer.tag !== peer.tag || !this.#link) return false
    this.#cancelOrphanCheck()
    this.#bound.peer = peer
    this.#bound.isAway = isAway
    this.#hearing.setAway(isAway)
    this.#link.resync()
    this.#tellPeer()
    return true
  }

  /** A peer that did not come back to the server is gone when it is not heard either. */
  #checkOrphan(bound: Bound): void {
    bound.isAway = true
    this.#tellPeer()
    this.#cancelOrphanCheck = this.#clock.after(GRACE_MS, () => {
      if (this.#bound !== bound || !bound.isAway) return
      if (this.#link?.isAlive) this.#checkOrphan(bound)
      else this.#onPeerGone('lost')
    })
  }

  #bind(peer: Peer, isAway: boolean): void {
    this.#cancelOrphanCheck()
    this.#bound = { peer, isAway, media: null }
    this.#hearing.reset()
    this.#hearing.setAway(isAway)
  }

  /** Tells the page of somebody new. */
  #announce(): void {
    this.#tellPeer()
    this.#events.emit('verification', this.verification)
    this.#link?.tellMedia()
  }

  #onPeerGone(reason: PeerGoneReason): void {
    const name = this.#bound?.peer.name ?? ''
    this.#waitForPeer()
    this.#input({ type: 'peer-gone' })
    this.#tellPeer()
    this.#events.emit('verification', this.verification)
    this.#events.emit('peergone', reason, name)
  }

  /** Leaves a new offer with the seat, for whoever comes. */
  #waitForPeer(): void {
    this.#bound = undefined
    this.#hearing.reset()
    this.#renewLink()
  }

  #renewLink(): void {
    this.#dropLink()
    this.#link = this.#createLink(true)
  }

  #createLink(isOfferer: boolean): PeerLink {
    const link: PeerLink = new PeerLink({
      isOfferer,
      configuration: {
        iceServers: this.#iceServers,
        iceTransportPolicy: this.#options.iceTransportPolicy ?? 'all',
      },
      media: this.#media,
      keyring: this.#keyring,
      clock: this.#clock,
      logger: this.#logger,
      sendSignal: (signal) => {
        const to = this.#bound?.peer.id
        this.#session.send(to === undefined ? signal : { ...signal, to })
      },
      isServerReachable: () => this.signaling === 'online',
      onRemoteStream: (stream) => this.#events.emit('remotestream', stream),
      onVerification: (verification) => this.#events.emit('verification', verification),
      onPeerMedia: (media) => {
        if (!this.#bound) return
        this.#bound.media = media
        this.#tellPeer()
      },
      // While the server is there it says so itself, in order with what follows.
      onBye: () => {
        if (this.signaling !== 'online') this.#onPeerGone('left')
      },
      onUp: () => {
        this.#hearing.setHeard(true)
        this.#input({ type: 'media-up' })
      },
      onDown: (reason) => {
        this.#hearing.setHeard(false)
        this.#input({ type: 'media-down', reason })
      },
    })
    return link
  }

  #dropLink(): void {
    if (!this.#link) return
    this.#link.close()
    this.#link = undefined
    this.#sampler = undefined
    this.#events.emit('remotestream', null)
  }

  #onSignal(signal: Signal & { from: string }): void {
    const { from, ...plain } = signal
    // The first member's waiting link is bound by `peer-joined`, which always comes first.
    if (from === this.#bound?.peer.id) this.#link?.handleSignal(plain)
  }

  async #onChat(body: string, isSealed: boolean): Promise<void> {
    const text = isSealed ? ((await this.#keyring?.open(body)) ?? null) : body
    if (text === null) {
      this.#events.emit('refused', 'chat-unreadable')
      return
    }
    const name = this.#bound?.peer.name ?? ''
    this.#events.emit('chat', { from: 'peer', name, text, at: this.#clock.now(), isSealed })
  }

  async #sealChat(text: string): Promise<ClientRequest> {
    if (!this.#keyring) return { type: 'chat', body: text.slice(0, MAX_CHAT_LENGTH) }
    return { type: 'chat', body: await this.#keyring.seal(text), sealed: true }
  }

  #onError(code: RefusedCode): void {
    // A late signal for somebody who just left.
    if (code === 'no-such-peer') return
    const isFatal = this.#state.name === 'joining' || code === 'bad-room-name'
    if (isFatal)
      this.#end({ type: 'fail', code: code as never, message: 'the server refused to join' })
    else this.#events.emit('refused', code)
  }

  #setAway(peerId: string, isAway: boolean): void {
    if (!this.#bound || this.#bound.peer.id !== peerId) return
    this.#bound.isAway = isAway
    this.#hearing.setAway(isAway)
    this.#tellPeer()
  }

  #setIceServers(iceServers: RTCIceServer[]): void {
    this.#iceServers = iceServers
    this.#link?.setIceServers(iceServers)
  }

  #onNetworkChange(): void {
    this.#session.probe()
    if (this.#bound) this.#link?.restartIce()
  }

  #end(input: CallInput): void {
    if (isOver(this.#state)) return
    this.#link?.leave()
    this.#dropLink()
    this.#bound = undefined
    this.#hearing.reset()
    this.#cancelOrphanCheck()
    this.#session.send({ type: 'leave' })
    this.#unansweredLeaves++
    this.#input(input)
    this.#tellPeer()
  }

  #tellPeer(): void {
    this.#events.emit('peer', this.peer)
  }

  #input(input: CallInput): void {
    const next = nextCallState(this.#state, input)
    if (next === this.#state) return
    this.#state = next
    this.#logger.info('call', { state: next.name })
    this.#events.emit('state', next)
  }
}

/** Makes a call; nothing is joined yet. */
export function createCall(options: CallOptions): Call {
  return new Call(options)
}

function createTag(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)))
}
