import type { Identity } from '../accounts/identity.ts'
import type { RequestContext } from '../front/socket.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The largest body of most endpoints, in bytes. */
export const MAX_BODY_BYTES = 16 * 1024

/** A request as the handler of an endpoint gets it. */
export interface ApiRequest {
  context: RequestContext
  /** The part of the path that stands in place of `:id`; decoded. */
  param: (name: string) => string
  query: URLSearchParams
  /** The object in the body; empty where there is none. */
  body: ReadonlyMap<string, unknown>
}

/** What an endpoint answers: an object as JSON, or a response of its own. */
export type ApiAnswer =
  | { status: 200 | 201; json: object; cookies?: readonly string[] }
  | { status: 204; cookies?: readonly string[] }
  | Response

interface Described {
  method: Method
  /** `/api/calls/:id`: a part that begins with a colon stands for anything. */
  path: string
  /** Larger than most. */
  maxBodyBytes?: number
}

/** anyone: also for nobody. user: only for those who are logged in. */
export type ApiRoute = Described &
  (
    | {
        access: 'anyone'
        handle(request: ApiRequest, identity: Identity | undefined): Promise<ApiAnswer>
      }
    | {
        access: 'user' | 'administrator'
        handle(request: ApiRequest, identity: Identity): Promise<ApiAnswer>
      }
  )

/** One group of endpoints. */
export type ApiRoutes = readonly ApiRoute[]
