export { createMediaServer, type MediaServerOptions } from './create-media-server.ts'
export { DEFAULT_LIMITS, NO_LIMITS, type MediaLimits } from './limits.ts'
export type * from './media-reader.ts'
export type * from './media-server.ts'
export type { CipherEngine } from './srtp/cipher-engine.ts'
export { openSslEngine } from './srtp/default-engine.ts'
export { SRTP_PROFILES, type SrtpKeys, type SrtpProfile } from './srtp/keys.ts'
export { createNodeEngine } from './srtp/node-engine.ts'
export {
  createSrtpTransform,
  SRTP_OVERHEAD_BYTES,
  SRTP_REFUSAL,
  type SrtpTransform,
} from './srtp/srtp-transform.ts'
export type { DtlsContext } from './dtls/dtls.ts'
export { createDtlsContext as createLoadContext } from './dtls/create-context.ts'
export { MediaClient, type MediaClientOptions } from './testing/media-client.ts'
