/** Names an account. */
export type UserId = number

/** Names a call from ringing to ended, on every device and in the history; unguessable. */
export type CallId = string

export type CallMedia = 'audio' | 'video'

/**
 * hung-up: after it was accepted. declined, cancelled, no-answer: while it rang. busy, offline,
 * do-not-disturb: it did not ring. lost: a connection did not come back.
 */
export type CallEndReason =
  | 'hung-up'
  | 'declined'
  | 'cancelled'
  | 'no-answer'
  | 'busy'
  | 'offline'
  | 'do-not-disturb'
  | 'lost'

export type UserPresence = 'online' | 'in-call' | 'do-not-disturb' | 'offline'

/** One client of a user that is to be rung. */
export interface Device {
  /** Where notices to it go: one session or connection. */
  address: string
  /** Its connection is lost, and may come back within the grace time. */
  isAway: boolean
  /** It can set up a leg while it rings. */
  connectsEarly: boolean
}

/** What everybody concerned knows of a call. */
export interface CallInfo {
  id: CallId
  caller: UserId
  callee: UserId
  media: CallMedia
  /** Milliseconds since the epoch. */
  startedAt: number
}

/** A callee's device that rings, or was told to. */
export interface RingingDevice {
  address: string
  /** The number of its leg; absent: it has none until it accepts. */
  leg?: number
  /** It says that it really rings. */
  isRinging: boolean
  /** Who has a seat in the room of its leg. */
  seated: readonly UserId[]
}

/** ringing: nobody accepted yet. talking: two devices have it. */
export type CallStage =
  | { name: 'ringing'; devices: readonly RingingDevice[]; nextLeg: number }
  | {
      name: 'talking'
      calleeDevice: string
      leg: number
      /** Who has a seat in the room of the leg. */
      seated: readonly UserId[]
    }

export interface RunningCall extends CallInfo {
  callerDevice: string
  stage: CallStage
}

/** A user as the core knows it: only those with a device or a call. */
export interface Person {
  user: UserId
  doNotDisturb: boolean
  devices: readonly Device[]
  /** The same value for both who are in it. */
  call: RunningCall | undefined
}

/** Most legs that connect while a call rings; more devices ring, and connect when they accept. */
export const MAX_EARLY_LEGS = 3

/** Most legs of one call, however often devices come and go while it rings; later ones have none. */
export const MAX_LEGS_PER_CALL = 16

/** The room of one leg: the core of names that only these two may enter. */
export function legRoomName(call: CallId, leg: number): string {
  return `~${call}.${leg}`
}

/** The call of a leg's room; undefined when the name is another one. */
export function callOfLegRoom(room: string): { call: CallId; leg: number } | undefined {
  const [, call, leg] = /^~([0-9a-f]{32})\.(\d{1,4})$/.exec(room) ?? []
  return call === undefined ? undefined : { call, leg: Number(leg) }
}

/** U2: is this device of the person there, or may it come back. */
export function hasDevice(person: Person, address: string): boolean {
  return person.devices.some((device) => device.address === address)
}

/** A call without its state. */
export function infoOf({ id, caller, callee, media, startedAt }: CallInfo): CallInfo {
  return { id, caller, callee, media, startedAt }
}

/** The one of the two who is not `user`. */
export function otherOf({ caller, callee }: CallInfo, user: UserId): UserId {
  return caller === user ? callee : caller
}

/** U3: what others see of a person; undefined: it has neither device nor call. */
export function presenceOf(person: Person | undefined): UserPresence {
  if (!person || person.devices.length === 0) return 'offline'
  const { call } = person
  if (call && (call.stage.name === 'talking' || call.caller === person.user)) return 'in-call'
  return person.doNotDisturb ? 'do-not-disturb' : 'online'
}
