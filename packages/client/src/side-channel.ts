import { MAX_CANDIDATE_LENGTH, MAX_FRAME_BYTES, MAX_TOKEN_LENGTH } from '@duet/protocol'
import type { Signal } from '@duet/protocol'
import type { PeerMedia } from './call-state.ts'
import type { MediaPathMessage, MediaVia } from './media-path/media-path-state.ts'
import { isPhraseMessage, type PhraseMessage } from './phrase-exchange.ts'

/** What peers say to each other over the call's own data channel (docs/protocol.md, rules D). */
export type SideMessage =
  /** I am here; the next ping comes after so many milliseconds. */
  | { type: 'ping'; intervalMs: number }
  | ({ type: 'media' } & PeerMedia)
  /** I left on purpose. */
  | { type: 'bye' }
  /** A description or a candidate, while the server cannot be reached. */
  | { type: 'signal'; signal: Signal }
  /** Which way sound and picture go. */
  | MediaPathMessage
  /** Towards a safety phrase. */
  | PhraseMessage

/**
 * Both sides open it with this id without asking (W3C WebRTC §6.2, `negotiated`). Channels of
 * other pages take the lowest numbers (RFC 8832 §6): a shared one would mix both. Firefox
 * begins with 256 streams.
 */
const CHANNEL_ID = 100

/** The data channel of a call: pings, what is being sent, signals when the server is away. */
export class SideChannel {
  readonly #channel: RTCDataChannel

  constructor(
    connection: RTCPeerConnection,
    options: { onOpen: () => void; onMessage: (message: SideMessage) => void },
  ) {
    this.#channel = connection.createDataChannel('duet', { negotiated: true, id: CHANNEL_ID })
    this.#channel.onopen = options.onOpen
    this.#channel.onmessage = ({ data }) => {
      const message = parseSideMessage(data)
      if (message) options.onMessage(message)
    }
  }

  get isOpen(): boolean {
    return this.#channel.readyState === 'open'
  }

  /** Says something; false when the channel is not open. */
  send(message: SideMessage): boolean {
    if (!this.isOpen) return false
    this.#channel.send(JSON.stringify(message))
    return true
  }

  /** Hears nothing more. The connection closes the channel itself. */
  close(): void {
    this.#channel.onopen = null
    this.#channel.onmessage = null
  }
}

/** Slower than any page pings, in the background too. */
const MAX_PING_INTERVAL_MS = 10_000

/** More than anybody presses: what counts on stays a whole number. */
const MAX_TURN = 1_000_000

/** The peer is not trusted: what does not have the form of a message is ignored. Never throws. */
export function parseSideMessage(data: unknown): SideMessage | undefined {
  if (typeof data !== 'string' || data.length > MAX_FRAME_BYTES) return undefined
  try {
    const message = JSON.parse(data) as SideMessage
    return isSideMessage(message) ? message : undefined
  } catch {
    return undefined
  }
}

function isSideMessage(message: SideMessage): boolean {
  switch (message?.type) {
    case 'ping':
      return isWithin(message.intervalMs, MAX_PING_INTERVAL_MS)
    case 'media':
      return [message.audio, message.video, message.screen].every((on) => typeof on === 'boolean')
    case 'bye':
      return true
    case 'signal':
      return isSignal(message.signal)
    case 'media-path':
      return isMediaPath(message)
    case 'commit':
    case 'reveal':
      return isPhraseMessage(message)
    default:
      return false
  }
}

function isMediaPath({ plays, turn, via, why }: MediaPathMessage): boolean {
  return (
    Number.isInteger(turn) &&
    turn >= 0 &&
    turn <= MAX_TURN &&
    [via, plays].every((way: MediaVia) => way === 'direct' || way === 'server') &&
    (why === 'pressed' || why === 'failed' || why === 'lost')
  )
}

function isSignal(signal: Signal): boolean {
  if (signal?.type === 'description') {
    const { auth, description } = signal
    return (
      (description?.type === 'offer' || description?.type === 'answer') &&
      typeof description.sdp === 'string' &&
      (auth === undefined || isText(auth, MAX_TOKEN_LENGTH))
    )
  }
  if (signal?.type !== 'candidate') return false
  const { candidate } = signal
  if (candidate === null) return true
  return (
    isText(candidate?.candidate, MAX_CANDIDATE_LENGTH) &&
    isText(candidate.sdpMid ?? '', MAX_CANDIDATE_LENGTH) &&
    isText(candidate.usernameFragment ?? '', MAX_CANDIDATE_LENGTH) &&
    Number.isInteger(candidate.sdpMLineIndex ?? 0)
  )
}

function isWithin(value: unknown, maximum: number): boolean {
  return typeof value === 'number' && value > 0 && value <= maximum
}

function isText(value: unknown, maxLength: number): boolean {
  return typeof value === 'string' && value.length <= maxLength
}
