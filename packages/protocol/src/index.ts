export type * from './capture-messages.ts'
export { CAST_CODE_ALPHABET, CAST_CODE_LENGTH, readCastCode } from './cast-code.ts'
export * from './codes.ts'
export * from './limits.ts'
export type * from './messages.ts'
export type * from './people-messages.ts'
export {
  cleanDisplayName,
  normalizeRoomName,
  normalizeUserName,
  type RoomNameResult,
  type UserNameResult,
} from './names.ts'
export {
  isCandidate,
  isCapturePurpose,
  isCastSecret,
  isChatBody,
  isDescription,
  isLiveOptions,
  isMessageBody,
  isUserId,
  parseClientMessage,
  type ParseResult,
} from './parse.ts'
export { SequenceBook, type Arrival } from './sequence.ts'
export { writtenDescription } from './written-description.ts'
