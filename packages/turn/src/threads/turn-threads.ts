import { messageOf, silentLogger, systemClock, type CancelTimer, type Logger } from '@duet/base'
import { closeLeftBehind, createWakeUp } from '@duet/datagrams'
import { createAnswerCounts } from '../answer-limiter.ts'
import { DEFAULT_LIMITS, NO_LIMITS } from '../limits.ts'
import { AllocationQuota } from '../quota.ts'
import type { BoundListener, TurnServer, TurnServerOptions, TurnStats } from '../turn-server.ts'
import { createBucketTable } from './bucket-table.ts'
import { createRing } from './packet-ring.ts'
import { createRelayTable } from './relay-table.ts'
import { RememberedCalls } from './remembered-calls.ts'
import { sumFigures } from './sum-figures.ts'
import { TURN_WORKER, type SpareWorker } from './spare-worker.ts'
import type { ThreadMemory, ThreadOptions, ThreadSetup } from './thread-setup.ts'
import { TurnThread } from './turn-thread.ts'
import type { GivenReservation } from './turn-worker.ts'

/** More would have no core of their own anywhere, and each two of them have a ring. */
const MAX_THREADS = 16
/** Grants, and revocations, that are told to a thread which takes the place of another one: as many as it keeps. */
const MAX_REMEMBERED_CALLS = DEFAULT_LIMITS.grants
/** Before a thread takes the place of one that died, for whatever may be wrong to be over. */
const RESTART_MS = 200
/** The same, when it could not be started. */
const RETRY_MS = 5000

/**
 * Starts a server that relays in threads of its own. Clients over UDP are spread over all of them;
 * those over TCP and TLS are served by the first one.
 */
export async function startTurnThreads(
  options: TurnServerOptions,
  entry = TURN_WORKER,
): Promise<TurnServer> {
  const { spare, ...own } = options
  const { authenticate, clock, logger = silentLogger, datagrams, workers = 1, ...rest } = own
  if (authenticate || clock || datagrams) {
    throw new TypeError('workers know users by data, the usual clock and the usual packet path')
  }
  if (!Number.isInteger(workers) || workers < 1 || workers > MAX_THREADS) {
    throw new TypeError(`there are at most ${MAX_THREADS} workers`)
  }
  // Nonces are good in all of them.
  const nonceKey = rest.nonceKey ?? crypto.getRandomValues(new Uint8Array(32))
  const server = new TurnThreads({ ...rest, nonceKey }, { workers, entry, spare, logger })
  try {
    await server.open()
  } catch (error) {
    await server.close()
    throw error
  }
  return server.face
}

interface TurnThreadsSetup {
  workers: number
  entry: URL
  /** The first thread runs in it. */
  spare: SpareWorker | undefined
  logger: Logger
}

class TurnThreads {
  readonly #options: ThreadOptions
  readonly #entry: URL
  readonly #spare: SpareWorker | undefined
  readonly #logger: Logger
  readonly #quota: AllocationQuota
  readonly #memory: ThreadMemory
  readonly #threads: (TurnThread | undefined)[]
  readonly #calls = new RememberedCalls({
    limit: MAX_REMEMBERED_CALLS,
    now: () => systemClock.now(),
  })
  /** Those that died and nobody has taken the place of. */
  readonly #dead = new Map<TurnThread, CancelTimer>()
  #listeners: readonly BoundListener[] = []
  #closing: Promise<void> | undefined

  constructor(options: ThreadOptions, { workers: count, entry, spare, logger }: TurnThreadsSetup) {
    this.#options = options
    this.#entry = entry
    this.#spare = spare
    this.#logger = logger
    const { limits = {} } = options
    this.#quota = new AllocationQuota(
      limits === 'off' ? NO_LIMITS : { ...DEFAULT_LIMITS, ...limits },
    )
    const wakeUps = Array.from({ length: count }, createWakeUp).filter((fd) => fd !== undefined)
    // Where no thread can wake another one, there is no port that several can share either.
    const possible = wakeUps.length === count ? count : 1
    this.#memory = {
      table: createRelayTable(),
      buckets: createBucketTable(),
      answerCounts: createAnswerCounts(),
      wakeUps,
      rings: ringsFor(possible),
    }
    this.#threads = Array.from({ length: possible }, (_, thread) =>
      this.#create({ thread, options: this.#optionsFor(thread), inherited: [] }),
    )
  }

  /**
   * What the server looks like from outside. Whatever else a `TurnServer` is asked to do, all threads
   * do, and those that take the place of others.
   */
  get face(): TurnServer {
    const own = {
      listeners: this.#listeners,
      stats: () => this.#stats(),
      close: () => this.close(),
      accept() {
        throw new TypeError('a server that relays in other threads takes no connection of this one')
      },
      // Whoever awaits the server is not asking for a method of it.
      // oxlint-disable-next-line unicorn/no-thenable
      then: undefined,
    }
    return new Proxy(own, {
      get: (target, name) =>
        typeof name === 'symbol' || name in target
          ? Reflect.get(target, name)
          : (...args: unknown[]) => this.#tellAll(name, args),
    }) as unknown as TurnServer
  }

  /** The first thread opens the ports, the others share them. */
  async open(): Promise<void> {
    const [first, ...others] = this.#threads
    this.#listeners = (await first?.open()) ?? []
    const opening = others.map(async (thread) => {
      if (!thread) return
      Object.assign(thread.setup.options, this.#optionsFor(thread.setup.thread))
      await thread.open()
    })
    await Promise.all(opening)
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  get #running(): TurnThread[] {
    return this.#threads.filter((thread) => thread !== undefined)
  }

  async #closeAll(): Promise<void> {
    for (const [died, cancel] of this.#dead) {
      cancel()
      died.leave()
    }
    await Promise.all(this.#running.map((thread) => thread.close()))
    // Threads close what wakes them, if they did not die.
    for (const [thread, fd] of this.#memory.wakeUps.entries()) {
      if (!this.#threads[thread]) closeLeftBehind(fd)
    }
  }

  #create(setup: Pick<ThreadSetup, 'thread' | 'options' | 'inherited'>): TurnThread {
    const isAlone = this.#memory.rings.length <= 1
    const sharing = setup.thread === 0 && setup.inherited.length === 0 ? 'first' : 'others'
    return new TurnThread({
      worker: this.#spare?.take() ?? new Worker(this.#entry),
      setup: {
        ...setup,
        memory: this.#memory,
        sharing: isAlone ? undefined : sharing,
        logLevel: this.#options.logLevel ?? 'debug',
      },
      quota: this.#quota,
      fetchReservation: (token, userId, asking) => this.#fetchReservation(token, userId, asking),
      logger: this.#logger,
      onDied: (thread, reason) => this.#handleDeath(thread, reason),
    })
  }

  /** Connections are served by the first thread, on the ports that are open already if they are. */
  #optionsFor(thread: number): ThreadOptions {
    const { udp = [], tcp = [], tls = [] } = this.#options
    const open = (transport: BoundListener['transport'], asked: typeof udp) =>
      this.#listeners.length === 0
        ? asked
        : this.#listeners.filter((listener) => listener.transport === transport)
    const streams = thread === 0 ? { tcp: open('tcp', tcp), tls: open('tls', tls) } : NO_STREAMS
    return { ...this.#options, ...streams, udp: open('udp', udp) }
  }

  #tellAll(method: string, args: readonly unknown[]): Promise<unknown> {
    this.#calls.add({ method, args })
    const told = Promise.all(this.#running.map((thread) => thread.invoke(method, args)))
    const answer = told.then(([first]) => first)
    // Not everybody waits for it.
    answer.catch((error: unknown) => {
      if (this.#closing) return
      this.#logger.error('a thread that relays did not do what it was told', {
        method,
        error: messageOf(error),
      })
    })
    return answer
  }

  async #stats(): Promise<TurnStats> {
    await this.#closing
    // A thread that dies meanwhile has no figures any more.
    const all = await Promise.all(this.#running.map((thread) => thread.stats().catch(() => ({}))))
    return sumFigures(all) as unknown as TurnStats
  }

  async #fetchReservation(
    token: Uint8Array,
    userId: string,
    asking: TurnThread,
  ): Promise<GivenReservation | undefined> {
    for (const thread of this.#threads) {
      if (!thread || thread === asking) continue
      const given = await thread.giveReservation(token, userId)
      if (given?.place !== undefined) asking.takeOver(given.place, thread)
      if (given) return given
    }
    return undefined
  }

  #handleDeath(died: TurnThread, reason: string): void {
    const { thread } = died.setup
    this.#threads[thread] = undefined
    // It died before it was open: whoever starts the server hears of it.
    if (this.#listeners.length === 0) return
    this.#logger.error(
      'a thread that relays died, and the calls that it relayed were cut off; another one takes its place',
      { thread, reason },
    )
    this.#replaceLater(died, RESTART_MS)
  }

  #replaceLater(died: TurnThread, delayMs: number): void {
    const cancel = systemClock.after(delayMs, () => {
      this.#dead.delete(died)
      void this.#replace(died)
    })
    this.#dead.set(died, cancel)
  }

  /** Its ports for clients are inherited, so that other clients' packets go on where they went. */
  async #replace(died: TurnThread): Promise<void> {
    const { thread } = died.setup
    const inherited = died.sockets
    const next = this.#create({ thread, options: this.#optionsFor(thread), inherited })
    try {
      await next.open()
      if (this.#closing) return await next.close()
      this.#threads[thread] = next
      for (const { method, args } of this.#calls) void next.invoke(method, args).catch(() => {})
      this.#logger.info('a thread that relays took the place of another one', { thread })
    } catch (error) {
      this.#logger.error('no thread could take the place of one that died; it is tried again', {
        thread,
        error: messageOf(error),
      })
      await next.close()
      if (this.#threads[thread] === undefined) this.#replaceLater(died, RETRY_MS)
    }
  }
}

const NO_STREAMS = { tcp: [], tls: [] }

/** A ring from each thread to each other one. */
function ringsFor(count: number): SharedArrayBuffer[][] {
  return Array.from({ length: count }, () => Array.from({ length: count }, createRing))
}
