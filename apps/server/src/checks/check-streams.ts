import { randomBytes } from 'node:crypto'
import type { CancelTimer, Clock } from '@duet/base'
import type { MediaServer } from '@duet/media'
import { streamTarget } from '../media/stream-target.ts'
import type { MediaTokens } from '../media/tokens.ts'
import { CHECK_STREAM_MS, MAX_CHECK_STREAMS } from './limits.ts'

/** Where something is published or played, and the token that allows it. */
export interface CheckEndpoint {
  url: string
  token: string
}

const NAME = 'check'

/** Streams on which somebody tries the media server, each for a minute. */
export class CheckStreams {
  readonly #media: Pick<MediaServer, 'sessions' | 'end'>
  readonly #tokens: MediaTokens
  readonly #clock: Clock
  readonly #ends = new Map<string, CancelTimer>()

  constructor(
    media: Pick<MediaServer, 'sessions' | 'end'>,
    { tokens, clock }: { tokens: MediaTokens; clock: Clock },
  ) {
    this.#media = media
    this.#tokens = tokens
    this.#clock = clock
  }

  /** A new stream; undefined when there are too many. */
  open(): { publish: CheckEndpoint; play: CheckEndpoint } | undefined {
    const room = `${NAME}-${randomBytes(12).toString('hex')}`
    const target = streamTarget(room, NAME)
    if (!target || this.#ends.size >= MAX_CHECK_STREAMS) return undefined
    const { stream } = target
    const end = this.#clock.after(CHECK_STREAM_MS, () => this.#end(stream))
    this.#ends.set(stream, end)
    const endpoint = (kind: 'publish' | 'play', protocol: string): CheckEndpoint => ({
      url: `/${protocol}/${room}/${NAME}`,
      token: this.#tokens.issue({ kind, stream, ttlMs: CHECK_STREAM_MS / 2 }),
    })
    return { publish: endpoint('publish', 'whip'), play: endpoint('play', 'whep') }
  }

  /** Sessions are the media server's to end. Idempotent. */
  close(): void {
    for (const cancel of this.#ends.values()) cancel()
    this.#ends.clear()
  }

  #end(stream: string): void {
    this.#ends.delete(stream)
    for (const session of this.#media.sessions()) {
      if (session.stream === stream) this.#media.end(session.id, 'kicked')
    }
  }
}
