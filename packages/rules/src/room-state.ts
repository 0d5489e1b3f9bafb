import type { Dialect } from './dialect.ts'
import type { CaptureId, CapturePurpose, ChatText, MemberId, Notice, Signal } from './notice.ts'
import type { UserId } from './person.ts'

/** What distinguishes one kind of room from another. */
export interface RoomPolicy {
  /** Seats; 0 means as many as come. */
  capacity: number
  /** Seats for who speaks this dialect, while everybody in the room does; 0: as many as come. */
  among?: { dialect: string; capacity: number }
  /**
   * Who makes the offer when somebody comes: those who were there, the newcomer, whoever is not the
   * receiver of a cast, or nobody is told.
   */
  offerer: 'first' | 'newcomer' | 'sender' | 'none'
  /** Places in line for a seat. */
  maxWaiting: number
  /** Candidates that a member may leave for a newcomer, beside its offer. */
  maxKeptCandidates: number
  /** An address that hears who has a seat, whenever that changes. */
  watcher?: string
  /** Whoever else comes knocks, and is let in by this user; absent: there is no waiting room. */
  host?: UserId
  /** A guest comes in only while somebody with an account is there. */
  needsAccount?: boolean
  /** One seat is the receiver's, and others come in only while it has it (docs/protocol.md, T). */
  isCast?: boolean
  /** What its members may agree to, and an address that hears what to do; absent: nothing. */
  captures?: { purposes: readonly CapturePurpose[]; watcher: string }
}

/** Somebody who asks for a seat. */
export interface Newcomer {
  /** The name others will know this member by; unguessable. */
  id: MemberId
  /** Where notices to this member go: one connection or session of one client. */
  address: string
  /** What the person wants to be called; may be empty. */
  name: string
  /** Called so by dialects that tell members apart by name, or not seated; absent: anything. */
  label?: string
  /** Stands for one run of a page, and only that run can show it; takes its seat back. */
  tag: string
  dialect: Dialect
  /** The account it is logged in to, where it is. */
  user?: UserId
  /** Its client's IP address as the server sees it; other members are never told. */
  ip?: string
  /** An address that hears who the others are whose media it exchanges; absent: nobody asks. */
  reach?: string
  /** In a cast: it is the receiver, and whose code this is. Absent: it comes to show something. */
  receiver?: { holder: CodeHolder }
}

/**
 * here: its connection is up. away: lost, and may come back within the grace time.
 * expired: did not come back, but another member still hears it.
 */
export type Presence = 'here' | 'away' | 'expired'

export interface Member extends Newcomer {
  /** Unique in the room. */
  label: string
  presence: Presence
  /** Its media can be played from the media server. */
  isPublishing: boolean
  /** What it agreed to with whoever else is there. */
  consents: readonly CapturePurpose[]
  /** False once another member said that it hears nothing from this one. */
  isHeard: boolean
  /** The waiting offer and its candidates, for a newcomer. */
  kept: readonly Signal[]
}

/** Somebody in line for a seat; one whose connection is lost keeps its place and is passed over. */
export interface Waiter extends Newcomer {
  isAway: boolean
}

/** Somebody who knocked; `ref` and `wait` are those of its join. */
export interface Knocker extends Newcomer {
  wait: boolean
  ref: number
}

/** Stands for one receiver, over all runs of its page; only that one can show it. */
export type CodeHolder = string

/**
 * The code that leads into a cast. shown: its receiver has its seat. kept: the receiver is gone,
 * and the code waits for it. over: it did not come back, which is remembered for a while.
 */
export type CastCode =
  | { name: 'shown'; holder: CodeHolder }
  | { name: 'kept'; holder: CodeHolder }
  | { name: 'over' }

/** A recording or a broadcast that goes on: both members agreed to it. */
export interface Capture {
  id: CaptureId
  purpose: CapturePurpose
  /** Who started it. */
  by: MemberId
  /** Whatever its gateway calls the room, for whoever carries it out. */
  place: string
  /** The address of whoever does. */
  watcher: string
  /** What was told last of how it goes. */
  progress?: unknown
}

/** A room: a value, replaced as a whole by `nextRoom`. */
export interface Room {
  policy: RoomPolicy
  /** In the order in which they came. */
  members: readonly Member[]
  /** Those who wait for a seat, first come first. */
  line: readonly Waiter[]
  /** Those who wait to be let in, first come first. */
  knocking: readonly Knocker[]
  /** At most one of each purpose. */
  captures: readonly Capture[]
  /** In a cast, from the first receiver on. */
  code?: CastCode
}

/**
 * What happens to a room. `from` is the address of the member concerned; `ref` is the
 * gateway's number for the request and comes back with a refusal.
 */
export type RoomEvent =
  | { type: 'join'; newcomer: Newcomer; wait: boolean; ref: number }
  /** isLost: not by its client's will, which can't come back. */
  | { type: 'leave'; from: string; isLost?: boolean }
  | { type: 'connection-lost'; from: string }
  /** ip: where its client came back from. */
  | { type: 'connection-back'; from: string; ip?: string }
  | { type: 'grace-over'; from: string }
  | { type: 'hearing'; from: string; peer: MemberId; hears: boolean }
  /** Its media can be played from the media server, or no more. */
  | { type: 'publishing'; from: string; isPublishing: boolean }
  | { type: 'signal'; from: string; to: MemberId | undefined; signal: Signal; ref: number }
  | { type: 'chat'; from: string; text: ChatText; ref: number }
  | { type: 'admit'; from: string; peer: MemberId; isAdmitted: boolean; ref: number }
  /** A member wants to send and receive through the media server. */
  | { type: 'request-media'; from: string; peer: MemberId; ref: number }
  /** peer: whom it is given to; undefined: whoever is there. */
  | {
      type: 'consent'
      from: string
      peer?: MemberId | undefined
      purpose: CapturePurpose
      isGiven: boolean
      ref: number
    }
  /** `id`: what it is called when this starts it. `options` are passed on untouched. */
  | {
      type: 'capture'
      from: string
      id: CaptureId
      purpose: CapturePurpose
      isOn: boolean
      place: string
      options?: unknown
      ref: number
    }
  /** How a capture of these members goes, passed on untouched. isOver: it does not go on. */
  | {
      type: 'capture-state'
      capture: CaptureId
      members: readonly MemberId[]
      isOver: boolean
      progress: unknown
    }
  /** Its owner closed it: a call that goes on is not ended. */
  | { type: 'closed' }
  /** The receiver of a cast puts a sender out; undefined: whoever is there. */
  | { type: 'dismiss'; from: string; peer: MemberId | undefined; ref: number }
  /** The time is over for which a code is kept, or remembered. */
  | { type: 'code-due' }

/** A notice on its way to one address. */
export interface Effect {
  to: string
  notice: Notice
}

/** The room afterwards (undefined: nobody is left, forget it) and what to tell whom, in order. */
export type RoomStep = [room: Room | undefined, effects: Effect[]]

/** What an event makes of a room. */
export type Change = [room: Room, effects: Effect[]]
