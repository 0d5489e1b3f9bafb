/** A description or a candidate, or a line of text, in words that every dialect has. */
export type Said =
  | { type: 'offer' | 'answer'; sdp: string }
  | { type: 'candidate'; candidate: string; sdpMid: string; sdpMLineIndex: number }
  | { type: 'text'; body: string }

/**
 * What a client hears. come: somebody is there, who waits for an offer. gone: the other one is.
 * away: its connection is lost, and it keeps its seat. full: there is no seat.
 */
export type Heard = Said | { type: 'come' | 'gone' | 'away' | 'full' }

/** What one client of a dialect can do, over a real connection. For tests. */
export interface DialectClient {
  /** What it heard, in order. */
  readonly heard: readonly Heard[]
  /** Asks for a seat and resolves with the answer. */
  join(room: string): Promise<'joined' | 'full'>
  /** Says it to the others in the room. */
  say(room: string, said: Said): void
  /** Gives up the seat, in the words that the dialect has for it. */
  leave(room: string): Promise<void>
  /** Closes the connection in order. */
  close(): Promise<void>
  /** The connection breaks, and the server is told by the network only. */
  cut(): Promise<void>
  /** Says all kinds of things that are none of the dialect's words. */
  talkNonsense(room: string): void
  /** Resolves when all that it said was carried out, and all that it was told until then is heard. */
  settle(): Promise<void>
}

/** A dialect as the conformance suite sees it. */
export interface DialectUnderTest {
  name: string
  connect(port: number): Promise<DialectClient>
  /** A lost connection keeps its seat for a while. */
  canResume: boolean
  /** Its word for leaving leaves the connection open. */
  hasLeave: boolean
  /** Its offer waits in the room for whoever comes. */
  leavesOffers: boolean
  /** It has words for descriptions, candidates and lines of text of other dialects. */
  isTranslated: boolean
}
