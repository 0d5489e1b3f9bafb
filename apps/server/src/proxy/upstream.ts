import type { Clock } from '@duet/base'
import { plain } from '../front/plain-answer.ts'
import type { Passing, Upstream } from '../front/proxied.ts'
import type { SocketHandler } from '../front/socket.ts'
import type { Bridges } from './bridges.ts'
import { forward } from './forward.ts'
import { passesOf } from './headers.ts'
import { MAX_PASSES } from './limits.ts'
import type { Reachability } from './reachability.ts'
import type { Slots } from './slots.ts'

export interface UpstreamOptions {
  /** `http://127.0.0.1:3000` */
  origin: string
  /** Cookies that it is not told of. */
  hiddenCookies: readonly string[]
  reachability: Reachability
  /** Of all upstreams together. */
  requests: Slots
  /** Of all upstreams together. */
  bridges: Bridges
  clock: Clock
}

/** An upstream at an origin. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const guarded = <Answer>(
    passing: Passing,
    slots: Slots,
    pass: (release: () => void) => Promise<Answer>,
  ): Promise<Answer | Response> => {
    const { method } = passing.request
    if (method === 'TRACE' || method === 'CONNECT') {
      return Promise.resolve(plain(405, 'This method is not passed on'))
    }
    if (passesOf(passing) >= MAX_PASSES) {
      return Promise.resolve(plain(508, 'This request goes round in circles'))
    }
    const release = slots.take()
    return release ? pass(release) : Promise.resolve(plain(503, 'Too many requests at once'))
  }

  return {
    forward: (passing) =>
      guarded(passing, options.requests, (release) => forward(passing, options, release)),
    connect: (passing) =>
      guarded<SocketHandler | Response>(passing, options.bridges.slots, (release) =>
        options.bridges.open(passing, options, release),
      ),
  }
}
