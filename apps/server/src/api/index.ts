import { adminRoutes } from './admin-routes.ts'
import { callRoutes } from './call-routes.ts'
import { linkRoutes } from './link-routes.ts'
import { messageRoutes } from './message-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { roomRoutes } from './room-routes.ts'
import type { ApiRoutes } from './route.ts'
import { selfRoutes } from './self-routes.ts'
import type { ApiServices } from './services.ts'
import { sessionRoutes } from './session-routes.ts'

export { createApi } from './api.ts'
export { checkRoutes } from './check-routes.ts'
export { liveRoutes } from './live-routes.ts'
export { recordingRoutes } from './recording-routes.ts'
export { relayRoutes } from './relay-routes.ts'
export type { ApiRoutes } from './route.ts'
export { pushRoutes } from './push-routes.ts'
export type { ApiServices } from './services.ts'

/** All endpoints on accounts, people, messages, calls and rooms. */
export function accountRoutes(services: ApiServices): ApiRoutes {
  return [
    ...sessionRoutes(services),
    ...selfRoutes(services),
    ...peopleRoutes(services),
    ...messageRoutes(services),
    ...callRoutes(services),
    ...linkRoutes(services),
    ...adminRoutes(services),
    ...roomRoutes(services),
  ]
}
