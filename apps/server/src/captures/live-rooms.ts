import type { CancelTimer, Clock } from '@duet/base'
import { streamTarget } from '../media/stream-target.ts'
import type { Broadcast } from './broadcast.ts'
import { MAX_COUNTED_VIEWERS, MAX_OVER, OVER_MS, VIEWER_SILENCE_MS } from './limits.ts'

/** live: it can be seen. over: it could be, a while ago. */
export type LiveRoom =
  | { state: 'live'; broadcast: Broadcast; viewers: number }
  | { state: 'over'; endedAt: number }

export interface LiveRoomsOptions {
  clock: Clock
  /** How many play a stream from the media server. */
  playersOf: (stream: string) => number
  /** Whether somebody publishes the stream who did not prove to be this member. */
  isByAnother: (stream: string, member: string) => boolean
  /** A stream is no longer everybody's: those who play it without a token are sent away. */
  onStreamClosed: (stream: string) => void
}

interface Shown {
  broadcast: Broadcast
  /** One for each member, and whose it is. */
  streams: ReadonlyMap<string, string>
  /** When each viewer of HLS last asked, by whom. The latest are last. */
  seen: Map<string, number>
}

/** Which rooms are shown live, to how many, and which were a while ago. */
export class LiveRooms {
  readonly #options: LiveRoomsOptions
  readonly #shown = new Map<string, Shown>()
  /** When it ended, by room; the latest are last. */
  readonly #over = new Map<string, number>()
  #stopForgetting: CancelTimer | undefined

  constructor(options: LiveRoomsOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#shown.size
  }

  /** It can be seen from now on. */
  add(broadcast: Broadcast): void {
    const { room, members } = broadcast.start
    this.#over.delete(room)
    this.#shown.set(room, {
      broadcast,
      streams: new Map(
        members.flatMap(({ id, stream }) => {
          const target = streamTarget(room, stream)
          return target ? [[target.stream, id] as const] : []
        }),
      ),
      seen: new Map(),
    })
  }

  /** It can be seen no more. */
  end(broadcast: Broadcast): void {
    const { room } = broadcast.start
    const shown = this.#shown.get(room)
    if (shown?.broadcast !== broadcast) return
    this.#shown.delete(room)
    this.#over.set(room, this.#options.clock.now())
    this.#forget()
    for (const stream of shown.streams.keys()) this.#options.onStreamClosed(stream)
  }

  /** Undefined: it is not live, and was not just now. */
  find(room: string): LiveRoom | undefined {
    const shown = this.#shown.get(room)
    if (shown) {
      return { state: 'live', broadcast: shown.broadcast, viewers: this.#viewersOf(shown) }
    }
    const endedAt = this.#over.get(room)
    return endedAt === undefined ? undefined : { state: 'over', endedAt }
  }

  /** Whether everybody may play this stream: not what somebody else publishes under its name. */
  isOpen(stream: string): boolean {
    for (const { streams } of this.#shown.values()) {
      const member = streams.get(stream)
      if (member !== undefined) return !this.#options.isByAnother(stream, member)
    }
    return false
  }

  /** Somebody asked for the playlist. */
  sawViewer(room: string, viewer: string): void {
    const shown = this.#shown.get(room)
    if (!shown) return
    const { seen } = shown
    seen.delete(viewer)
    this.#forgetViewers(seen)
    if (seen.size < MAX_COUNTED_VIEWERS) seen.set(viewer, this.#options.clock.now())
  }

  /** Idempotent. */
  close(): void {
    this.#stopForgetting?.()
    this.#over.clear()
  }

  /** Who plays both streams is one viewer; each member plays the other one's. */
  #viewersOf({ streams, seen }: Shown): number {
    this.#forgetViewers(seen)
    const playing = Array.from(streams.keys(), (stream) =>
      Math.max(0, this.#options.playersOf(stream) - 1),
    )
    return Math.max(0, ...playing) + seen.size
  }

  #forgetViewers(seen: Map<string, number>): void {
    const now = this.#options.clock.now()
    for (const [viewer, at] of seen) {
      if (now - at < VIEWER_SILENCE_MS) return
      seen.delete(viewer)
    }
  }

  /** Those that have been over for long, or are too many. */
  #forget(): void {
    const now = this.#options.clock.now()
    for (const [room, endedAt] of this.#over) {
      if (now - endedAt < OVER_MS && this.#over.size <= MAX_OVER) break
      this.#over.delete(room)
    }
    this.#stopForgetting?.()
    this.#stopForgetting =
      this.#over.size > 0 ? this.#options.clock.after(OVER_MS, () => this.#forget()) : undefined
  }
}
