import type { Logger, LogRecord } from '@duet/base'
import { closeLeftBehind } from '@duet/datagrams'
import type { AllocationQuota, QuotaOwner, ReleaseQuota } from '../quota.ts'
import type { BoundListener } from '../turn-server.ts'
import { RelayTable } from './relay-table.ts'
import { Remote } from './remote.ts'
import type { ThreadSetup } from './thread-setup.ts'
import type { Figures } from './sum-figures.ts'
import type { SharedSocket } from './thread-part.ts'
import type { GivenReservation, OpenedThread } from './turn-worker.ts'

export interface TurnThreadOptions {
  /** What the thread runs in; it has been asked for nothing yet. */
  worker: Worker
  setup: ThreadSetup
  /** Counts for all threads. */
  quota: AllocationQuota
  /** Asks the other threads for a port that was reserved. */
  fetchReservation: (
    token: Uint8Array,
    userId: string,
    asking: TurnThread,
  ) => Promise<GivenReservation | undefined>
  logger: Logger
  /** It ended by itself; everything that it had is cleaned up but its UDP ports for clients. */
  onDied: (thread: TurnThread, reason: string) => void
}

/** How long a thread may take to close before it is ended. */
const CLOSE_TIMEOUT_MS = 2000
/** Numbers of places in the quota, over all threads. */
let lastPlace = 0

/** One thread that relays, seen from the main one. */
export class TurnThread {
  readonly setup: ThreadSetup
  readonly #options: TurnThreadOptions
  readonly #worker: Worker
  readonly #remote: Remote
  readonly #places = new Map<number, ReleaseQuota>()
  #state: 'running' | 'closing' | 'ended' = 'running'
  #reason = 'it ended by itself'
  #sockets: readonly SharedSocket[]
  #lastStats: Figures = {}

  constructor(options: TurnThreadOptions) {
    this.setup = options.setup
    this.#sockets = options.setup.inherited
    this.#options = options
    const { worker } = options
    this.#worker = worker
    this.#remote = new Remote((message) => worker.postMessage(message, []), {
      takePlace: (owner: QuotaOwner) => this.#takePlace(owner),
      releasePlace: (place: number) => this.#releasePlace(place),
      catchUp() {},
      fetchReservation: async (token: Uint8Array, userId: string) => {
        const given = await options.fetchReservation(token, userId, this)
        return given
      },
      log: ({ level, message, fields }: LogRecord) => options.logger[level](message, fields),
    })
    worker.onmessage = ({ data }: MessageEvent<unknown>) => this.#remote.handle(data)
    worker.onerror = ({ message }) => {
      this.#reason = sentenceOf(message)
    }
    worker.addEventListener('close', () => this.#handleEnd())
  }

  /** Its UDP ports for clients, which whoever takes its place inherits. */
  get sockets(): readonly SharedSocket[] {
    return this.#sockets
  }

  /** Starts its server; returns its ports. Rejects with what `createTurnServer` rejects with. */
  async open(): Promise<readonly BoundListener[]> {
    const opened = (await this.#remote.call('open', this.setup)) as OpenedThread
    this.#sockets = opened.sockets
    return opened.listeners
  }

  /** The figures of its server; when it has closed, the last ones. */
  async stats(): Promise<Figures> {
    if (this.#state !== 'running') return this.#lastStats
    return (await this.invoke('stats', [])) as Figures
  }

  /** Calls a method of its server. */
  invoke(method: string, args: readonly unknown[]): Promise<unknown> {
    return this.#remote.call('invoke', method, args)
  }

  /** Gives up a port that was reserved, if it has it. */
  async giveReservation(token: Uint8Array, userId: string): Promise<GivenReservation | undefined> {
    const given = await this.#remote.call('giveReservation', token, userId)
    return given as GivenReservation | undefined
  }

  /** A place in the quota that another thread takes over. */
  takeOver(place: number, from: TurnThread): void {
    const release = from.#places.get(place)
    from.#places.delete(place)
    if (release) this.#places.set(place, release)
  }

  /** Ends its server and then itself. Idempotent. */
  async close(): Promise<void> {
    if (this.#state !== 'running') return
    this.#state = 'closing'
    const closing = this.#remote.call('close').then(
      (stats) => ({ stats: stats as Figures | undefined }),
      () => undefined,
    )
    const closed = await Promise.race([closing, Bun.sleep(CLOSE_TIMEOUT_MS)])
    this.#worker.terminate()
    this.#cleanUp()
    if (closed) this.#lastStats = closed.stats ?? {}
    else this.leave()
  }

  /** Closes the ports for clients of a thread that is gone: nobody takes its place. */
  leave(): void {
    for (const { fd } of this.#sockets) closeLeftBehind(fd)
    this.#sockets = []
  }

  #handleEnd(): void {
    if (this.#state !== 'running') return
    this.#cleanUp()
    this.#options.onDied(this, this.#reason)
  }

  #cleanUp(): void {
    this.#state = 'ended'
    this.#remote.close()
    const { thread, memory } = this.setup
    for (const fd of new RelayTable(memory.table).takeAll(thread)) closeLeftBehind(fd)
    for (const release of this.#places.values()) release()
    this.#places.clear()
  }

  #takePlace(owner: QuotaOwner): number | undefined {
    const release = this.#options.quota.take(owner)
    if (!release) return undefined
    lastPlace += 1
    this.#places.set(lastPlace, release)
    return lastPlace
  }

  #releasePlace(place: number): void {
    this.#places.get(place)?.()
    this.#places.delete(place)
  }
}

/** What of an error's report a person needs. */
function sentenceOf(report: string): string {
  return /^error: (.*)$/m.exec(report)?.[1] ?? report.split('\n', 1)[0] ?? ''
}
