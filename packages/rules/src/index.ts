export type * from './call-notice.ts'
export type { Dialect } from './dialect.ts'
export type * from './notice.ts'
export {
  callOfLegRoom,
  legRoomName,
  MAX_EARLY_LEGS,
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
export {
  nextPersons,
  othersConcerned,
  type PersonEvent,
  type Persons,
  type PersonStep,
} from './persons.ts'
export { emptyRoom, nextRoom } from './room.ts'
export type {
  Effect,
  Member,
  Newcomer,
  Presence,
  Room,
  RoomEvent,
  RoomPolicy,
  RoomStep,
} from './room-state.ts'
