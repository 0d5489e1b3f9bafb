import type { Socket } from 'socket.io-client'
import { socketIo } from '../page/socket-io.ts'

/** An offer, as it goes over the wire. */
export interface Offer {
  type: 'offer'
  sdp: string
}

/** An answer, as it goes over the wire. */
export interface Answer {
  type: 'answer'
  sdp: string
}

/** What both sides hear. */
interface Relayed {
  CONFIG_FEEDBACK: (feedback: { config?: { iceServers?: RTCIceServer[] } } | null) => void
  RTC_Candidate_Exchange: (exchange: { iceCandidate?: RTCIceCandidateInit | null } | null) => void
}

/** What both sides say. */
interface Sent {
  RTC_Candidate_Exchange: (exchange: { iceCandidate: RTCIceCandidateInit }) => void
}

interface TvHears extends Relayed {
  TV_INIT_OK: (code: string) => void
  CLIENT_OFFER_TO_TV: (offer: Offer) => void
  NEW_CLIENT_JOIN: () => void
  USER_OFFLINE: () => void
}

interface TvSays extends Sent {
  TV_INIT: (token: string) => void
  TV_ANSWER_TO_SERVER: (answer: Answer) => void
}

interface SenderHears extends Relayed {
  JOIN_ROOM_OK: () => void
  JOIN_ROOM_FAILED: (failure: { reason?: string } | null) => void
  TV_ANSWER_TO_CLIENT: (answer: Answer) => void
  TV_OFFLINE: (farewell?: { reason?: string } | null) => void
}

interface SenderSays extends Sent {
  JOIN_ROOM: (code: string) => void
  CLIENT_OFFER_TO_SERVER: (offer: Offer) => void
}

export type TvSocket = Socket<TvHears, TvSays>
export type SenderSocket = Socket<SenderHears, SenderSays>

/**
 * A new connection to the page's own origin, which connects again by itself when it is lost.
 * Rejects when the server hands out no client.
 */
export async function openSocket<Kind extends TvSocket | SenderSocket>(): Promise<Kind> {
  const client = await socketIo()
  return client(namespaceOf(location), { forceNew: true }) as Kind
}

/** `/`, or the one in the page's address: `?namespace=/rtc`. */
function namespaceOf({ search }: Location): string {
  const named = new URLSearchParams(search).get('namespace') ?? '/'
  // Anything else would be taken for the address of another server.
  return /^\/[\w-]*$/.test(named) ? named : '/'
}
