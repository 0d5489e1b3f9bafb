export { createMediaServer, type MediaServerOptions } from './create-media-server.ts'
export { DEFAULT_LIMITS, NO_LIMITS, type MediaLimits } from './limits.ts'
export type * from './media-server.ts'
