import type { Clock, Logger } from '@duet/base'
import { isBelow, type ProxyRule } from '../config/index.ts'
import type { Proxy, Upstream } from '../front/proxied.ts'
import { Bridges } from './bridges.ts'
import { MAX_MESSAGE_BYTES, MAX_REQUESTS } from './limits.ts'
import { Reachability } from './reachability.ts'
import { Slots } from './slots.ts'
import { createUpstream } from './upstream.ts'

export interface ProxyOptions {
  /** The first one that fits counts. */
  rules: readonly ProxyRule[]
  /** Cookies that stay here. */
  hiddenCookies: readonly string[]
  clock: Clock
  logger: Logger
}

/** Passes requests and WebSockets on by rules. */
export interface RuledProxy extends Proxy {
  /** What is under way now. */
  readonly counts: { requests: number; sockets: number }
  /** Tells WebSockets to go; requests end with their connections. Idempotent. */
  close(): void
}

/** Puts a proxy together; upstreams are not asked for anything before there is a request. */
export function createProxy({ rules, hiddenCookies, clock, logger }: ProxyOptions): RuledProxy {
  const requests = new Slots(MAX_REQUESTS)
  const bridges = new Bridges(clock)
  const upstreamAt = (origin: string): Upstream =>
    createUpstream({
      origin,
      hiddenCookies,
      reachability: new Reachability(origin, logger),
      requests,
      bridges,
      clock,
    })
  const origins = new Set(rules.map(({ upstream }) => upstream))
  const upstreams = new Map([...origins].map((origin) => [origin, upstreamAt(origin)]))
  const first = rules.filter(({ prefix }) => prefix !== '/')
  const last = rules.find(({ prefix }) => prefix === '/')

  return {
    maxMessageBytes: MAX_MESSAGE_BYTES,
    rest: last && upstreams.get(last.upstream),
    find(pathname) {
      const rule = first.find(({ prefix }) => isBelow(pathname, prefix))
      return rule && upstreams.get(rule.upstream)
    },
    get counts() {
      return { requests: requests.taken, sockets: bridges.slots.taken }
    },
    close: () => bridges.close(),
  }
}
