import type { FindCells } from '../bandwidth.ts'
import type { Quota } from '../quota.ts'
import type { Reservation } from '../reservations.ts'
import type { Services } from '../services.ts'
import type { Neighbours } from './neighbours.ts'
import type { RelayTable } from './relay-table.ts'

/** A UDP socket for clients, as another thread may take it over. */
export interface SharedSocket {
  host: string
  port: number
  fd: number
}

/** What a server that runs in one of several threads shares with the others. */
export interface ThreadPart {
  /** This thread's number. */
  readonly thread: number
  /** How UDP ports for clients are shared; undefined: this thread has them alone. */
  readonly sharing: 'first' | 'others' | undefined
  /** Sockets of a thread whose place this one takes. */
  readonly inherited: readonly SharedSocket[]
  /** Those that this one has: whoever takes its place inherits them. */
  readonly sockets: SharedSocket[]
  readonly quota: Quota
  /** Where bandwidth is counted for all threads. */
  readonly findCells: FindCells
  /** Where answers to strangers are counted for all threads. */
  readonly answerCounts: SharedArrayBuffer
  readonly table: RelayTable
  readonly neighbours: Neighbours
  /** A port that was reserved in another thread; undefined when there is none with this token. */
  fetchReservation(token: Uint8Array, userId: string): Promise<Reservation | undefined>
  /** Calls this when all that the server was told until now is known here; false: too many wait. */
  catchUp(callback: () => void): boolean
  /** The server is about to open its ports. */
  attach(services: Services): void
}
