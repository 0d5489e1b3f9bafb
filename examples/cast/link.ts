import { closePeer, makeAnswer, makeOffer } from '../page/peer.ts'
import { Silence, sumReceived } from './silence.ts'
import type { Answer, Offer } from './socket-io.ts'

export interface LinkOptions {
  config: RTCConfiguration
  /** What is sent; without it, this side only looks. */
  stream?: MediaStream
  /** Shows what is sent or received, while the link is open. */
  video: HTMLVideoElement
  onCandidate: (candidate: RTCIceCandidateInit) => void
  /** Called with each look that finds packets coming in. */
  onFlow: () => void
  /** Called with each look that finds none, with the milliseconds that this has gone on for. */
  onSilence: (ms: number) => void
  /** The other side closed its peer connection, whether the server knows of it or not. */
  onHangUp: () => void
}

/** How often a link is looked at, and says something itself. */
const LOOK_INTERVAL_MS = 400

/** Longer than the second that a still picture may take between two packets. */
const SILENCE_MS = 1_100

/** The server's word comes about as soon, and says more. */
const HANG_UP_DELAY_MS = 500

/**
 * The peer connection of one cast, from either side, with a look at it more than twice a second. A
 * data channel carries a pulse both ways: browsers acknowledge it also for a page that does not
 * know it.
 */
export class Link {
  readonly #options: LinkOptions
  readonly #peer: RTCPeerConnection
  readonly #silence = new Silence(performance.now())
  readonly #timer: ReturnType<typeof setInterval>
  #pulse: RTCDataChannel | undefined
  #hangUpTimer: ReturnType<typeof setTimeout> | undefined
  /** Candidates that came before the description that they belong to. */
  #early: RTCIceCandidateInit[] = []
  /** Descriptions are worked on one after the other. */
  #work: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: LinkOptions) {
    const { config, stream, video, onCandidate } = options
    this.#options = options
    const peer = new RTCPeerConnection(config)
    this.#peer = peer
    peer.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate) onCandidate(candidate.toJSON())
    })
    peer.addEventListener('connectionstatechange', () => void this.#look())
    if (stream) {
      for (const track of stream.getTracks()) peer.addTrack(track, stream)
      this.#use(peer.createDataChannel('pulse'))
    } else {
      peer.addEventListener('datachannel', ({ channel }) => this.#use(channel))
      peer.addEventListener('track', ({ streams: [remote], track }) => {
        const shown = remote ?? new MediaStream([track])
        if (video.srcObject !== shown) video.srcObject = shown
      })
    }
    this.#timer = setInterval(() => {
      if (this.#pulse?.readyState === 'open') this.#pulse.send('.')
      void this.#look()
    }, LOOK_INTERVAL_MS)
  }

  /** `isRestart`: an offer that looks for a path anew. */
  offer({ isRestart }: { isRestart: boolean }): Promise<Offer> {
    return this.#next(() => makeOffer(this.#peer, isRestart))
  }

  /** Takes an offer and makes the answer to it. */
  answer(offer: Offer): Promise<Answer> {
    return this.#next(async () => {
      const answer = await makeAnswer(this.#peer, offer)
      await this.#addEarly()
      return answer
    })
  }

  /** Takes an answer; one that comes too late means nothing. */
  take(answer: Answer): Promise<void> {
    return this.#next(async () => {
      if (this.#peer.signalingState !== 'have-local-offer') return
      await this.#peer.setRemoteDescription(answer)
      await this.#addEarly()
    })
  }

  addCandidate(candidate: RTCIceCandidateInit): void {
    this.#early.push(candidate)
    if (this.#peer.remoteDescription) void this.#next(() => this.#addEarly())
  }

  /** Uses these servers from the next restart on. */
  configure(config: RTCConfiguration): void {
    this.#peer.setConfiguration(config)
  }

  close(): void {
    clearInterval(this.#timer)
    clearTimeout(this.#hangUpTimer)
    this.#isClosed = true
    closePeer(this.#peer, this.#options.video)
  }

  #use(channel: RTCDataChannel): void {
    this.#pulse = channel
    channel.addEventListener('close', () => {
      if (this.#isClosed) return
      this.#hangUpTimer = setTimeout(() => this.#options.onHangUp(), HANG_UP_DELAY_MS)
    })
  }

  #next<Result>(step: () => Promise<Result>): Promise<Result> {
    const result = this.#work.then(step)
    this.#work = result.catch(() => {})
    return result
  }

  /** A candidate of another description is of no use, and no harm. */
  async #addEarly(): Promise<void> {
    const candidates = this.#early
    this.#early = []
    for (const candidate of candidates) await this.#peer.addIceCandidate(candidate).catch(() => {})
  }

  async #look(): Promise<void> {
    const stats = await this.#peer.getStats()
    if (this.#isClosed) return
    const isConnected = this.#peer.connectionState === 'connected'
    const received = sumReceived(stats.values() as Iterable<Record<string, unknown>>)
    const ms = this.#silence.look({ isConnected, received, now: performance.now() })
    if (ms >= SILENCE_MS) this.#options.onSilence(ms)
    else if (isConnected) this.#options.onFlow()
  }
}
