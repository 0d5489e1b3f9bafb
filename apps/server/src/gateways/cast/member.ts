import { randomBytes } from 'node:crypto'
import type { Clock, Logger } from '@duet/base'
import type { Dialect, Notice } from '@duet/rules'
import { TokenBucket } from '../../bounds/rate.ts'
import type { Casts, CastPlace } from '../../casts/casts.ts'
import type { Hub } from '../../hub/hub.ts'
import type { IceServers } from '../../ice-servers.ts'
import type { DialectLimits } from '../dialect-limits.ts'
import { reachAddress } from '../../relay-grants/index.ts'
import { Stay } from '../stay.ts'
import { DIALECT_NAME, lengthOf, toSignal, withoutTranslation, type Saying } from './translate.ts'
import type { Word } from './words.ts'

const DIALECT: Dialect = { name: DIALECT_NAME, leavesOffers: false, tellsHearing: false }

/** What TVs and senders of one socket stand on. */
export interface MemberContext {
  hub: Hub
  casts: Casts
  clock: Clock
  limits: DialectLimits
  logger: Logger
  /** What the addresses of its stays in the hub begin with. */
  name: string
  /** The client's IP address. */
  ip: string
  /** The client's address (an IPv6 /64 as one): codes count by it. */
  address: string
  /** Made anew for each who asks: credentials are short-lived. */
  iceServers: () => IceServers
  say: (words: Word[]) => void
}

export interface MemberOptions {
  context: MemberContext
  place: CastPlace
  name: string
  onNotice: (notice: Notice) => void
}

/** One stay in a cast, as TV or as sender. */
export class Member {
  readonly #stay: Stay
  readonly #translatable: TokenBucket

  constructor({ context, place, name, onNotice }: MemberOptions) {
    const { clock, hub, limits, logger } = context
    const id = randomBytes(16).toString('base64url')
    const address = `${context.name}/${id}`
    this.#translatable = new TokenBucket(limits.translatedLengthRate, clock)
    this.#stay = new Stay({
      hub,
      key: place.room,
      policy: place.policy,
      newcomer: {
        id,
        address,
        ip: context.ip,
        reach: reachAddress(address),
        name,
        tag: randomBytes(16).toString('base64url'),
        dialect: DIALECT,
        ...(place.receiver && { receiver: place.receiver }),
      },
      logger,
      onNotice,
    })
  }

  /** Asks for the seat; the answer is a notice. */
  join(): void {
    this.#stay.join(false)
  }

  /** Says it to the other side, if it is of any use. */
  signal(saying: Saying): void {
    const signal = toSignal(saying)
    if (!signal) return
    const isTranslated = this.#translatable.take(lengthOf(signal))
    this.#stay.signal(isTranslated ? signal : withoutTranslation(saying))
  }

  /** Leaves; isLost: not by its will. Idempotent. */
  close(isLost: boolean): void {
    this.#stay.close(isLost)
  }

  /** The server goes away: nobody is told. Idempotent. */
  parentClosed(): void {
    this.#stay.parentClosed()
  }
}
