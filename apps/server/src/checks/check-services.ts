import type { Clock } from '@duet/base'
import type { CheckStreams } from './check-streams.ts'
import type { NetworkProbe } from './network-probe.ts'

/** What checks of a way to this server need of it. */
export interface CheckServices {
  /** Undefined: there is no media server. */
  media: { port: number; streams: CheckStreams; probe: NetworkProbe } | undefined
  version: string
  /** As of --rooms: who may have the server do something. */
  openTo: 'everyone' | 'accounts'
  isLimited: boolean
  clock: Clock
}
