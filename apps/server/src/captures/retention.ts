import { messageOf, type Clock, type Logger } from '@duet/base'
import type { RecordingOwner, RecordingStore } from '../store/recording-store.ts'
import { ACCOUNTS_SHARE, KEPT_AT_LEAST_MS } from './limits.ts'

/** Recordings that are looked at in one go. */
const PAGE = 100

/** One that is being made. */
export interface GrowingRecording {
  owner: RecordingOwner
  /** Written so far. */
  bytes: () => number
  /** There is no room for more of it: what is there is kept. */
  end: () => void
}

export interface RetentionOptions {
  store: Pick<RecordingStore, 'oldest' | 'bytesByOwner'>
  /** Null: any age. */
  keepMs: number | null
  /** Null: any amount. */
  maxBytes: number | null
  clock: Clock
  logger: Logger
  growing: () => Iterable<GrowingRecording>
  /** Deletes a recording with its files. */
  remove: (id: string) => Promise<unknown>
}

/**
 * Deletes recordings that are too old or too much, the oldest first, and ends what is made where nothing may be
 * deleted for it. Those in which nobody was logged in push out only each other; see docs/recording.md, RE13.
 */
export class Retention {
  readonly #options: RetentionOptions
  #sweeping: Promise<void> | undefined

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  /** Never rejects; what could not be deleted is tried again the next time. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweepAll().finally(() => (this.#sweeping = undefined))
    return this.#sweeping
  }

  /** Whether so many bytes more of this owner's recordings have room, once those are deleted that may be. */
  async makeRoom(owner: RecordingOwner, bytes: number): Promise<boolean> {
    if (this.#options.maxBytes === null) return true
    return (await this.#deleteOld(owner, bytes)) <= 0
  }

  async #sweepAll(): Promise<void> {
    try {
      while (await this.#sweepOldPage());
      for (const owner of ['accounts', 'nobody'] as const) await this.#sweepLarge(owner)
    } catch (error) {
      this.#options.logger.warn('old recordings could not be deleted', { error: messageOf(error) })
    }
  }

  /** Whether there may be more. */
  async #sweepOldPage(): Promise<boolean> {
    const { store, keepMs, clock } = this.#options
    if (keepMs === null) return false
    const page = await store.oldest(PAGE)
    for (const { id, endedAt } of page) {
      if ((endedAt ?? 0) + keepMs > clock.now()) return false
      await this.#remove(id, '--recordings-keep')
    }
    return page.length === PAGE
  }

  async #sweepLarge(owner: RecordingOwner): Promise<void> {
    if (this.#options.maxBytes === null) return
    let excess = await this.#deleteOld(owner, 0)
    const growing = Array.from(this.#options.growing())
    const own = growing.filter((each) => each.owner === owner).sort((a, b) => b.bytes() - a.bytes())
    if (excess > 0) own[0]?.end()
    // What nobody has an account for gives way to those who have, whatever its age.
    const isPushedOut = owner === 'nobody' && growing.some((each) => each.owner === 'accounts')
    if (excess > 0 && isPushedOut)
      excess = await this.#delete(owner, { excess, isYoungKept: false })
  }

  /** Deletes what may be until there is room for so much; returns how much is too much still. */
  async #deleteOld(owner: RecordingOwner, bytes: number): Promise<number> {
    const excess = (await this.#excessOf(owner)) + bytes
    return this.#delete(owner, { excess, isYoungKept: true })
  }

  async #delete(
    owner: RecordingOwner,
    { excess, isYoungKept }: { excess: number; isYoungKept: boolean },
  ): Promise<number> {
    const { store, clock } = this.#options
    let left = excess
    while (left > 0) {
      const page = await store.oldest(PAGE, owner)
      for (const { id, endedAt, files } of page) {
        const isYoung = (endedAt ?? 0) + KEPT_AT_LEAST_MS > clock.now()
        if (left <= 0 || (isYoungKept && isYoung)) return left
        await this.#remove(id, '--recordings-max')
        left -= files.reduce((sum, file) => sum + file.bytes, 0)
      }
      if (page.length < PAGE) break
    }
    return left
  }

  /** How much more there is than may be; less than 0: there is room. */
  async #excessOf(owner: RecordingOwner): Promise<number> {
    const { store, maxBytes, growing } = this.#options
    const most = maxBytes ?? Infinity
    const made = await store.bytesByOwner()
    const all = { accounts: made.accounts, nobody: made.nobody }
    for (const each of growing()) all[each.owner] += each.bytes()
    return owner === 'accounts'
      ? all.accounts - most * ACCOUNTS_SHARE
      : all.nobody - (most - all.accounts)
  }

  async #remove(id: string, reason: string): Promise<void> {
    await this.#options.remove(id)
    this.#options.logger.info('a recording was deleted', { recording: id, reason })
  }
}
