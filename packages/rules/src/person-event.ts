import type { PersonEffect } from './call-notice.ts'
import type { CallId, CallInfo, CallMedia, Device, Person, UserId } from './person.ts'

/**
 * What happens to a person. `user` is who acts, `address` its device, `at` now (milliseconds since
 * the epoch), `ref` the gateway's number for the request, which comes back with the answer.
 */
export type PersonEvent =
  /** A device came that wants to be rung. */
  | { type: 'attend'; user: UserId; device: Device; doNotDisturb: boolean }
  | { type: 'connection-lost'; user: UserId; address: string }
  | { type: 'connection-back'; user: UserId; address: string }
  /** A device is gone: by its own will, or its connection did not come back. */
  | { type: 'device-gone'; user: UserId; address: string; isLost: boolean; at: number }
  | { type: 'do-not-disturb'; user: UserId; isOn: boolean }
  | {
      type: 'place'
      user: UserId
      address: string
      to: UserId
      media: CallMedia
      /** The id of the call, if it comes to be. */
      call: CallId
      /** A user without a device that is here can be woken up, and does not mind. */
      canWake: boolean
      at: number
      ref: number
    }
  /** A device of the callee really rings. */
  | { type: 'ringing'; user: UserId; address: string; call: CallId }
  | { type: 'accept'; user: UserId; address: string; call: CallId; at: number; ref: number }
  | {
      type: 'decline'
      user: UserId
      /** Absent: from a notification of a page that is closed. */
      address?: string
      call: CallId
      text?: string
      at: number
      ref: number
    }
  /** Cancels or declines while it rings, hangs up after. */
  | {
      type: 'end'
      user: UserId
      /** Absent: the server ends it in the user's name, whichever device has it. */
      address?: string
      call: CallId
      at: number
      ref: number
    }
  /** The page of one of the two devices of a call has a new session. */
  | {
      type: 'rejoin'
      user: UserId
      address: string
      call: CallId
      /** The leg that it has; absent: it has not heard that the call was accepted. */
      leg?: number
      ref: number
    }
  /** `user` is the caller: nobody answered in time. */
  | { type: 'ring-timeout'; user: UserId; call: CallId; at: number }
  /** `user` is the caller: who has a seat in the room of the leg now. */
  | {
      type: 'seats'
      user: UserId
      call: CallId
      leg: number
      seated: readonly UserId[]
      isLost: boolean
      at: number
    }
  /** `user` is the caller. A call that went on while the server was away, as the history has it. */
  | { type: 'restore'; user: UserId; call: CallInfo; leg: number }
  /** `user` is the caller of a call that was restored: whoever did not come back is lost. */
  | { type: 'rejoin-timeout'; user: UserId; call: CallId; at: number }

/** One kind of event. */
export type PersonEventOf<Type extends PersonEvent['type']> = Extract<PersonEvent, { type: Type }>

/** The person who acts, the one whom it calls, and the other one of its call, where they exist. */
export type Persons = ReadonlyMap<UserId, Person>

/** Those who changed (a person without device and call is to be forgotten), and what to do. */
export type PersonStep = [changed: Person[], effects: PersonEffect[]]
