import type { Consumer } from './consumer.ts'
import type { PlayerEstimate } from './player-estimate.ts'
import type { Producer } from './producer.ts'

/** What a router asks of whoever publishes. */
export interface Publisher {
  readonly id: string
  readonly producers: readonly Producer[]
  requestKeyFrame(producer: Producer): void
}

/** What a router knows of somebody who plays. */
export interface Player {
  readonly id: string
  readonly consumers: readonly Consumer[]
  readonly estimate: PlayerEstimate
}

/** What a router knows of somebody who reads inside the server. */
export interface RouterReader {
  /** What it reads from now on; undefined: nobody publishes. */
  attach(producers: readonly Producer[] | undefined): void
  /** Reads what came, every 20 or 100 ms. Whether it waits for something, so that it is every 20 ms. */
  tick(nowMs: number): boolean
}

/**
 * One stream: hands what its publisher sends to its players. Both may come and go in any order;
 * players stay when the publisher is replaced.
 */
export class Router {
  readonly name: string
  #publisher: Publisher | undefined
  readonly #players = new Set<Player>()
  readonly #readers = new Set<RouterReader>()
  /** Milliseconds since the epoch. */
  #liveSince: number | undefined
  sentBytes = 0
  receivedBytes = 0

  constructor(name: string) {
    this.name = name
  }

  get publisher(): Publisher | undefined {
    return this.#publisher
  }

  get players(): ReadonlySet<Player> {
    return this.#players
  }

  get liveSince(): number | undefined {
    return this.#liveSince
  }

  get hasReaders(): boolean {
    return this.#readers.size > 0
  }

  /** Somebody publishes from now on; there was nobody. */
  publish(publisher: Publisher, nowMs: number): void {
    this.#publisher = publisher
    this.#liveSince = nowMs
    for (const player of this.#players) this.#connect(player, nowMs)
    for (const reader of this.#readers) reader.attach(publisher.producers)
  }

  /** Nobody publishes any more. Idempotent. */
  unpublish(publisher: Publisher): void {
    if (this.#publisher !== publisher) return
    this.#publisher = undefined
    this.#liveSince = undefined
    for (const { consumers } of this.#players) {
      for (const consumer of consumers) consumer.attach(undefined)
    }
    for (const reader of this.#readers) reader.attach(undefined)
  }

  /** Somebody plays from now on. */
  play(player: Player, nowMs: number): void {
    this.#players.add(player)
    this.#connect(player, nowMs)
  }

  /** Somebody will play in a moment: a key frame may come meanwhile. */
  expectPlayer(): void {
    this.requestKeyFrame('video')
  }

  /** Idempotent. */
  stop(player: Player): void {
    this.#players.delete(player)
    for (const consumer of player.consumers) consumer.close()
  }

  /** Somebody inside the server reads from now on. */
  read(reader: RouterReader): void {
    this.#readers.add(reader)
    if (!this.#publisher) return
    reader.attach(this.#publisher.producers)
    this.requestKeyFrame('video')
  }

  /** Idempotent. */
  stopReading(reader: RouterReader): void {
    this.#readers.delete(reader)
  }

  /** Whether a reader waits. */
  tick(nowMs: number): boolean {
    let isWaiting = false
    if (!this.#publisher) return isWaiting
    for (const reader of this.#readers) if (reader.tick(nowMs)) isWaiting = true
    return isWaiting
  }

  /** Asks whoever publishes for a key frame of one kind. */
  requestKeyFrame(kind: Consumer['kind']): void {
    const producer = this.#publisher?.producers.find((each) => each.kind === kind)
    if (producer) this.#publisher?.requestKeyFrame(producer)
  }

  /** What the thinnest of the players' paths carries, in bits per second; undefined: unknown. */
  estimate(nowMs: number): number | undefined {
    let least: number | undefined
    for (const { estimate } of this.#players) {
      const bitrate = estimate.bitrate(nowMs)
      if (bitrate !== undefined && (least === undefined || bitrate < least)) least = bitrate
    }
    return least
  }

  #connect(player: Player, nowMs: number): void {
    for (const consumer of player.consumers) {
      const producer = this.#publisher?.producers.find(({ kind }) => kind === consumer.kind)
      consumer.attach(producer)
      if (consumer.kind === 'video') producer?.replay(consumer, nowMs)
      if (consumer.kind === 'video' && consumer.isWaiting) this.requestKeyFrame('video')
    }
  }
}
