import type { Description } from '@duet/protocol'

type Listener = ((event: never) => void) | null

/** A data channel that is opened, and fed, by its test. */
export class FakeDataChannel {
  readyState: RTCDataChannelState = 'connecting'
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  readonly sent: Record<string, unknown>[] = []

  send(text: string): void {
    if (this.readyState !== 'open') throw new Error('InvalidStateError')
    this.sent.push(JSON.parse(text) as Record<string, unknown>)
  }

  open(): void {
    this.readyState = 'open'
    this.onopen?.()
  }

  hear(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

let count = 0

/**
 * A peer connection without a network: signaling states, fragments and fingerprints as in
 * JSEP (RFC 9429), and no more. A test says when it is connected. For tests.
 */
export class FakePeerConnection {
  /** Those that were made here, in order. */
  static all: FakePeerConnection[] = []

  readonly configuration: RTCConfiguration
  signalingState: RTCSignalingState = 'stable'
  connectionState: RTCPeerConnectionState = 'new'
  localDescription: Description | null = null
  remoteDescription: Description | null = null
  onicecandidate: Listener = null
  ontrack: ((event: { track: unknown }) => void) | null = null
  onconnectionstatechange: (() => void) | null = null
  onnegotiationneeded: (() => void) | null = null
  readonly channel = new FakeDataChannel()
  readonly candidates: RTCIceCandidateInit[] = []
  /** DTLS below everything. */
  readonly transport = { state: 'connected', onstatechange: null as (() => void) | null }
  readonly transceivers: ReturnType<typeof createTransceiver>[] = []
  /** False: refuses an offer while its own waits, as browsers did before 2020. */
  canRollBack = true
  /** Offers that were taken back: freezes pictures in Chromium. */
  rollbacks = 0
  received = 0
  checks = 0
  /** Frames that were decoded, and packets of sound that came. */
  frames = 0
  packets = 0
  readonly #id = ++count
  #generation = 0
  #wantsRestart = false

  constructor(configuration: RTCConfiguration = {}) {
    this.configuration = configuration
    FakePeerConnection.all.push(this)
  }

  /** One of the other side, which is not in `all`. */
  static ofPeer(): FakePeerConnection {
    const connection = new FakePeerConnection()
    FakePeerConnection.all.pop()
    return connection
  }

  createDataChannel(): FakeDataChannel {
    return this.channel
  }

  addTransceiver(trackOrKind: string | { kind: string }, init?: { direction?: string }): unknown {
    const kind = typeof trackOrKind === 'string' ? trackOrKind : trackOrKind.kind
    const transceiver = createTransceiver(kind, null, this.transport)
    if (typeof trackOrKind !== 'string') transceiver.sender.track = trackOrKind
    if (init?.direction) transceiver.direction = init.direction
    this.transceivers.push(transceiver)
    return transceiver
  }

  getTransceivers(): unknown[] {
    return this.transceivers
  }

  createOffer(): Promise<Description> {
    if (this.#wantsRestart) this.#generation++
    return Promise.resolve(this.#describe('offer'))
  }

  async setLocalDescription(description?: Description): Promise<void> {
    this.#assertOpen()
    await Promise.resolve()
    if (this.signalingState === 'have-remote-offer') {
      this.localDescription = this.#describe('answer')
      this.#enter('stable')
    } else {
      if (!description && this.#wantsRestart) this.#generation++
      this.localDescription = description ?? this.#describe('offer')
      this.#enter('have-local-offer')
    }
    this.#wantsRestart = false
  }

  async setRemoteDescription(description: Description): Promise<void> {
    this.#assertOpen()
    await Promise.resolve()
    if (description.type === 'offer') {
      if (this.signalingState === 'have-local-offer') {
        if (!this.canRollBack) throw new Error('InvalidStateError')
        this.rollbacks++
      }
      this.#enter('have-remote-offer')
    } else if (this.signalingState === 'have-local-offer') this.#enter('stable')
    else throw new Error('InvalidStateError')
    const former = this.remoteDescription
    this.remoteDescription = description
    // A restart that the peer began gives the answer another fragment too (RFC 9429 §5.3.1).
    const isRestart = former !== null && fragmentOf(former) !== fragmentOf(description)
    if (description.type === 'offer' && isRestart) this.#generation++
    if (former) return
    for (const kind of ['audio', 'video']) {
      if (!this.transceivers.some(({ receiver }) => receiver.track.kind === kind))
        this.transceivers.push(createTransceiver(kind, kind, this.transport))
      this.ontrack?.({ track: { kind } })
    }
  }

  addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (!this.remoteDescription) return Promise.reject(new Error('InvalidStateError'))
    this.candidates.push(candidate)
    return Promise.resolve()
  }

  restartIce(): void {
    this.#wantsRestart = true
    if (this.signalingState === 'stable') queueMicrotask(() => this.onnegotiationneeded?.())
  }

  getStats(): Promise<Map<string, object>> {
    const transport = { id: 'T', type: 'transport', bytesReceived: this.received }
    const pair = { id: 'P', type: 'candidate-pair', responsesReceived: this.checks }
    const video = { id: 'V', type: 'inbound-rtp', kind: 'video', framesDecoded: this.frames }
    const audio = { id: 'A', type: 'inbound-rtp', kind: 'audio', packetsReceived: this.packets }
    return Promise.resolve(
      new Map<string, object>([transport, pair, video, audio].map((stat) => [stat.id, stat])),
    )
  }

  getConfiguration(): RTCConfiguration {
    return this.configuration
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.#assertOpen()
    Object.assign(this.configuration, configuration)
  }

  close(): void {
    this.connectionState = 'closed'
    this.signalingState = 'closed'
  }

  /** The browser found a candidate; null: there are no more. */
  findCandidate(candidate: string | null): void {
    const found = candidate === null ? null : { candidate }
    this.onicecandidate?.({ candidate: found } as never)
  }

  /** The path is there, and the data channel with it. */
  connect(): void {
    this.become('connected')
    if (this.channel.readyState !== 'open') this.channel.open()
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state
    this.onconnectionstatechange?.()
  }

  /** The other side says in DTLS that it is over, and the connection calls itself as before. */
  endByPeer(): void {
    this.transport.state = 'closed'
    this.transport.onstatechange?.()
  }

  #describe(type: Description['type']): Description {
    const name = `u${this.#id}g${this.#generation}`
    const lines = [
      'v=0',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=mid:0',
      `a=ice-ufrag:${name}`,
      `a=ice-pwd:password-of-${name}`,
      `a=fingerprint:sha-256 ${this.#id}`,
      '',
    ]
    return { type, sdp: lines.join('\r\n') }
  }

  #enter(state: RTCSignalingState): void {
    this.#assertOpen()
    this.signalingState = state
  }

  #assertOpen(): void {
    if (this.connectionState === 'closed') throw new Error('InvalidStateError')
  }
}

function fragmentOf({ sdp }: Description): string | undefined {
  return /a=ice-ufrag:(\S+)/.exec(sdp)?.[1]
}

function createTransceiver(kind: string, mid: string | null, transport: object) {
  const sender = {
    transport,
    track: null as unknown,
    parameters: { encodings: [{ active: true }] },
    setStreams: () => {},
    getParameters() {
      return structuredClone(this.parameters)
    },
    setParameters(parameters: { encodings: { active: boolean }[] }) {
      this.parameters = structuredClone(parameters)
      return Promise.resolve()
    },
    replaceTrack(track: unknown) {
      this.track = track
      return Promise.resolve()
    },
  }
  return { mid, direction: 'recvonly', sender, receiver: { track: { kind } } }
}

/** Stands in for a browser's `MediaStream`. */
export class FakeMediaStream extends EventTarget {
  readonly tracks: unknown[]
  constructor(tracks: unknown[] = []) {
    super()
    this.tracks = [...tracks]
  }
  addTrack(track: unknown): void {
    this.tracks.push(track)
  }
  removeTrack(track: unknown): void {
    this.tracks.splice(this.tracks.indexOf(track), 1)
  }
}
