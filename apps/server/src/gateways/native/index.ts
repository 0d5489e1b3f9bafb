export { createNativeGateway } from './gateway.ts'
export { DEFAULT_LIMITS, UNLIMITED } from './limits.ts'
