/** One end of the chosen path. */
export interface PathEnd {
  /** host, srflx, prflx or relay (RFC 8445). */
  type: string
  /** `address:port`; an mDNS name, or `?`, where the browser hides the address. */
  address: string
  /** udp or tcp; for a relay the transport towards it: udp, tcp or tls. */
  protocol: string
}

/** A candidate pair that was tried. */
export interface CandidatePairReport {
  local: PathEnd
  remote: PathEnd
  /** RTCStatsIceCandidatePairState. */
  state: string
  isSelected: boolean
  /** Milliseconds; null before a check was answered. */
  roundTripMs: number | null
}

/** What flows one way for one kind of media. */
export interface FlowReport {
  /** Such as `opus` or `VP8`; null while nothing flows. */
  codec: string | null
  /** Over the last sampling interval. */
  bitsPerSecond: number
  /** 0 to 1, over the last sampling interval; null where the other side did not tell. */
  lossRatio: number | null
  /** Pixels and frames per second; null for sound. */
  picture: { width: number; height: number; framesPerSecond: number } | null
}

/** The truth about a call's path at one moment; made by `Call.sample()`. */
export interface PathReport {
  /** Milliseconds since the epoch. */
  at: number
  /**
   * direct: peer to peer. relay: through a TURN server, which sees nothing. server: through the media server.
   * null: no path yet.
   */
  mode: 'direct' | 'relay' | 'server' | null
  local: PathEnd | null
  remote: PathEnd | null
  roundTripMs: number | null
  pairs: CandidatePairReport[]
  send: { audio: FlowReport; video: FlowReport }
  receive: { audio: FlowReport; video: FlowReport }
}
