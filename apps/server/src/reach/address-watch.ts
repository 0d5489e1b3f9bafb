import { messageOf, type CancelTimer, type Clock, type Logger } from '@duet/base'
import type { IpFamily } from '@duet/stun'
import type { FoundAddress, FoundAddresses } from './find-public-addresses.ts'

export interface AddressWatchOptions {
  find: (signal: AbortSignal) => Promise<FoundAddresses>
  /** Something that changes with the addresses of the machine. */
  readInterfaces: () => string
  /** Told once for each search; `before` is undefined for the first one. */
  onFound: (found: FoundAddresses, before: FoundAddresses | undefined) => void
  clock: Clock
  logger: Logger
}

/** A provider gives a new address at most every few hours; two servers are asked each time. */
export const RECHECK_MS = 5 * 60_000
/** Interfaces are looked at so often: that costs nothing and asks nobody. */
export const INTERFACES_MS = 10_000

type WatchState =
  | { kind: 'searching'; isOutdated: boolean; abort: AbortController }
  | { kind: 'waiting'; cancel: CancelTimer }
  | { kind: 'closed' }

/** Searches the public addresses at once, again from time to time, and when interfaces change. */
export class AddressWatch {
  readonly #options: AddressWatchOptions
  readonly #stopLooking: CancelTimer
  #state: WatchState = searching()
  #interfaces: string
  #found: FoundAddresses | undefined

  constructor(options: AddressWatchOptions) {
    this.#options = options
    this.#interfaces = options.readInterfaces()
    this.#stopLooking = options.clock.every(INTERFACES_MS, () => this.#look())
    void this.#search()
  }

  /** A search that is under way ends without an effect. Idempotent. */
  close(): void {
    const state = this.#state
    this.#stopLooking()
    this.#state = { kind: 'closed' }
    if (state.kind === 'waiting') state.cancel()
    if (state.kind === 'searching') state.abort.abort()
  }

  #look(): void {
    const now = this.#options.readInterfaces()
    if (now === this.#interfaces) return
    this.#interfaces = now
    if (this.#state.kind === 'searching') this.#state.isOutdated = true
    if (this.#state.kind !== 'waiting') return
    this.#state.cancel()
    void this.#search()
  }

  async #search(): Promise<void> {
    const { find, onFound, clock, logger } = this.#options
    const state = searching()
    this.#state = state
    try {
      const found = await find(state.abort.signal)
      if (this.#state !== state) return
      const before = this.#found
      this.#found = before ? { 4: kept(before, found, 4), 6: kept(before, found, 6) } : found
      onFound(this.#found, before)
    } catch (error) {
      logger.error('the public address could not be looked for', { error: messageOf(error) })
    }
    if (this.#state !== state) return
    if (state.isOutdated) return this.#search()
    this.#state = { kind: 'waiting', cancel: clock.after(RECHECK_MS, () => void this.#search()) }
  }
}

function searching(): Extract<WatchState, { kind: 'searching' }> {
  return { kind: 'searching', isOutdated: false, abort: new AbortController() }
}

/** Servers that are silent for a while take nothing back, as long as the machine is where it was. */
function kept(before: FoundAddresses, found: FoundAddresses, family: IpFamily): FoundAddress {
  const [old, fresh] = [before[family], found[family]]
  const isUncertain = fresh.kind === 'silent' || fresh.kind === 'unconfirmed'
  return isUncertain && old.kind === 'mapped' && old.bind === fresh.bind ? old : fresh
}
