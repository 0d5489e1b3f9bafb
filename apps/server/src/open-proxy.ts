import type { Clock, Logger } from '@duet/base'
import { DEVICE_COOKIE, LOGIN_COOKIE } from './accounts/cookies.ts'
import type { Config } from './config/index.ts'
import { createPreHook, type PreHook } from './front/pre-hook.ts'
import type { HttpRoute, SocketRoute } from './front/socket.ts'
import { PAGE_ADDRESSES } from './http/pages.ts'
import type { RuledProxy } from './proxy/index.ts'
import { StartError } from './start-error.ts'

export interface OpenProxyOptions {
  config: Config
  /** What Duet answers itself. */
  routes: readonly SocketRoute[]
  httpRoutes: readonly HttpRoute[]
  clock: Clock
  logger: Logger
}

/** A proxy, and each of its rules with what it means for Duet's own addresses. */
export interface OpenProxy {
  proxy: RuledProxy
  rules: readonly string[]
}

/** Logins of Duet's concern nobody else. */
const HIDDEN_COOKIES = [LOGIN_COOKIE, DEVICE_COOKIE]

/** Duet's pages don't work without these. */
const NEEDED_PATHS = new Set(['/ws', '/api'])

/** The proxy of `--proxy`; undefined without a rule. Rejects with a StartError. */
export async function openProxy(options: OpenProxyOptions): Promise<OpenProxy | undefined> {
  const { config, routes, httpRoutes, clock, logger } = options
  const { proxy: rules } = config
  if (rules.length === 0) return undefined
  const { createProxy, judgeRules } = await import('./proxy/index.ts')
  const claimed = [
    ...routes.map(({ path }) => ({ path, isTree: false })),
    ...httpRoutes.map(({ prefix }) => ({ path: prefix, isTree: true })),
  ]
  const { problems, hidden } = judgeRules(rules, [
    ...PAGE_ADDRESSES.map((address) => ({ ...address, isNeeded: true })),
    ...claimed.map((address) => ({ ...address, isNeeded: NEEDED_PATHS.has(address.path) })),
  ])
  if (problems.length > 0) throw new StartError('bad-config', problems.join(' '))
  return {
    proxy: createProxy({ rules, hiddenCookies: HIDDEN_COOKIES, clock, logger }),
    rules: rules.map(({ prefix, upstream }) => {
      const own = hidden.get(prefix)
      return `${prefix} to ${upstream}${own ? `, in place of Duet’s own ${own.join(', ')}` : ''}`
    }),
  }
}

/** The hook of `--pre-hook`; undefined without it. */
export function openPreHook(config: Config, clock: Clock, logger: Logger): PreHook | undefined {
  const { preHook: url } = config
  if (url === undefined) return undefined
  return createPreHook({ url, hiddenCookies: HIDDEN_COOKIES, clock, logger })
}
