import { MAX_ENDPOINT_LENGTH } from './push-endpoint.ts'

export { openPush } from './open-push.ts'
export type { PushService } from './push-service.ts'

/** What may be asked of a push subscription. */
export const PUSH_LIMITS = { endpointLength: MAX_ENDPOINT_LENGTH }
