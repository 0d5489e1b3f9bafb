export { Call, createCall } from './call.ts'
export type { CallEvents, CallOptions } from './call-options.ts'
export type {
  CallState,
  CallStateName,
  ChatLine,
  EndReason,
  FailCode,
  PeerGoneReason,
  PeerMedia,
  ReconnectReason,
  RefusedCode,
  RemotePeer,
  SignalingState,
  Verification,
} from './call-state.ts'
export { createRoomLink, createRoomName, parseRoomLink, roomUrl, type RoomLink } from './link.ts'
export type { CandidatePairReport, FlowReport, PathEnd, PathReport } from './path-report.ts'
export { Session, type SessionEvents, type SessionOptions, type SocketLike } from './session.ts'
