export * from './codes.ts'
export * from './limits.ts'
export type * from './messages.ts'
export { cleanDisplayName, normalizeRoomName, type RoomNameResult } from './names.ts'
export {
  isCandidate,
  isChatBody,
  isDescription,
  parseClientMessage,
  type ParseResult,
} from './parse.ts'
export { SequenceBook, type Arrival } from './sequence.ts'
export { writtenDescription } from './written-description.ts'
