import { MAX_ENDPOINT_LENGTH } from './push-endpoint.ts'

export { resolveName } from './push-endpoint.ts'
export { createPushAddressTest } from './push-networks.ts'
export { PushService, type PushServiceOptions } from './push-service.ts'
export { loadVapidKeys } from './vapid-keys.ts'

/** What may be asked of a push subscription. */
export const PUSH_LIMITS = { endpointLength: MAX_ENDPOINT_LENGTH }
