import type { Clock } from '@duet/base'
import type { UserId } from '@duet/rules'
import { addressGroup } from '../bounds/address-group.ts'
import { BoundedBuckets } from '../bounds/bounded-buckets.ts'
import type { Recording } from '../store/recording-store.ts'
import { WRONG_KEY_RATE } from './limits.ts'
import { isKeyOf, isRecordingId, type RecordingKey } from './recording-key.ts'
import type { Recordings } from './recordings.ts'

/** Who wants to see a recording. */
export interface Asker {
  /** Who is logged in. */
  user: UserId | undefined
  /** What it shows. */
  keys: readonly RecordingKey[]
  address: string
}

/** Compared with where there is nothing to compare with: no key has it. */
const NO_DIGEST = '0'.repeat(64)

/**
 * Who sees which recording: a member who was logged in, and who shows the key. For all others it is as if it
 * did not exist.
 */
export class RecordingAccess {
  readonly #recordings: Pick<Recordings, 'byId'>
  readonly #wrongKeys: BoundedBuckets | undefined

  constructor(recordings: Pick<Recordings, 'byId'>, clock: Clock, isLimited: boolean) {
    this.#recordings = recordings
    this.#wrongKeys = isLimited ? new BoundedBuckets(WRONG_KEY_RATE, clock) : undefined
  }

  /** Undefined: there is none for this asker. `guesses-too-often`: nobody looked. */
  async find(id: string, asker: Asker): Promise<Recording | 'guesses-too-often' | undefined> {
    if (!isRecordingId(id)) return undefined
    const shown = asker.keys.find((pair) => pair.id === id)
    const group = addressGroup(asker.address)
    if (shown && this.#wrongKeys?.take(group) === false) return 'guesses-too-often'
    const recording = await this.#recordings.byId(id)
    const isKnown = isKeyOf(shown?.key ?? '', recording?.keyDigest ?? NO_DIGEST)
    const isMember = asker.user !== undefined && recording?.users.includes(asker.user) === true
    if (shown && (isKnown || isMember)) this.#wrongKeys?.giveBack(group)
    return isKnown || isMember ? recording : undefined
  }
}
