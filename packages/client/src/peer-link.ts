import { SerialQueue, type Clock, type Logger } from '@duet/base'
import type { Candidate, Description, DescriptionSignal, Signal } from '@duet/protocol'
import type { PeerMedia, ReconnectReason, Verification } from './call-state.ts'
import { EarlyCandidates } from './early-candidates.ts'
import { Gate } from './gate.ts'
import type { Keyring } from './keyring.ts'
import { Liveness } from './liveness.ts'
import type { LocalMedia, MediaKind } from './local-media.ts'
import { receivedBytes } from './path-sampler.ts'
import { SideChannel, type SideMessage } from './side-channel.ts'

export interface PeerLinkOptions {
  /** The first member offers, and wins when both offer at once (it is the impolite one). */
  isOfferer: boolean
  configuration: RTCConfiguration
  media: LocalMedia
  keyring: Keyring | undefined
  clock: Clock
  logger: Logger
  /** Sends over the server, now or when it can be reached. */
  sendSignal: (signal: Signal) => void
  /** False while the server is away: signals then go over the call's own data channel. */
  isServerReachable: () => boolean
  onRemoteStream: (stream: MediaStream) => void
  onVerification: (verification: Verification) => void
  onPeerMedia: (media: PeerMedia) => void
  onBye: () => void
  onUp: () => void
  onDown: (reason: ReconnectReason) => void
}

/** A restart that has not helped in this time is tried again. */
const RESTART_AGAIN_MS = 4_000

/** The polite side leaves the first restart to the other one. */
const POLITE_RESTART_DELAY_MS = 600

const KINDS: readonly MediaKind[] = ['audio', 'video']

/**
 * One peer connection to one peer: perfect negotiation (W3C WebRTC §10.7), trickle ICE, ICE
 * restarts, the proof of fingerprints, and the data channel. All description work goes
 * through one queue. A leg in the words of docs/protocol.md.
 */
export class PeerLink {
  readonly connection: RTCPeerConnection
  readonly remoteStream = new MediaStream()
  readonly #options: PeerLinkOptions
  readonly #gate: Gate
  readonly #queue = new SerialQueue()
  readonly #side: SideChannel
  readonly #early = new EarlyCandidates()
  readonly #transceivers = new Map<MediaKind, RTCRtpTransceiver>()
  #liveness: Liveness | undefined
  #cancelRestart: () => void = () => {}
  #held: DescriptionSignal | undefined
  #isNegotiated = false
  #isClosed = false

  constructor(options: PeerLinkOptions) {
    this.#options = options
    this.#gate = new Gate(options.keyring, options.onVerification)
    this.connection = new RTCPeerConnection(options.configuration)
    this.#side = new SideChannel(this.connection, {
      onOpen: () => this.tellMedia(),
      onMessage: (message) => this.#onSideMessage(message),
    })
    const { connection } = this
    connection.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate)
        this.#send({ type: 'candidate', candidate: candidate.toJSON() as Candidate })
    }
    connection.ontrack = ({ track }) => this.remoteStream.addTrack(track)
    connection.onconnectionstatechange = () => this.#onConnectionState()
    connection.onnegotiationneeded = () => {
      if (this.#isNegotiated) this.#run(() => this.#offer())
    }
    if (options.isOfferer) this.#begin()
  }

  /** True while media can flow. */
  get isAlive(): boolean {
    return (
      !this.#isClosed &&
      this.connection.connectionState === 'connected' &&
      this.#liveness?.isSilent === false
    )
  }

  get verification(): Verification {
    return this.#gate.verification
  }

  /** Takes an offer, an answer or a candidate of the peer. */
  handleSignal(signal: Signal): void {
    if (signal.type === 'description') this.#run(() => this.#handleDescription(signal))
    else if (signal.candidate) {
      const { candidate } = signal
      this.#run(() => this.#handleCandidate(candidate))
    }
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
    if (!this.#isClosed && this.#isNegotiated) this.connection.restartIce()
  }

  /** What was sent to the peer may be lost: an unanswered offer is sent again. */
  resync(): void {
    this.#run(async () => {
      const { localDescription, signalingState } = this.connection
      if (signalingState === 'have-local-offer' && localDescription) {
        await this.#sendDescription(toDescription(localDescription), null)
      } else if (!this.isAlive) this.restartIce()
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
    this.#cancelRestart()
    this.#liveness?.close()
    this.#side.close()
    const { connection } = this
    connection.onicecandidate = null
    connection.ontrack = null
    connection.onconnectionstatechange = null
    connection.onnegotiationneeded = null
    connection.close()
  }

  #begin(): void {
    const { media } = this.#options
    for (const kind of KINDS) {
      const init: RTCRtpTransceiverInit = { direction: 'sendrecv', streams: [media.stream] }
      const transceiver = this.connection.addTransceiver(media.track(kind) ?? kind, init)
      this.#transceivers.set(kind, transceiver)
    }
    this.#run(() => this.#offer())
  }

  async #offer(): Promise<void> {
    if (this.connection.signalingState !== 'stable') return
    await this.connection.setLocalDescription()
    await this.#sendLocal(null)
  }

  async #handleDescription(signal: DescriptionSignal): Promise<void> {
    const { connection } = this
    const { description } = signal
    const isOffer = description.type === 'offer'
    const hasOffered = connection.signalingState === 'have-local-offer'
    // An answer to an offer that was taken back, or the offer of the one who gives way.
    if (!isOffer && !hasOffered) return
    if (isOffer && hasOffered && this.#options.isOfferer) return
    const ownOffer = isOffer ? null : connection.localDescription
    if (!(await this.#gate.admits(signal, ownOffer && toDescription(ownOffer)))) {
      this.#held = signal
      return
    }
    this.#held = undefined
    await connection.setRemoteDescription(description)
    this.#options.onRemoteStream(this.remoteStream)
    if (isOffer) {
      await this.#takeTransceivers()
      await connection.setLocalDescription()
      await this.#sendLocal(description)
    }
    this.#isNegotiated = true
    await this.#addEarlyCandidates()
  }

  /** The answering side sends in the places that the offer made. */
  async #takeTransceivers(): Promise<void> {
    const { media } = this.#options
    for (const transceiver of this.connection.getTransceivers()) {
      const kind = transceiver.receiver.track.kind as MediaKind
      if (transceiver.mid === null || this.#transceivers.has(kind)) continue
      this.#transceivers.set(kind, transceiver)
      transceiver.direction = 'sendrecv'
      transceiver.sender.setStreams(media.stream)
      await transceiver.sender.replaceTrack(media.track(kind))
    }
  }

  async #handleCandidate(candidate: Candidate): Promise<void> {
    if (!this.#early.belongs(candidate, this.connection.remoteDescription)) {
      this.#early.keep(candidate)
      return
    }
    await this.#addCandidate(candidate)
  }

  async #addEarlyCandidates(): Promise<void> {
    for (const candidate of this.#early.take(this.connection.remoteDescription)) {
      await this.#addCandidate(candidate)
    }
  }

  async #addCandidate(candidate: Candidate): Promise<void> {
    try {
      await this.connection.addIceCandidate(candidate)
    } catch (error) {
      // One bad candidate is no reason to lose the others.
      this.#options.logger.debug('candidate refused', { error: String(error) })
    }
  }

  async #sendLocal(offer: Description | null): Promise<void> {
    const { localDescription } = this.connection
    if (localDescription) await this.#sendDescription(toDescription(localDescription), offer)
  }

  async #sendDescription(description: Description, offer: Description | null): Promise<void> {
    const auth = await this.#options.keyring?.sign(description, offer)
    this.#send({ type: 'description', description, ...(auth === undefined ? {} : { auth }) })
  }

  #send(signal: Signal): void {
    if (this.#isClosed) return
    const { isServerReachable, sendSignal } = this.#options
    if (!isServerReachable() && this.#side.send({ type: 'signal', signal })) return
    sendSignal(signal)
  }

  #onSideMessage(message: SideMessage): void {
    this.#liveness?.heard(message.type === 'ping' ? message.intervalMs : undefined)
    if (message.type === 'media') {
      const { audio, video, screen } = message
      this.#options.onPeerMedia({ audio, video, screen })
    } else if (message.type === 'signal') this.handleSignal(message.signal)
    else if (message.type === 'bye') this.#options.onBye()
  }

  #onConnectionState(): void {
    const { connectionState } = this.connection
    this.#options.logger.debug('connection', { state: connectionState })
    if (connectionState === 'connected') {
      this.#liveness ??= this.#watch()
      if (!this.#liveness.isSilent) this.#onAlive()
    } else if (connectionState === 'failed') this.#onDown('ice')
  }

  #watch(): Liveness {
    return new Liveness({
      clock: this.#options.clock,
      ping: (intervalMs) => this.#side.send({ type: 'ping', intervalMs }),
      receivedBytes: () => receivedBytes(this.connection),
      isHidden: () => globalThis.document?.visibilityState === 'hidden',
      onSilent: () => this.#onDown('no-packets'),
      onHeard: () => this.#onAlive(),
    })
  }

  #onAlive(): void {
    this.#cancelRestart()
    this.#options.onUp()
  }

  #onDown(reason: ReconnectReason): void {
    this.#options.onDown(reason)
    this.#scheduleRestart(this.#options.isOfferer ? 0 : POLITE_RESTART_DELAY_MS)
  }

  #scheduleRestart(delayMs: number): void {
    this.#cancelRestart()
    this.#cancelRestart = this.#options.clock.after(delayMs, () => {
      if (this.isAlive) return
      this.restartIce()
      this.#scheduleRestart(RESTART_AGAIN_MS)
    })
  }

  /** Description work in order; a failure is logged, and the next restart mends it. */
  #run(task: () => Promise<void>): void {
    this.#queue.add(task).catch((error: unknown) => {
      if (!this.#isClosed) this.#options.logger.warn('negotiation failed', { error: String(error) })
    })
  }
}

function toDescription({ type, sdp }: RTCSessionDescription): Description {
  return { type: type === 'answer' ? 'answer' : 'offer', sdp }
}
