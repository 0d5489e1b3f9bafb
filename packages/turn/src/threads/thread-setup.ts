import type { LogLevel } from '@duet/base'
import type { TurnServerOptions } from '../turn-server.ts'
import type { RelayTableMemory } from './relay-table.ts'
import type { SharedSocket } from './thread-part.ts'

/** What of a server's options crosses to a thread: all that is data. */
export type ThreadOptions = Omit<
  TurnServerOptions,
  'authenticate' | 'clock' | 'logger' | 'datagrams' | 'workers' | 'spare'
>

/** What all threads have in common. */
export interface ThreadMemory {
  table: RelayTableMemory
  buckets: SharedArrayBuffer
  answerCounts: SharedArrayBuffer
  /** By the numbers of who writes and who reads. */
  rings: readonly (readonly SharedArrayBuffer[])[]
  /** By which each thread is woken; without any, no relays are joined across threads. */
  wakeUps: readonly number[]
}

/** What a thread is told when it begins. */
export interface ThreadSetup {
  thread: number
  options: ThreadOptions
  memory: ThreadMemory
  sharing: 'first' | 'others' | undefined
  inherited: readonly SharedSocket[]
  logLevel: LogLevel
}
