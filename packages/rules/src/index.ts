export type * from './call-notice.ts'
export { castRoomName, isCastRoomName } from './cast.ts'
export type { Dialect } from './dialect.ts'
export type * from './notice.ts'
export {
  callOfLegRoom,
  legRoomName,
  MAX_EARLY_LEGS,
  MAX_LEGS_PER_CALL,
  presenceOf,
  type CallEndReason,
  type CallId,
  type CallInfo,
  type CallMedia,
  type CallStage,
  type Device,
  type Person,
  type RingingDevice,
  type RunningCall,
  type UserId,
  type UserPresence,
} from './person.ts'
export type { PersonEvent, Persons, PersonStep } from './person-event.ts'
export { nextPersons, othersConcerned } from './persons.ts'
export { emptyRoom, nextRoom } from './room.ts'
export type {
  CastCode,
  CodeHolder,
  Effect,
  Member,
  Newcomer,
  Presence,
  Room,
  RoomEvent,
  RoomPolicy,
  RoomStep,
} from './room-state.ts'
