export { Call, createCall } from './call.ts'
export {
  CastReceiver,
  createCastReceiver,
  type CastReceiverEvents,
  type CastReceiverOptions,
} from './cast-receiver.ts'
export {
  CastSender,
  createCastSender,
  type CastSenderEvents,
  type CastSenderOptions,
  type CastSource,
} from './cast-sender.ts'
export type { CastEndReason, CastReceiverState, CastSenderState } from './cast-state.ts'
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
  RoomGuest,
  SignalingState,
  Verification,
} from './call-state.ts'
export type { Capture, CaptureInfo, Capturing } from './captures/capture-info.ts'
export { CAST_CODE_LENGTH, readCastCode } from '@duet/protocol'
export type {
  CallEndReason,
  CallId,
  CallMedia,
  CaptureFault,
  CapturePurpose,
  CaptureStage,
  ContactState,
  LiveLayout,
  LiveOptions,
  MessageInfo,
  PersonInfo,
  UserId,
  UserPresence,
} from '@duet/protocol'
export {
  loadMediaParts,
  type LoadMediaParts,
  type MediaParts,
} from './media-path/load-media-parts.ts'
export type { MediaPathInfo } from './media-path/media-path.ts'
export type { MediaPathReason, MediaVia } from './media-path/media-path-state.ts'
export {
  createCaptureBook,
  createMediaSwitch,
  createStreamExchange,
} from './media-path/media-parts.ts'
export { createRoomLink, createRoomName, parseRoomLink, roomUrl, type RoomLink } from './link.ts'
export type { CandidatePairReport, FlowReport, PathEnd, PathReport } from './path-report.ts'
export type { PictureMode } from './picture-mode.ts'
export { createPhone, Phone, type PhoneOptions } from './phone.ts'
export type {
  PhoneEvents,
  PhoneRefusal,
  PhoneState,
  SelfInfo,
  UserCallEndReason,
  UserCallEvents,
  UserCallState,
} from './phone-state.ts'
export { PHRASE_ENTRIES, PHRASE_LENGTH, type SafetyPhrase } from './safety-phrase.ts'
export { UserCall } from './user-call.ts'
export { Session, type SessionEvents, type SessionOptions, type SocketLike } from './session.ts'
export { MEDIA_FAULTS } from './whip/media-session-state.ts'
export type { MediaEndReason, MediaFault, MediaSessionState } from './whip/media-session-state.ts'
export { play, Playback, type PlaybackEvents, type PlayOptions } from './whip/playback.ts'
export {
  Publication,
  publish,
  type PublicationEvents,
  type PublishOptions,
} from './whip/publication.ts'
