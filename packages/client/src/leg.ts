import type { Peer } from '@duet/protocol'
import type { CallLink } from './call-link.ts'
import { StreamLink } from './media-path/stream-link.ts'
import type { PathReport } from './path-report.ts'
import { PathSampler } from './path-sampler.ts'
import { PeerLink } from './peer-link.ts'
import type { PeerLinkOptions } from './peer-link-options.ts'
import type { SafetyPhrase } from './safety-phrase.ts'

/** Clients of this dialect publish to the media server and play from it, and do nothing else. */
const STREAMS_ONLY = 'srs'

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
  #link: CallLink | undefined
  #streams: StreamLink | undefined
  #sampler: PathSampler | undefined

  constructor(options: LegOptions) {
    this.#options = options
    this.#policy = options.iceTransportPolicy
  }

  get link(): CallLink | undefined {
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
  fresh(): CallLink {
    if (this.#link?.isFresh) return this.#link
    this.drop()
    const configuration = { iceServers: this.#iceServers, iceTransportPolicy: this.#policy }
    const hasMediaServer = () => this.#hasMediaServer
    this.#link = new PeerLink({ ...this.#options, configuration, hasMediaServer })
    return this.#link
  }

  /** The link to a peer that is there: a connection, or streams where it has none of its own. */
  linkTo(peer: Peer, isPublishing = false): CallLink {
    if (!isOfStreams(peer)) return this.fresh()
    this.drop()
    this.#link = this.#streams = new StreamLink(this.#options)
    this.setPeerPublishing(isPublishing)
    return this.#link
  }

  /** Whether the peer can be played from the media server. */
  setPeerPublishing(isPublishing: boolean): void {
    this.#streams?.setPeerPublishing(isPublishing)
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
    const connection = this.#link?.connection
    if (report || !connection) return report
    return (this.#sampler ??= new PathSampler(connection)).sample()
  }

  /** Closes the connection, if there is one. */
  drop(): void {
    if (!this.#link) return
    const { phrase } = this.#link
    this.#link.close()
    this.#link = undefined
    this.#streams = undefined
    this.#sampler = undefined
    if (phrase) this.#options.onPhrase(null)
    this.#options.onRemoteStream(null)
  }
}

/** True for a peer that has no connection of its own (docs/protocol.md, V6). */
export function isOfStreams({ dialect }: Peer): boolean {
  return dialect === STREAMS_ONLY
}
