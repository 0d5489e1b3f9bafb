export type { Dialect } from './dialect.ts'
export type * from './notice.ts'
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
