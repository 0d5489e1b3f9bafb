import type { SessionKind } from '@duet/media'
import type { StreamTarget } from './stream-target.ts'

/** Who has a session, or asks for one, as those hear who run the server. */
export interface MediaClient {
  /** Names it for them; whoever knows it can do nothing with the session. */
  clientId: string
  kind: SessionKind
  target: StreamTarget
  vhost: string
  /** The query that it came with, `?` included; empty where there was none. */
  param: string
  /** IP address. */
  address: string
  /** The page that it comes from; empty where none is known. */
  pageUrl: string
}
