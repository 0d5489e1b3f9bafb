import { SerialQueue } from '@duet/base'
import type { Candidate, Description, DescriptionSignal, Signal } from '@duet/protocol'
import type { Verification } from './call-state.ts'
import type { CallLink } from './call-link.ts'
import { CollidingOffer } from './colliding-offer.ts'
import { isSameOrigin, toDescription } from './descriptions.ts'
import { Gate } from './gate.ts'
import { withoutOwnAddress } from './hidden-address.ts'
import { LinkPhrase } from './link-phrase.ts'
import type { MediaKind } from './local-media.ts'
import { LocalSenders } from './local-senders.ts'
import { MediaPath } from './media-path/media-path.ts'
import { PathWatch } from './path-watch.ts'
import type { PeerLinkOptions } from './peer-link-options.ts'
import type { PhraseRole } from './phrase-exchange.ts'
import { RemoteCandidates } from './remote-candidates.ts'
import { RemoteTracks } from './remote-tracks.ts'
import type { SafetyPhrase } from './safety-phrase.ts'
import { SideChannel, type SideMessage } from './side-channel.ts'

/** Signals of the peer that wait for their turn; a peer that sends more is not well-meaning. */
const MAX_WAITING_SIGNALS = 256

/**
 * One peer connection to one peer: perfect negotiation (W3C WebRTC §10.7), trickle ICE, ICE
 * restarts, the proof of fingerprints, and the data channel. All description work goes
 * through one queue. A leg in the words of docs/protocol.md.
 *
 * It can be made before the role is known: `offer()` or the peer's first signal decides. The
 * answerer, which gives way, takes its own later offers up only when they are answered: a
 * rolled back offer freezes the remote picture in Chromium for good. With a peer that is no
 * page of Duet this side always does so, because nobody knows who gives way (docs/protocol.md,
 * G5).
 */
export class PeerLink implements CallLink {
  readonly connection: RTCPeerConnection
  /** Where its sound and picture go. */
  readonly mediaPath: MediaPath
  readonly #options: PeerLinkOptions
  readonly #gate: Gate
  readonly #queue = new SerialQueue()
  readonly #side: SideChannel
  readonly #watch: PathWatch
  readonly #senders: LocalSenders
  readonly #candidates: RemoteCandidates
  readonly #phrase: LinkPhrase
  readonly #remote: RemoteTracks
  readonly #colliding: CollidingOffer
  #role: PhraseRole | undefined
  /** An offer on its way that is taken up when it is answered. */
  #proposal: Description | undefined
  #held: DescriptionSignal | undefined
  #waitingSignals = 0
  #isNegotiated = false
  #isRestartDue = false
  /** As answerer: an offer came after the first one. */
  #hasAnsweredRestart = false
  /** The offer on its way was made before `goDirect()`. */
  #restartsWhenAnswered = false
  #shown: MediaStream | null = null
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
    this.#remote = new RemoteTracks(() => this.#tellStream())
    this.#candidates = new RemoteCandidates(connection, options.logger)
    this.#phrase = new LinkPhrase(connection, {
      hasKey: options.keyring !== undefined,
      send: (message) => this.#side.send(message),
      onPhrase: options.onPhrase,
    })
    this.#colliding = new CollidingOffer(options.clock, (offer) => this.#onUnanswered(offer))
    this.#side = new SideChannel(connection, {
      onOpen: () => {
        this.#watch.heard()
        this.tellMedia()
        this.mediaPath.open()
        this.#phrase.compare(this.#role)
      },
      onMessage: (message) => this.#onSideMessage(message),
    })
    this.#senders = new LocalSenders({ connection, ...options })
    this.mediaPath = new MediaPath({
      ...options,
      connection,
      send: (message) => this.#side.send(message),
      isPeerFirst: () => this.#role === 'answerer',
      setDirectActive: (isActive) => this.#senders.setActive(isActive),
      onStream: () => this.#tellStream(),
      onChange: options.onMediaPath,
    })
    this.#watch = new PathWatch({
      connection,
      clock: options.clock,
      ping: (intervalMs) => this.#side.send({ type: 'ping', intervalMs }),
      isAcknowledged: () => this.#side.isOpen,
      restartIce: () => this.restartIce(),
      isPolite: () => this.#givesWay(),
      onUp: () => {
        this.#senders.up()
        options.onUp()
      },
      onDown: options.onDown,
    })
    connection.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate)
        this.#send({ type: 'candidate', candidate: candidate.toJSON() as Candidate })
    }
    connection.ontrack = ({ track }) => this.#remote.add(track)
    connection.onconnectionstatechange = () => {
      options.logger.debug('connection', { state: connection.connectionState })
      this.#watch.connectionStateChanged()
    }
    connection.onnegotiationneeded = () => {
      // Places are made by the first offer; a peer's without one for data gets none later.
      if (this.#isRestartDue) this.#run(() => this.#offer())
    }
  }

  /** Null until it is known what the peer may send. */
  get remoteStream(): MediaStream | null {
    return this.mediaPath.stream ?? (this.#remote.isTold ? this.#remote.stream : null)
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

  /** What both people may compare; null until it is agreed, and for good with a link's key. */
  get phrase(): SafetyPhrase | null {
    return this.#phrase.phrase
  }

  /** Makes the first offer, for whoever comes. */
  offer(): void {
    if (this.#role || this.#isClosed) return
    this.#role = 'offerer'
    this.#senders.make()
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
      else if (signal.candidate) this.#candidates.handle(signal.candidate, this.#colliding.isHeld)
    })
  }

  /** True when `description` comes from another connection than the one that this is linked to. */
  isForeign(description: Description): boolean {
    const { remoteDescription } = this.connection
    return !!remoteDescription && !isSameOrigin(toDescription(remoteDescription), description)
  }

  /** Sends `track` from now on; no description changes, so it waits for none. */
  async setTrack(kind: MediaKind, track: MediaStreamTrack | null): Promise<void> {
    await Promise.all([this.#senders.setTrack(kind, track), this.mediaPath.mediaChanged(kind)])
    this.tellMedia()
  }

  /** Says to the peer what is sent. */
  tellMedia(): void {
    this.#side.send({ type: 'media', ...this.#options.media.describe() })
  }

  /** Looks for a new path; what flows goes on until it is found. */
  restartIce(): void {
    if (!this.#isNegotiated) return
    this.#run(() => this.#repeatOrRestart())
  }

  /** What was sent to the peer may be lost: an unanswered offer is sent again. */
  resync(): void {
    this.#run(async () => {
      const isDue = this.#isNegotiated && !this.isAlive
      if (isDue || this.#unansweredOffer()) await this.#repeatOrRestart()
    })
  }

  /**
   * Lets the peer learn this side's own addresses, and looks for a path with them. The policy
   * alone finds none (W3C WebRTC §4.4.1.6: it acts with the next gathering), the restart does.
   */
  goDirect(): void {
    this.#run(async () => {
      const { connection } = this
      connection.setConfiguration({ ...connection.getConfiguration(), iceTransportPolicy: 'all' })
      // The answerer's candidates follow from the offerer's restart, unless that came before.
      const isDue = this.#role === 'offerer' || this.#hasAnsweredRestart
      if (!isDue) return
      if (this.#unansweredOffer()) this.#restartsWhenAnswered = true
      else if (this.#isNegotiated) await this.#repeatOrRestart()
    })
  }

  /** Fresh credentials for restarts to come. */
  setIceServers(iceServers: RTCIceServer[]): void {
    if (this.#isClosed) return
    this.connection.setConfiguration({ ...this.connection.getConfiguration(), iceServers })
  }

  /** True when the person went on with a peer that showed no sign of the link's key. */
  get isPeerKeyless(): boolean {
    return this.#gate.isPeerKeyless
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
    this.#senders.close()
    this.mediaPath.close()
    this.#colliding.drop()
    this.#phrase.close()
    this.#remote.close()
    this.#side.close()
    const { connection } = this
    connection.onicecandidate = null
    connection.ontrack = null
    connection.onconnectionstatechange = null
    connection.onnegotiationneeded = null
    connection.close()
  }

  async #repeatOrRestart(): Promise<void> {
    const offer = this.#unansweredOffer()
    if (offer) return this.#sendDescription(offer, null)
    this.#isRestartDue = true
    this.connection.restartIce()
    // `negotiationneeded` does not fire again while something else is left to negotiate.
    await this.#offer()
  }

  async #offer(): Promise<void> {
    const { connection } = this
    if (this.#unansweredOffer() || connection.signalingState !== 'stable') return
    const isFirst = !this.#isNegotiated
    if (this.#role === 'offerer' && (isFirst || this.#options.isPeerDuet()))
      await connection.setLocalDescription()
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
    if (isOffer && ownOffer && !this.#givesWay()) {
      if (!this.#options.isPeerDuet() && this.#isNegotiated) this.#colliding.hold(signal)
      return
    }
    if (!(await this.#gate.admits(signal, isOffer ? null : ownOffer))) {
      this.#options.logger.warn('a description without the right proof was not used')
      this.#held = signal
      this.#send({ type: 'mismatch', hasKey: this.#options.keyring !== undefined })
      return
    }
    this.#held = undefined
    const proposal = this.#proposal
    this.#proposal = undefined
    const isRolledBack = this.#colliding.isHeld && this.#role === 'offerer'
    this.#colliding.drop()
    if (!isOffer && proposal) await connection.setLocalDescription(proposal)
    await connection.setRemoteDescription(description)
    if (!isOffer) this.#isRestartDue = false
    if (isOffer) {
      this.#hasAnsweredRestart = this.#isNegotiated
      this.#senders.take()
      await connection.setLocalDescription()
    }
    this.#isNegotiated = true
    this.#candidates.described()
    const { localDescription: answer } = connection
    if (isOffer && answer) await this.#sendDescription(toDescription(answer), description)
    if (!this.#isClosed) this.#remote.tell()
    if (this.#side.isOpen) this.#phrase.compare(this.#role)
    if (!isOffer && this.#restartsWhenAnswered) {
      this.#restartsWhenAnswered = false
      await this.#repeatOrRestart()
    }
    // The peer dropped its offer for ours. What our first offer made stands still there, in
    // Chromium for good: it is sent anew.
    if (!isOffer && isRolledBack) {
      this.#senders.renew()
      await this.#offer()
    }
  }

  #givesWay(): boolean {
    return this.#role === 'answerer' && this.#options.isPeerDuet()
  }

  /** The peer's offer waits, and so does ours. */
  #onUnanswered(offer: DescriptionSignal): void {
    this.#run(async () => {
      this.#proposal = undefined
      await this.#handleDescription(offer)
    })
  }

  /** What flows already is not put in doubt by a word that anybody could have said. */
  #handleMismatch(hasKey: boolean): void {
    if (!this.isAlive) this.#gate.handleMismatch(hasKey)
  }

  /** Sends a description with its proof; an answer's covers `offer` too. */
  async #sendDescription(description: Description, offer: Description | null): Promise<void> {
    const auth = await this.#options.keyring?.sign(description, offer)
    this.#send({ type: 'description', description, ...(auth === undefined ? {} : { auth }) })
  }

  #send(own: Signal): void {
    if (this.#isClosed) return
    const isHidden = this.connection.getConfiguration().iceTransportPolicy === 'relay'
    const signal = isHidden ? withoutOwnAddress(own) : own
    const { canServerReachPeer, isPeerDuet, sendSignal } = this.#options
    const isDirect = isPeerDuet() && !canServerReachPeer()
    if (isDirect && this.#side.send({ type: 'signal', signal })) return
    sendSignal(signal)
  }

  #onSideMessage(message: SideMessage): void {
    this.#watch.heard(message.type === 'ping' ? message.intervalMs : undefined)
    if (message.type === 'media') {
      const { audio, video, screen } = message
      this.mediaPath.setPeerMedia({ audio, video, screen })
      this.#options.onPeerMedia({ audio, video, screen })
    } else if (message.type === 'media-path') this.mediaPath.handle(message)
    else if (message.type === 'signal') this.handleSignal(message.signal)
    else if (message.type === 'bye') this.#options.onBye()
    else if (message.type !== 'ping') this.#phrase.handle(message)
  }

  /** What is to be shown: the server's stream, or the direct one, which may change unseen. */
  #tellStream(): void {
    const { remoteStream } = this
    if (remoteStream && remoteStream !== this.#shown) this.#options.onRemoteStream(remoteStream)
    this.#shown = remoteStream
  }

  /** Description work in order; a failure is logged, and the next restart mends it. */
  #run(task: () => Promise<void>): void {
    this.#queue.add(task).catch((error: unknown) => {
      if (!this.#isClosed) this.#options.logger.warn('negotiation failed', { error: String(error) })
    })
  }
}
