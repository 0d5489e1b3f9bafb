import { SerialQueue, type Clock, type Logger } from '@duet/base'
import type { Candidate, Description, DescriptionSignal, Signal } from '@duet/protocol'
import type { PeerMedia, ReconnectReason, Verification } from './call-state.ts'
import { EarlyCandidates } from './early-candidates.ts'
import { Gate } from './gate.ts'
import { fingerprintsOf, type Keyring } from './keyring.ts'
import type { LocalMedia, MediaKind } from './local-media.ts'
import { PathWatch } from './path-watch.ts'
import { SideChannel, type SideMessage } from './side-channel.ts'
import { SMALL_ENCODINGS, SmallStart } from './small-start.ts'

export interface PeerLinkOptions {
  configuration: RTCConfiguration
  media: LocalMedia
  keyring: Keyring | undefined
  clock: Clock
  logger: Logger
  /** Sends over the server, now or when it can be reached. */
  sendSignal: (signal: Signal) => void
  /** False while the server cannot reach the peer: signals then go over the data channel. */
  canServerReachPeer: () => boolean
  /** Once, when it is known what the peer may send. */
  onRemoteStream: (stream: MediaStream) => void
  onVerification: (verification: Verification) => void
  onPeerMedia: (media: PeerMedia) => void
  onBye: () => void
  onUp: () => void
  onDown: (reason: ReconnectReason) => void
}

/** The first member offers, and wins when both offer at once (it is the impolite one). */
type Role = 'offerer' | 'answerer'

/** Signals of the peer that wait for their turn; a peer that sends more is not well-meaning. */
const MAX_WAITING_SIGNALS = 256

const KINDS: readonly MediaKind[] = ['audio', 'video']

/**
 * One peer connection to one peer: perfect negotiation (W3C WebRTC §10.7), trickle ICE, ICE
 * restarts, the proof of fingerprints, and the data channel. All description work goes
 * through one queue. A leg in the words of docs/protocol.md.
 *
 * It can be made before the role is known: `offer()` or the peer's first signal decides. The
 * answerer, which gives way, takes its own later offers up only when they are answered: a
 * rolled back offer freezes the remote picture in Chromium for good.
 */
export class PeerLink {
  readonly connection: RTCPeerConnection
  readonly remoteStream = new MediaStream()
  readonly #options: PeerLinkOptions
  readonly #gate: Gate
  readonly #queue = new SerialQueue()
  readonly #side: SideChannel
  readonly #watch: PathWatch
  readonly #smallStart: SmallStart
  readonly #early = new EarlyCandidates()
  readonly #transceivers = new Map<MediaKind, RTCRtpTransceiver>()
  #role: Role | undefined
  /** The answerer's offer on its way. */
  #proposal: Description | undefined
  #held: DescriptionSignal | undefined
  #waitingSignals = 0
  #isNegotiated = false
  #isClosed = false

  constructor(options: PeerLinkOptions) {
    this.#options = options
    this.#gate = new Gate(options.keyring, options.onVerification)
    // One transport for everything: every browser that knows the rest of this can bundle.
    this.connection = new RTCPeerConnection({
      ...options.configuration,
      bundlePolicy: 'max-bundle',
    })
    const { connection } = this
    this.#side = new SideChannel(connection, {
      onOpen: () => this.tellMedia(),
      onMessage: (message) => this.#onSideMessage(message),
    })
    this.#smallStart = new SmallStart(options.clock, (error) =>
      options.logger.debug('the size of the picture stays', { error: String(error) }),
    )
    this.#watch = new PathWatch({
      connection,
      clock: options.clock,
      ping: (intervalMs) => this.#side.send({ type: 'ping', intervalMs }),
      restartIce: () => this.restartIce(),
      isPolite: () => this.#role === 'answerer',
      onUp: () => {
        this.#smallStart.up()
        options.onUp()
      },
      onDown: options.onDown,
    })
    connection.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate)
        this.#send({ type: 'candidate', candidate: candidate.toJSON() as Candidate })
    }
    connection.ontrack = ({ track }) => this.remoteStream.addTrack(track)
    connection.onconnectionstatechange = () => {
      options.logger.debug('connection', { state: connection.connectionState })
      this.#watch.connectionStateChanged()
    }
    connection.onnegotiationneeded = () => {
      if (this.#isNegotiated) this.#run(() => this.#offer())
    }
  }

  /** True until the first offer is made or comes. */
  get isFresh(): boolean {
    return this.#role === undefined
  }

  /** True while media can flow. */
  get isAlive(): boolean {
    return !this.#isClosed && this.#watch.isAlive
  }

  get verification(): Verification {
    return this.#gate.verification
  }

  /** Makes the first offer, for whoever comes. */
  offer(): void {
    if (this.#role || this.#isClosed) return
    this.#role = 'offerer'
    const { media } = this.#options
    for (const kind of KINDS) {
      const transceiver = this.connection.addTransceiver(media.track(kind) ?? kind, {
        direction: 'sendrecv',
        streams: [media.stream],
        ...(kind === 'video' ? { sendEncodings: [...SMALL_ENCODINGS] } : {}),
      })
      this.#transceivers.set(kind, transceiver)
      if (kind === 'video') this.#smallStart.begun(transceiver.sender)
    }
    this.#run(() => this.#offer())
  }

  /** Takes an offer, an answer or a candidate of the peer. */
  handleSignal(signal: Signal): void {
    this.#role ??= 'answerer'
    if (this.#waitingSignals >= MAX_WAITING_SIGNALS) {
      this.#options.logger.debug('a signal too many was dropped', { type: signal.type })
      return
    }
    this.#waitingSignals++
    this.#run(async () => {
      this.#waitingSignals--
      if (signal.type === 'description') await this.#handleDescription(signal)
      else if (signal.type === 'mismatch') this.#handleMismatch(signal.hasKey)
      else if (signal.candidate) this.#handleCandidate(signal.candidate)
    })
  }

  /** True when `description` comes from another connection than the one that this is linked to. */
  isForeign(description: Description): boolean {
    const { remoteDescription } = this.connection
    if (!remoteDescription) return false
    return !isSame(fingerprintsOf(toDescription(remoteDescription)), fingerprintsOf(description))
  }

  /** Sends `track` from now on. */
  setTrack(kind: MediaKind, track: MediaStreamTrack | null): Promise<void> {
    return this.#queue.add(async () => {
      await this.#transceivers.get(kind)?.sender.replaceTrack(track)
      this.tellMedia()
    })
  }

  /** Says to the peer what is sent. */
  tellMedia(): void {
    this.#side.send({ type: 'media', ...this.#options.media.describe() })
  }

  /** Looks for a new path; what flows goes on until it is found. */
  restartIce(): void {
    if (!this.#isNegotiated) return
    this.#run(async () => {
      const offer = this.#unansweredOffer()
      if (offer) await this.#sendDescription(offer, null)
      else this.connection.restartIce()
    })
  }

  /** What was sent to the peer may be lost: an unanswered offer is sent again. */
  resync(): void {
    this.#run(async () => {
      const offer = this.#unansweredOffer()
      if (offer) await this.#sendDescription(offer, null)
      else if (!this.isAlive && this.#isNegotiated) this.connection.restartIce()
    })
  }

  /** Fresh credentials for restarts to come. */
  setIceServers(iceServers: RTCIceServer[]): void {
    if (this.#isClosed) return
    this.connection.setConfiguration({ ...this.connection.getConfiguration(), iceServers })
  }

  /** Goes on although the peer could not prove that it holds the link. */
  continueUnverified(): void {
    this.#gate.force()
    const held = this.#held
    this.#held = undefined
    if (held) this.handleSignal(held)
  }

  /** Says goodbye to the peer and closes. */
  leave(): void {
    this.#side.send({ type: 'bye' })
    this.close()
  }

  /** Drops everything. Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#queue.close()
    this.#watch.close()
    this.#smallStart.close()
    this.#side.close()
    const { connection } = this
    connection.onicecandidate = null
    connection.ontrack = null
    connection.onconnectionstatechange = null
    connection.onnegotiationneeded = null
    connection.close()
  }

  async #offer(): Promise<void> {
    const { connection } = this
    if (this.#unansweredOffer() || connection.signalingState !== 'stable') return
    if (this.#role === 'offerer') await connection.setLocalDescription()
    else this.#proposal = toDescription(await connection.createOffer())
    const offer = this.#unansweredOffer()
    if (offer) await this.#sendDescription(offer, null)
  }

  #unansweredOffer(): Description | null {
    if (this.#proposal) return this.#proposal
    const { localDescription, signalingState } = this.connection
    if (signalingState !== 'have-local-offer' || !localDescription) return null
    return toDescription(localDescription)
  }

  async #handleDescription(signal: DescriptionSignal): Promise<void> {
    const { connection } = this
    const { description } = signal
    const isOffer = description.type === 'offer'
    const ownOffer = this.#unansweredOffer()
    // An answer that came twice, or the offer of the one who gives way.
    if (!isOffer && !ownOffer) return
    if (isOffer && ownOffer && this.#role === 'offerer') return
    if (!(await this.#gate.admits(signal, isOffer ? null : ownOffer))) {
      this.#options.logger.warn('a description without the right proof was not used')
      this.#held = signal
      this.#send({ type: 'mismatch', hasKey: this.#options.keyring !== undefined })
      return
    }
    this.#held = undefined
    const proposal = this.#proposal
    this.#proposal = undefined
    if (!isOffer && proposal) await connection.setLocalDescription(proposal)
    await connection.setRemoteDescription(description)
    const isFirst = !this.#isNegotiated
    if (isOffer) {
      this.#takeTransceivers()
      await connection.setLocalDescription()
    }
    this.#isNegotiated = true
    this.#addEarlyCandidates()
    const { localDescription: answer } = connection
    if (isOffer && answer) await this.#sendDescription(toDescription(answer), description)
    if (isFirst && !this.#isClosed) this.#options.onRemoteStream(this.remoteStream)
  }

  /** What flows already is not put in doubt by a word that anybody could have said. */
  #handleMismatch(hasKey: boolean): void {
    if (!this.isAlive) this.#gate.handleMismatch(hasKey)
  }

  /** The answering side sends in the places that the offer made. */
  #takeTransceivers(): void {
    const { logger, media } = this.#options
    for (const transceiver of this.connection.getTransceivers()) {
      const kind = transceiver.receiver.track.kind as MediaKind
      if (transceiver.mid === null || this.#transceivers.has(kind)) continue
      this.#transceivers.set(kind, transceiver)
      transceiver.direction = 'sendrecv'
      transceiver.sender.setStreams(media.stream)
      if (kind === 'video') this.#smallStart.begin(transceiver.sender)
      // The answer does not depend on the track, so it does not wait for it.
      transceiver.sender.replaceTrack(media.track(kind)).catch((error: unknown) => {
        logger.warn('a track is not sent', { kind, error: String(error) })
      })
    }
  }

  #handleCandidate(candidate: Candidate): void {
    if (this.#early.belongs(candidate, this.connection.remoteDescription)) {
      this.#addCandidate(candidate)
    } else this.#early.keep(candidate)
  }

  #addEarlyCandidates(): void {
    for (const candidate of this.#early.take(this.connection.remoteDescription)) {
      this.#addCandidate(candidate)
    }
  }

  /** The connection takes candidates in turn by itself; nothing waits for them. */
  #addCandidate(candidate: Candidate): void {
    this.connection.addIceCandidate(candidate).catch((error: unknown) => {
      // One bad candidate is no reason to lose the others.
      this.#options.logger.debug('candidate refused', { error: String(error) })
    })
  }

  /** Sends a description with its proof; an answer's covers `offer` too. */
  async #sendDescription(description: Description, offer: Description | null): Promise<void> {
    const auth = await this.#options.keyring?.sign(description, offer)
    this.#send({ type: 'description', description, ...(auth === undefined ? {} : { auth }) })
  }

  #send(signal: Signal): void {
    if (this.#isClosed) return
    const { canServerReachPeer, sendSignal } = this.#options
    if (!canServerReachPeer() && this.#side.send({ type: 'signal', signal })) return
    sendSignal(signal)
  }

  #onSideMessage(message: SideMessage): void {
    this.#watch.heard(message.type === 'ping' ? message.intervalMs : undefined)
    if (message.type === 'media') {
      const { audio, video, screen } = message
      this.#options.onPeerMedia({ audio, video, screen })
    } else if (message.type === 'signal') this.handleSignal(message.signal)
    else if (message.type === 'bye') this.#options.onBye()
  }

  /** Description work in order; a failure is logged, and the next restart mends it. */
  #run(task: () => Promise<void>): void {
    this.#queue.add(task).catch((error: unknown) => {
      if (!this.#isClosed) this.#options.logger.warn('negotiation failed', { error: String(error) })
    })
  }
}

function toDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Description {
  return { type: type === 'answer' ? 'answer' : 'offer', sdp }
}

function isSame(some: string[], others: string[]): boolean {
  return some.join('\n') === others.join('\n')
}
