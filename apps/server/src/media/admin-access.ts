import type { Identify } from '../accounts/identity.ts'
import { isForeign, isOwn } from '../accounts/own-origin.ts'
import { isLoopbackAddress } from '../config/index.ts'
import { isLocalName, parseHost } from '../front/host.ts'
import type { RequestContext } from '../front/socket.ts'
import { basicPasswordOf, bearerOf } from './bearer.ts'
import type { MediaTokens } from './tokens.ts'

/** The name of the listener whose loopback address is enough. */
export const SRS_API_LISTENER = 'srs-api'

/** What a proxy says of who is behind it. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']

export interface AdminAccessOptions {
  tokens: MediaTokens
  identify: Identify
}

/**
 * Rule MD16 of docs/media.md: whether somebody may see and end the sessions of others. Shown by a
 * token, by an administrator's login, or by being on this machine where nobody else can be.
 */
export async function isAdministrator(
  { tokens, identify }: AdminAccessOptions,
  context: RequestContext,
  isRead: boolean,
): Promise<boolean> {
  const { headers } = context
  const token = bearerOf(headers) ?? basicPasswordOf(headers)
  if (token !== undefined) return tokens.verify(token, { kind: 'admin' })
  if (isFromHere(context)) return true
  // A cookie comes along by itself: what changes something must be a page of ours.
  if (!isRead && !isOwn(context)) return false
  return (await identify(context))?.user.isAdministrator === true
}

/**
 * Whether it came over SRS's own port, which only this machine can reach, from a program on it: not
 * through a proxy, and not from a page, which may be anybody's, also under a name that leads here.
 */
function isFromHere(context: RequestContext): boolean {
  const { address, headers, host, listener } = context
  if (listener?.name !== SRS_API_LISTENER || !isLocalName(listener.host ?? '')) return false
  if (FORWARDED.some((name) => headers.has(name))) return false
  if (
    isForeign(context) ||
    !['none', 'same-origin', null].includes(headers.get('sec-fetch-site'))
  ) {
    return false
  }
  return isLoopbackAddress(address) && isLocalName(parseHost(host)?.name ?? '')
}
