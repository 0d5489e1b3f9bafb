import type { UserId } from './person.ts'

/** Names one member of one room; unguessable. */
export type MemberId = string

/** How something was said in one dialect: those who speak the same one get it as it was. */
export interface Original {
  /** Name of the dialect. */
  dialect: string
  data: unknown
}

/**
 * An offer or an answer, a candidate (null: no more), the word that the receiver's description
 * could not be verified, or something that only those of the same dialect understand; relayed
 * untouched.
 */
export type Signal =
  | {
      type: 'description'
      description: { type: 'offer' | 'answer'; sdp: string }
      auth?: string
      original?: Original
    }
  | { type: 'candidate'; candidate: object | null; original?: Original }
  | { type: 'mismatch'; hasKey: boolean }
  | { type: 'other'; original: Original }

/** left: by its own will. lost: its connection did not come back in time. */
export type PeerGoneReason = 'left' | 'lost'

/** A line of text; sealed ones are readable by members only. */
export interface ChatText {
  body: string
  isSealed: boolean
}

/** A member as the others know it. */
export interface PeerInfo {
  id: MemberId
  name: string
  tag: string
  /** Name of the dialect that it speaks. */
  dialect: string
  /** The account it is logged in to. */
  user?: UserId
}

/** A member that has a seat. */
export interface MemberInfo extends PeerInfo {
  /** What dialects call it that tell members apart by name: unique in its room, and stays. */
  label: string
}

/** A member that was there before, with the offer that it left for a newcomer. */
export interface SeatedPeerInfo {
  peer: MemberInfo
  isAway: boolean
  /** Its media can be played from the media server. */
  isPublishing: boolean
  signals: readonly Signal[]
}

/** A member as somebody knows it who finds no seat. */
export interface Occupant {
  label: string
  dialect: string
  isPublishing: boolean
}

/** What sound and picture are taken for: kept in files, or shown to others. */
export type CapturePurpose = 'record' | 'live'

/** Names one recording or broadcast. */
export type CaptureId = string

/** Who agreed to what, and what is on. */
export interface Agreement {
  consents: readonly { member: MemberId; purposes: readonly CapturePurpose[] }[]
  active: readonly { id: CaptureId; purpose: CapturePurpose; by: MemberId }[]
}

/** A member whose sound and picture are taken. */
export interface CaptureParty {
  id: MemberId
  name: string
  user?: UserId
  /** The name of its stream in the media server, beside the room's. */
  stream: string
}

/** Another member, as far as the way of media to it is concerned. */
export interface ReachedPeer {
  id: MemberId
  /** Its client's IP address as the server sees it. */
  ip?: string
}

/** Why a request was not carried out. */
export type RefusalCode =
  | 'already-in-room'
  | 'not-in-room'
  | 'no-such-peer'
  | 'line-full'
  /** Somebody in the room has the label that was asked for. */
  | 'label-taken'
  | 'room-closed'
  | 'not-allowed'
  | 'entry-refused'
  /** Nobody shows this code. */
  | 'no-such-cast'
  /** The receiver that showed this code is gone. */
  | 'cast-over'
  /** Another receiver has the code. */
  | 'code-taken'
  /** Not both members agreed. */
  | 'no-consent'
  /** It can't be agreed on in this room, or not with who is there. */
  | 'capture-unavailable'
  /** What has to be known of the room can't be looked up. */
  | 'unavailable'

/**
 * Why a cast is over for one of its members. receiver: the receiver put it out. receiver-gone: the
 * receiver did not come back. displaced: another page of the same receiver has the seat.
 */
export type DismissalReason = 'receiver' | 'receiver-gone' | 'displaced'

/** What the core says to one member; a gateway says it in its dialect. */
export type Notice =
  /** peers: in the order in which they came. offers: it shall make an offer to them. */
  | {
      type: 'joined'
      self: MemberId
      peers: SeatedPeerInfo[]
      offers: boolean
      /** To whoever takes its seat back; absent: nobody agreed to anything. */
      captures?: Agreement
    }
  | { type: 'full'; waiting: boolean; occupants: readonly Occupant[] }
  /** The owner of the room is asked. */
  | { type: 'knocking' }
  /** To the owner: somebody knocks; and is gone, or was answered. */
  | { type: 'knock'; peer: PeerInfo }
  | { type: 'knock-over'; peer: MemberId }
  | { type: 'left' }
  /** Its connection was lost for too long and the seat is given up. */
  | { type: 'seat-lost' }
  /** The seat is somebody else's, or nobody's: it is not to be asked for again. */
  | { type: 'dismissed'; reason: DismissalReason }
  /** offers: whoever hears this shall make an offer to the newcomer. */
  | { type: 'peer-joined'; peer: MemberInfo; offers: boolean }
  | { type: 'peer-left'; peer: MemberId; reason: PeerGoneReason }
  | { type: 'peer-away'; peer: MemberId }
  /** isFresh: with a new session, so what was sent in between may be lost. */
  | { type: 'peer-back'; peer: MemberId; isFresh: boolean }
  /** Its media can be played from the media server, or no more. */
  | { type: 'peer-publishing'; peer: MemberId; isPublishing: boolean }
  | { type: 'signal'; from: MemberId; signal: Signal }
  | { type: 'chat'; from: MemberId; text: ChatText }
  /**
   * Both are members: one may publish under the name `publishes`, and play what the other one
   * publishes under `plays`. isOpen: others of its room must be able to play it without a token.
   */
  | { type: 'media-allowed'; publishes: string; plays: string; isOpen: boolean; ref: number }
  /** Somebody agreed to something, or does not any more; something was started, or is over. */
  | ({ type: 'captures' } & Agreement)
  /** How a capture goes, as whoever carries it out said it. */
  | { type: 'capture-state'; capture: CaptureId; progress: unknown }
  | { type: 'refused'; code: RefusalCode; ref: number }
  /** To a watcher: whose seats are taken; isLost: the last change was not by anybody's will. */
  | { type: 'occupancy'; users: readonly UserId[]; isLost: boolean }
  /**
   * To a member's `reach`: whose media it exchanges. isUnseen: somebody's connection is lost, and they
   * may tell each other addresses that are seen by nobody else.
   */
  | { type: 'reach'; peers: readonly ReachedPeer[]; isUnseen: boolean }
  /** It has no seat any more; heir: the `reach` of who goes on in its place. */
  | { type: 'reach-over'; heir?: string }
  /** To a watcher: what became of the code of a cast; undefined: it is forgotten. */
  | { type: 'code'; state: 'shown' | 'kept' | 'over' | undefined }
  /** To whoever captures: begin, and stop. `place` and `options` are what its gateway said. */
  | {
      type: 'capture-begun'
      id: CaptureId
      purpose: CapturePurpose
      by: MemberId
      place: string
      /** In the order in which they came. */
      members: readonly CaptureParty[]
      options: unknown
    }
  | { type: 'capture-over'; purpose: CapturePurpose; place: string }
