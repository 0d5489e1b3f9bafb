export {
  CHANNEL_HEADER_BYTES,
  channelDataBytes,
  channelNumberOf,
  channelPayloadOf,
  FIRST_CHANNEL,
  isChannelDataByte,
  LAST_CHANNEL,
  LAST_LEGACY_CHANNEL,
  writeChannelData,
} from './channel-data.ts'
export {
  longTermKey,
  opaqueString,
  shortTermKey,
  type LongTermCredentials,
  type PasswordAlgorithm,
} from './credentials.ts'
export { encodeMessage, type SealOptions } from './encode.ts'
export { verifyIntegrity, type Integrity, type IntegrityAlgorithm } from './integrity.ts'
export {
  familyOf,
  formatIp,
  ipFromBits,
  parseIp,
  unmapIp,
  type IpAddress,
  type IpFamily,
} from './ip-address.ts'
export {
  attributeOf,
  attributesOf,
  decodeMessage,
  HEADER_BYTES,
  MAGIC_COOKIE,
  unknownAttributesOf,
  type ReceivedMessage,
  type StunAttribute,
  type StunClass,
  type StunMessage,
} from './message.ts'
export { decodeAddress, encodeAddress } from './plain-address.ts'
export { ATTRIBUTE, ERROR_REASON, METHOD, type StunErrorCode } from './registry.ts'
export { StreamFramer, type FramerState, type StreamFramerOptions } from './stream-framer.ts'
export {
  formatAddress,
  ipOf,
  joinAddress,
  portOf,
  type TransportAddress,
} from './transport-address.ts'
export {
  decodeErrorCode,
  decodeFamily,
  decodeIcmp,
  decodeText,
  decodeUint32,
  decodeXorAddress,
  encodeAddressErrorCode,
  encodeAttributeTypes,
  encodeErrorCode,
  encodeFamily,
  encodeIcmp,
  encodeText,
  encodeUint32,
  encodeXorAddress,
  type IcmpValue,
} from './values.ts'
