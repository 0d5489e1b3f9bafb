export { createNativeGateway } from './gateway.ts'
export { DEFAULT_LIMITS, UNLIMITED } from './limits.ts'
export type { MediaGrant, MediaGrants, MediaRequest } from './media-grants.ts'
