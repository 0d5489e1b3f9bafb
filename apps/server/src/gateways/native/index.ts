export { createNativeGateway, type IceServersGrant, type NativeGatewayOptions } from './gateway.ts'
export { DEFAULT_LIMITS, UNLIMITED, type NativeLimits } from './limits.ts'
