import type { MediaClient } from '@duet/media'

/** A media server under load, in a process of its own on a core of its own. */
export interface MediaTarget {
  name: string
  pid: number
  /** Describes the client to the server and the other way round; checks begin. */
  connect(client: MediaClient, what: { kind: 'publish' | 'play'; stream: number }): Promise<void>
  close(): Promise<void>
}

/** Starts a fresh one: memory that was used once is not given back. */
export type StartTarget = (options: { core: number; host: string }) => Promise<MediaTarget>
