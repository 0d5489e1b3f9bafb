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
export {
  emptyRoom,
  nextRoom,
  type Effect,
  type Member,
  type Newcomer,
  type Presence,
  type Room,
  type RoomEvent,
  type RoomPolicy,
  type RoomStep,
} from './room.ts'
