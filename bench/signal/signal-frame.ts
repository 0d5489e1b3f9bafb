import { clientFrame } from './frames.ts'

/** What one signal weighs on the wire, in bytes of JSON. */
export const SIGNAL_BYTES = 1500

/** Digits that a time or a number has in a frame. */
const DIGITS = 12

/** The id of an SDP's session (RFC 8866 §5.2) carries the time at which the signal was sent. */
const TIME_MARK = 'o=- '

const SEQ_MARK = '"seq":'
const ACK_MARK = '"ack":'

/** A number that is filled in later; JSON allows the blanks before it. */
export const LATER = `${' '.repeat(DIGITS - 1)}0`

/** A frame that is built once and sent again and again with other numbers. */
export class SignalFrame {
  readonly bytes: Buffer
  readonly #timeAt: number
  readonly #seqAt: number
  readonly #ackAt: number

  constructor(json: string) {
    const { bytes } = clientFrame(json)
    const after = (mark: string): number => {
      const at = bytes.indexOf(mark)
      return at === -1 ? -1 : at + mark.length
    }
    this.bytes = bytes
    this.#timeAt = after(TIME_MARK)
    this.#seqAt = after(SEQ_MARK)
    this.#ackAt = after(ACK_MARK)
  }

  /** Microseconds, to be read by `readTime` where the signal arrives. */
  setTime(micros: number): void {
    this.#write(this.#timeAt, micros, ZERO)
  }

  setNumbers(seq: number, ack: number): void {
    this.#write(this.#seqAt, seq, BLANK)
    this.#write(this.#ackAt, ack, BLANK)
  }

  #write(at: number, value: number, filler: number): void {
    let rest = value
    for (let place = at + DIGITS - 1; place >= at; place--) {
      this.bytes[place] = rest > 0 || place === at + DIGITS - 1 ? ZERO + (rest % 10) : filler
      rest = Math.floor(rest / 10)
    }
  }
}

const ZERO = 0x30
const BLANK = 0x20

/** The time that `setTime` wrote, from the frame that the server made of it. */
export function readTime(payload: Buffer): number {
  const at = payload.indexOf(TIME_MARK)
  if (at === -1) throw new Error('a signal came without its session description')
  let value = 0
  for (let place = at + TIME_MARK.length; place < at + TIME_MARK.length + DIGITS; place++) {
    value = value * 10 + (payload[place] ?? ZERO) - ZERO
  }
  return value
}

/** The message that `wrap` makes of a session description, `SIGNAL_BYTES` long as JSON. */
export function signalJson(wrap: (sdp: string) => string): string {
  const session = sdpText()
  const fits = (length: number): boolean =>
    Buffer.byteLength(wrap(session.slice(0, length))) <= SIGNAL_BYTES
  // Line ends are escaped: what is cut off takes at least as many bytes as it has characters.
  const excess = Buffer.byteLength(wrap(session)) - SIGNAL_BYTES
  let length = session.length - excess
  if (excess < 0 || length < 0) throw new RangeError('no session description fits')
  while (fits(length + 1)) length++
  return wrap(session.slice(0, length)).padEnd(SIGNAL_BYTES)
}

/** A session description as a browser writes it, with as many lines as it needs. */
function sdpText(): string {
  const lines = [
    'v=0',
    `${TIME_MARK}${'0'.repeat(DIGITS)} 2 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1 2',
    'a=extmap-allow-mixed',
    'a=msid-semantic: WMS 6f2d1c58-0c1b-4d0e-9a56-3f2a4e1b7c90',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126',
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    'a=ice-ufrag:Wq3x',
    'a=ice-pwd:8JrK2vTz1mYc5dLf0hXsPqNb',
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${'7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35'.repeat(2)}`,
    'a=setup:actpass',
    'a=mid:0',
    'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
    'a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    'a=sendrecv',
    'a=rtcp-mux',
  ]
  const codecs = Array.from({ length: 24 }, (_, index) => {
    const type = 35 + index
    return `a=rtpmap:${type} VP9/90000\r\na=rtcp-fb:${type} nack pli\r\na=fmtp:${type} profile-id=0`
  })
  return [...lines, ...codecs].join('\r\n')
}
