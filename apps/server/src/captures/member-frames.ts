import type { CancelTimer, Clock } from '@duet/base'
import type { MediaFrame, StreamReader } from '@duet/media'
import { streamTarget } from '../media/stream-target.ts'
import type { CaptureStart } from './capture-control.ts'
import type { StreamSource } from './capture-tools.ts'
import { ARRIVAL_MS } from './limits.ts'

/** Which of the two. */
export type MemberIndex = 0 | 1

/** Whose media has come; `isLate`: the other's, or both's, should have by now. */
export interface Arrivals {
  count: 0 | 1 | 2
  isLate: boolean
}

export interface MemberFramesOptions {
  media: StreamSource
  start: CaptureStart
  clock: Clock
  onFrame: (member: MemberIndex, frame: MediaFrame) => void
  /** Whenever it changes; never before the constructor is done. */
  onArrivals: (arrivals: Arrivals) => void
}

/** Reads what both members of a call publish, and sees whether it comes. */
export class MemberFrames {
  readonly #options: MemberFramesOptions
  readonly #readers: readonly StreamReader[]
  readonly #arrived = new Set<MemberIndex>()
  #stopWaiting: CancelTimer
  #isLate = false
  #isClosed = false

  constructor(options: MemberFramesOptions) {
    this.#options = options
    const { media, start, clock } = options
    this.#readers = start.members.slice(0, 2).flatMap(({ id }, index) => {
      const target = streamTarget(start.room, id)
      if (!target) return []
      const member = index as MemberIndex
      return [media.read(target.stream, { onFrame: (frame) => this.#take(member, frame) })]
    })
    this.#stopWaiting = clock.after(ARRIVAL_MS, () => {
      this.#isLate = true
      this.#tell()
    })
  }

  requestKeyFrame(member: MemberIndex): void {
    this.#readers[member]?.requestKeyFrame()
  }

  /** Nothing is handed on from now on. Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#stopWaiting()
    for (const reader of this.#readers) reader.close()
  }

  #take(member: MemberIndex, frame: MediaFrame): void {
    if (this.#isClosed) return
    this.#options.onFrame(member, frame)
    if (this.#arrived.has(member) || this.#isClosed) return
    this.#arrived.add(member)
    if (this.#arrived.size === 2) this.#stopWaiting()
    this.#tell()
  }

  #tell(): void {
    const count = this.#arrived.size as 0 | 1 | 2
    this.#options.onArrivals({ count, isLate: this.#isLate && count < 2 })
  }
}
