/** Protects the packets of one direction, in place, in a buffer that has room for the overhead. */
export interface PacketSealer {
  /** By so much an RTP packet grows. */
  readonly rtpOverhead: number
  /** By so much an RTCP packet grows. */
  readonly rtcpOverhead: number
  /** `clear`: bytes of the header. False when it failed; then `bytes` must not be sent. */
  sealRtp(bytes: Uint8Array, clear: number, length: number, index: number): boolean
  sealRtcp(bytes: Uint8Array, length: number, index: number): boolean
  close(): void
}

/** Unprotects the packets of one direction, in place. A packet that it refuses is spoilt. */
export interface PacketOpener {
  readonly rtpOverhead: number
  readonly rtcpOverhead: number
  /** `clear`: bytes of the header; `length`: without the overhead. False: it is not authentic. */
  openRtp(bytes: Uint8Array, clear: number, length: number, index: number): boolean
  /** Where the E bit and the index are, in a packet whose length without the overhead is `length`. */
  rtcpIndexOffset(length: number): number
  /** `length`: without the overhead. */
  openRtcp(bytes: Uint8Array, length: number, index: number): boolean
  close(): void
}
