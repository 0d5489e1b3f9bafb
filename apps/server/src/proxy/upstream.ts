import type { Clock } from '@duet/base'
import { plain } from '../front/plain-answer.ts'
import type { Passing, Upstream } from '../front/proxied.ts'
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
  const { requests, bridges } = options
  return {
    async forward(passing) {
      const admitted = admit(passing, requests)
      return admitted instanceof Response ? admitted : forward(passing, options, admitted)
    },
    async connect(passing) {
      const admitted = admit(passing, bridges.slots)
      return admitted instanceof Response ? admitted : bridges.open(passing, options, admitted)
    },
  }
}

/** A place for what may be passed on, to be given back; else what to answer. */
function admit(passing: Passing, slots: Slots): Response | (() => void) {
  const admitted = refusal(passing) ?? slots.take() ?? plain(503, 'Too many requests at once')
  if (admitted instanceof Response) passing.onEnd()
  return admitted
}

function refusal(passing: Passing): Response | undefined {
  const { method } = passing.request
  if (method === 'TRACE' || method === 'CONNECT') return plain(405, 'This method is not passed on')
  if (passesOf(passing) >= MAX_PASSES) return plain(508, 'This request goes round in circles')
  return undefined
}
