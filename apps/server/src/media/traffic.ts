import type { Clock } from '@duet/base'
import type { MediaServer } from '@duet/media'

/** How often counters are read, in milliseconds. */
const SAMPLE_MS = 10_000

/** Readings that are kept: the oldest one is 30 s old. */
const MAX_SAMPLES = 4

/** Bytes that went through something since it began. */
export interface Counters {
  sentBytes: number
  receivedBytes: number
}

/** Kilobits per second over the last half minute. */
export interface Kbps {
  recv_30s: number
  send_30s: number
}

interface Sample extends Counters {
  at: number
}

/** What flows through streams and sessions, measured over half a minute. */
export class Traffic {
  readonly #media: Pick<MediaServer, 'streams' | 'sessions' | 'stats'>
  readonly #clock: Clock
  readonly #samples = new Map<string, Sample[]>()
  readonly #cancel: () => void

  constructor(media: Pick<MediaServer, 'streams' | 'sessions' | 'stats'>, clock: Clock) {
    this.#media = media
    this.#clock = clock
    this.#cancel = clock.every(SAMPLE_MS, () => this.#sample())
  }

  ofStream(name: string, now: Counters): Kbps {
    return this.#rate(`stream ${name}`, now)
  }

  ofSession(id: string, now: Counters): Kbps {
    return this.#rate(`session ${id}`, now)
  }

  /** Idempotent. */
  close(): void {
    this.#cancel()
    this.#samples.clear()
  }

  #sample(): void {
    const at = this.#clock.now()
    const kept = new Set<string>()
    const keep = (key: string, { sentBytes, receivedBytes }: Counters): void => {
      kept.add(key)
      const samples = this.#samples.get(key) ?? []
      samples.push({ at, sentBytes, receivedBytes })
      if (samples.length > MAX_SAMPLES) samples.shift()
      this.#samples.set(key, samples)
    }
    for (const stream of this.#media.streams()) keep(`stream ${stream.name}`, stream)
    for (const session of this.#media.sessions()) keep(`session ${session.id}`, session)
    for (const key of this.#samples.keys()) if (!kept.has(key)) this.#samples.delete(key)
  }

  #rate(key: string, now: Counters): Kbps {
    const [first] = this.#samples.get(key) ?? []
    const seconds = first ? (this.#clock.now() - first.at) / 1000 : 0
    if (!first || seconds <= 0) return { recv_30s: 0, send_30s: 0 }
    const rate = (bytes: number) => Math.max(0, Math.round((bytes * 8) / 1000 / seconds))
    return {
      recv_30s: rate(now.receivedBytes - first.receivedBytes),
      send_30s: rate(now.sentBytes - first.sentBytes),
    }
  }
}
