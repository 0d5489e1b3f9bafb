import type { CancelTimer, Clock } from '@duet/base'
import type { MediaFrame, StreamReader } from '@duet/media'
import { streamTarget } from '../media/stream-target.ts'
import type { CaptureStart } from './capture-control.ts'
import type { StreamSource } from './capture-tools.ts'
import { ARRIVAL_MS, GONE_MS, WATCH_MS } from './limits.ts'

/** Which of the two. */
export type MemberIndex = 0 | 1

/** Whose media comes. */
export interface Arrivals {
  /** Of how many anything has come so far. */
  count: 0 | 1 | 2
  /** Of whom nothing comes now, though it should. */
  missing: readonly MemberIndex[]
}

export const NO_ARRIVALS: Arrivals = { count: 0, missing: [] }

export interface MemberFramesOptions {
  media: StreamSource
  start: CaptureStart
  clock: Clock
  /** What comes first may come somewhat later, with times that are right. */
  waitsForReports?: boolean
  /** It is to come as soon as it can, and not in a moment. */
  isPrompt?: boolean
  onFrame: (member: MemberIndex, frame: MediaFrame) => void
  /** Whenever it changes; never before the constructor is done. */
  onArrivals: (arrivals: Arrivals) => void
}

/** What is known of one member's media. */
interface Arrival {
  hasCome: boolean
  isMissing: boolean
  /** How long nothing came, in milliseconds, about. */
  quietMs: number
}

/** Reads what both members of a call publish, and sees whether it comes, and goes on coming. */
export class MemberFrames {
  readonly #options: MemberFramesOptions
  /** By member; undefined: its name is that of no stream, so that nothing can come. */
  readonly #readers: readonly (StreamReader | undefined)[]
  readonly #arrivals: readonly [Arrival, Arrival] = [newArrival(), newArrival()]
  readonly #stopWatching: CancelTimer
  #isClosed = false

  constructor(options: MemberFramesOptions) {
    this.#options = options
    const { media, start, clock, waitsForReports = false, isPrompt = false } = options
    let isReady = false
    this.#readers = start.members.slice(0, 2).map(({ id, stream }, index) => {
      const target = streamTarget(start.room, stream)
      if (!target) return undefined
      const member = index as MemberIndex
      // MD27: others may publish under its label.
      const isOwn = (): boolean => !media.isByAnother(target.stream, id)
      const onFrame = (frame: MediaFrame): void => (isOwn() ? this.#take(member, frame) : undefined)
      const onHeld = (): void => (isOwn() ? this.#see(member) : undefined)
      // Of those who do not publish yet it is said at once.
      const onGap = (): void => (isReady ? this.#handleGap(member) : undefined)
      const reader = { onFrame, onGap, onHeld, waitsForReports, isPrompt }
      return media.read(target.stream, reader)
    })
    isReady = true
    this.#stopWatching = clock.every(WATCH_MS, () => this.#watch())
  }

  requestKeyFrame(member: MemberIndex): void {
    this.#readers[member]?.requestKeyFrame()
  }

  /** Nothing is handed on from now on. Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#stopWatching()
    // What came before is handed on still.
    for (const reader of this.#readers) reader?.close()
    this.#isClosed = true
  }

  #take(member: MemberIndex, frame: MediaFrame): void {
    if (this.#isClosed) return
    this.#options.onFrame(member, frame)
    this.#see(member)
  }

  /** Something came of this member. */
  #see(member: MemberIndex): void {
    const arrival = this.#arrivals[member]
    arrival.quietMs = 0
    if ((arrival.hasCome && !arrival.isMissing) || this.#isClosed) return
    arrival.hasCome = true
    arrival.isMissing = false
    this.#tell()
  }

  /** Who moves or reconnects is there again at once. */
  #handleGap(member: MemberIndex): void {
    const arrival = this.#arrivals[member]
    arrival.quietMs = Math.max(arrival.quietMs, ARRIVAL_MS - GONE_MS)
  }

  #watch(): void {
    let isChanged = false
    for (const arrival of this.#arrivals) {
      arrival.quietMs += WATCH_MS
      if (arrival.isMissing || arrival.quietMs < ARRIVAL_MS) continue
      arrival.isMissing = true
      isChanged = true
    }
    if (isChanged) this.#tell()
  }

  #tell(): void {
    const members = [0, 1] as const
    this.#options.onArrivals({
      count: this.#arrivals.filter(({ hasCome }) => hasCome).length as Arrivals['count'],
      missing: members.filter((member) => this.#arrivals[member].isMissing),
    })
  }
}

function newArrival(): Arrival {
  return { hasCome: false, isMissing: false, quietMs: 0 }
}
