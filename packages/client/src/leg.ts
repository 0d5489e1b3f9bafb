import type { PathReport } from './path-report.ts'
import { PathSampler } from './path-sampler.ts'
import { PeerLink } from './peer-link.ts'
import type { PeerLinkOptions } from './peer-link-options.ts'
import type { SafetyPhrase } from './safety-phrase.ts'

export type LegOptions = Omit<
  PeerLinkOptions,
  'configuration' | 'hasMediaServer' | 'onRemoteStream' | 'onPhrase'
> & {
  iceTransportPolicy: RTCIceTransportPolicy
  /** Null when the connection that it came over is dropped. */
  onRemoteStream: (stream: MediaStream | null) => void
  /** Null when the connection on which it was agreed is dropped. */
  onPhrase: (phrase: SafetyPhrase | null) => void
}

/** The peer connection of a call: one at a time, and a new one for each peer. */
export class Leg {
  readonly #options: LegOptions
  #policy: RTCIceTransportPolicy
  #iceServers: RTCIceServer[] = []
  #hasMediaServer = false
  #link: PeerLink | undefined
  #sampler: PathSampler | undefined

  constructor(options: LegOptions) {
    this.#options = options
    this.#policy = options.iceTransportPolicy
  }

  get link(): PeerLink | undefined {
    return this.#link
  }

  /** Both session descriptions as they are now. */
  get descriptions(): { local: string | null; remote: string | null } {
    const connection = this.#link?.connection
    return {
      local: connection?.localDescription?.sdp ?? null,
      remote: connection?.remoteDescription?.sdp ?? null,
    }
  }

  /** A connection on which nothing was offered yet: the present one, or a new one in its place. */
  fresh(): PeerLink {
    if (this.#link?.isFresh) return this.#link
    this.drop()
    const configuration = { iceServers: this.#iceServers, iceTransportPolicy: this.#policy }
    const hasMediaServer = () => this.#hasMediaServer
    this.#link = new PeerLink({ ...this.#options, configuration, hasMediaServer })
    return this.#link
  }

  /** For this connection's restarts, and for the connections to come. */
  setIceServers(iceServers: RTCIceServer[]): void {
    this.#iceServers = iceServers
    this.#link?.setIceServers(iceServers)
  }

  /** Whether calls can go through the server. */
  setMediaServer(hasMediaServer: boolean): void {
    this.#hasMediaServer = hasMediaServer
    this.#link?.mediaPath.refresh()
  }

  /** Shows the own addresses from now on, and looks for a direct path. Idempotent. */
  goDirect(): void {
    if (this.#policy === 'all') return
    this.#policy = 'all'
    this.#link?.goDirect()
  }

  /** Path, codecs, rates, loss and round trip since the last sample; null without a connection. */
  async sample(): Promise<PathReport | null> {
    if (!this.#link) return null
    const report = await this.#link.mediaPath.sample()
    if (report || !this.#link) return report
    return (this.#sampler ??= new PathSampler(this.#link.connection)).sample()
  }

  /** Closes the connection, if there is one. */
  drop(): void {
    if (!this.#link) return
    const { phrase } = this.#link
    this.#link.close()
    this.#link = undefined
    this.#sampler = undefined
    if (phrase) this.#options.onPhrase(null)
    this.#options.onRemoteStream(null)
  }
}
