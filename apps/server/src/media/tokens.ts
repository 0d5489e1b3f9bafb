import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '@duet/base'
import type { SessionKind, StreamName } from '@duet/media'
import { MAX_STREAM_NAME_LENGTH } from './limits.ts'

/** To publish as this member of a room, as long as its label names the stream; anybody plays it. */
export interface OwnClaim {
  kind: 'own'
  member: string
  stream: StreamName
}

/** What a token lets its holder do: publish or play one stream, or see and end all sessions. */
export type MediaClaim = { kind: SessionKind; stream: StreamName } | OwnClaim | { kind: 'admin' }

/** A claim that was signed here. */
export type ReadClaim = MediaClaim & {
  /** Its time is over. */
  isExpired: boolean
}

/** Two names of UTF-8 and a member in base64url, kind, expiry and signature. */
const MAX_TOKEN_LENGTH = 8 * MAX_STREAM_NAME_LENGTH + 192

/**
 * Bearer tokens of the media server: `<kind>.<stream>.<expiry>.<signature>`, signed with the
 * server's key, so that none is kept. The expiry is in Unix seconds. Of kind `own`, the member and
 * a slash stand before the stream.
 */
export class MediaTokens {
  readonly #key: Buffer
  readonly #clock: Clock

  constructor(key: Buffer, clock: Clock) {
    this.#key = key
    this.#clock = clock
  }

  /** A token that is valid for `ttlMs`, rounded up to a second. */
  issue({ ttlMs, ...claim }: MediaClaim & { ttlMs: number }): string {
    const expiry = Math.ceil((this.#clock.now() + ttlMs) / 1000)
    const signed = `${claim.kind}.${Buffer.from(subjectOf(claim)).toString('base64url')}.${expiry}`
    return `${signed}.${this.#sign(signed).toString('base64url')}`
  }

  /** Whether the token allows exactly this, now. */
  verify(token: unknown, claim: MediaClaim): boolean {
    const read = this.read(token)
    return read !== undefined && !read.isExpired && isSame(read, claim)
  }

  /** What the token was made for; undefined: it is none of ours. */
  read(token: unknown): ReadClaim | undefined {
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return undefined
    const [kind = '', encoded = '', expiry = '', signature = '', ...rest] = token.split('.')
    const given = Buffer.from(signature, 'base64url')
    const right = this.#sign(`${kind}.${encoded}.${expiry}`)
    const isOurs =
      rest.length === 0 && given.length === right.length && timingSafeEqual(given, right)
    if (!isOurs) return undefined
    const isExpired = Number(expiry) * 1000 <= this.#clock.now()
    if (kind === 'admin') return { kind, isExpired }
    const subject = Buffer.from(encoded, 'base64url').toString()
    if (kind === 'own') {
      const slash = subject.indexOf('/')
      const [member, stream] = [subject.slice(0, slash), subject.slice(slash + 1)]
      return { kind, member, stream, isExpired }
    }
    if (kind !== 'publish' && kind !== 'play') return undefined
    return { kind, stream: subject, isExpired }
  }

  #sign(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest()
  }
}

/** Whether both claims allow the same. */
export function isSame(one: MediaClaim, other: MediaClaim): boolean {
  return one.kind === other.kind && subjectOf(one) === subjectOf(other)
}

/** What the claim is about. */
function subjectOf(claim: MediaClaim): string {
  if (claim.kind === 'admin') return ''
  return claim.kind === 'own' ? `${claim.member}/${claim.stream}` : claim.stream
}
