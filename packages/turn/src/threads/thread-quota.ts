import type { Quota, QuotaOwner, ReleaseQuota } from '../quota.ts'
import type { Remote } from './remote.ts'

/** The quota of all threads, which the main thread counts, as one of them sees it. */
export class ThreadQuota implements Quota {
  readonly #main: Remote
  readonly #places = new Map<ReleaseQuota, number>()

  constructor(main: Remote) {
    this.#main = main
  }

  /** Those that this thread has. */
  get total(): number {
    return this.#places.size
  }

  get tracked(): number {
    return this.#places.size
  }

  async take(owner: QuotaOwner): Promise<ReleaseQuota | undefined> {
    const place = (await this.#main.call('takePlace', owner)) as number | undefined
    return place === undefined ? undefined : this.hold(place)
  }

  /** A place that was taken for this thread. */
  hold(place: number): ReleaseQuota {
    const release: ReleaseQuota = () => {
      if (this.#places.delete(release)) this.#main.note('releasePlace', place)
    }
    this.#places.set(release, place)
    return release
  }

  /** Lets another thread have the place that this would give back. */
  handOver(release: ReleaseQuota): number | undefined {
    const place = this.#places.get(release)
    this.#places.delete(release)
    return place
  }
}
