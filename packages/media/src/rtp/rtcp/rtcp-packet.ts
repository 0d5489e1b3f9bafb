/** Packet types (RFC 3550 §12.1, RFC 4585 §6.1). */
export const RTCP_TYPE = {
  senderReport: 200,
  receiverReport: 201,
  sourceDescription: 202,
  bye: 203,
  transportFeedback: 205,
  payloadFeedback: 206,
} as const

/** Formats of RTPFB and PSFB packets (RFC 4585 §6.2, §6.3; RFC 5104 §4.3.1). */
export const FEEDBACK_FORMAT = {
  nack: 1,
  transportWide: 15,
  pli: 1,
  fir: 4,
  /** "Application layer feedback"; of those, REMB is known. */
  application: 15,
} as const

/** What one receiver says of one stream (RFC 3550 §6.4.1). */
export interface ReportBlock {
  ssrc: number
  /** Of 256, since the last report. */
  fractionLost: number
  /** Can be negative: duplicates count as received. */
  lost: number
  /** The highest sequence number, with its cycles in the upper 16 bits. */
  highestSequence: number
  /** In units of the stream's timestamps. */
  jitter: number
  /** The middle 32 bits of the last sender report's NTP time; 0: none yet. */
  lastSenderReport: number
  /** Since that report came, in 1/65536 s. */
  delaySinceSenderReport: number
}

/** RFC 3550 §6.4.1. */
export interface SenderReport {
  type: 'sender-report'
  ssrc: number
  /** Seconds since 1900. */
  ntpSeconds: number
  /** In 2^-32 s. */
  ntpFraction: number
  rtpTimestamp: number
  packets: number
  bytes: number
  reports: readonly ReportBlock[]
}

/** RFC 3550 §6.4.2. */
export interface ReceiverReport {
  type: 'receiver-report'
  ssrc: number
  reports: readonly ReportBlock[]
}

/** RFC 3550 §6.5; of the items only CNAME is read. */
export interface SourceDescription {
  type: 'source-description'
  chunks: readonly { ssrc: number; cname: string }[]
}

/** RFC 3550 §6.6. */
export interface Bye {
  type: 'bye'
  ssrcs: readonly number[]
}

/** Asks for packets again (RFC 4585 §6.2.1). */
export interface Nack {
  type: 'nack'
  sender: number
  media: number
  /** In the order of the packet: rising, but for the wrap-around. */
  sequences: readonly number[]
}

/** draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1. */
export interface TransportFeedback {
  type: 'transport-feedback'
  sender: number
  media: number
  /** The transport-wide sequence number of the first of `arrivals`. */
  baseSequence: number
  /** Counts such packets, of 8 bits. */
  feedbackCount: number
  /**
   * When each packet came, in microseconds of a clock that wraps after 2^24 · 64 ms and in steps
   * of 250; NaN: it did not.
   */
  arrivals: Float64Array
}

/** Asks for a key frame (RFC 4585 §6.3.1). */
export interface PictureLossIndication {
  type: 'pli'
  sender: number
  media: number
}

/** Asks for key frames; a number seen before is the same request (RFC 5104 §4.3.1). */
export interface FullIntraRequest {
  type: 'fir'
  sender: number
  requests: readonly { ssrc: number; sequence: number }[]
}

/** draft-alvestrand-rmcat-remb-03 §2.2. */
export interface ReceiverEstimate {
  type: 'remb'
  sender: number
  /** Bits per second. */
  bitrate: number
  ssrcs: readonly number[]
}

export type RtcpPacket =
  | SenderReport
  | ReceiverReport
  | SourceDescription
  | Bye
  | Nack
  | TransportFeedback
  | PictureLossIndication
  | FullIntraRequest
  | ReceiverEstimate
