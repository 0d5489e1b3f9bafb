import { messageOf, type Logger } from '@duet/base'
import type { RequestContext } from '../front/socket.ts'
import { pageHtml, type PageFacts } from './page.ts'
import { DEMO_HEADERS, SECURITY_HEADERS } from './security-headers.ts'
import { serveFile } from './serve-file.ts'
import type { StaticFiles } from './static-files.ts'
import type { WebApp } from './web-app.ts'

export interface PagesOptions {
  /** Waited for by requests only. */
  app: Promise<WebApp>
  /** Asked for each page, once the ports are open; the same object as long as nothing changed. */
  facts: () => PageFacts
  /** Asked for what is not ours. */
  staticFiles?: StaticFiles | undefined
  /** Others are asked for what is not here: then there is no answer. */
  isRestElsewhere?: boolean
  /** Answers what is not a page's; undefined: it is none of it. */
  liveFiles?: (context: RequestContext) => Response | Promise<Response> | undefined
  logger: Logger
}

/** Answers a request that is no WebSocket; undefined: there is nothing here. */
export type Respond = (
  context: RequestContext,
  request: Request,
) => Response | Promise<Response | undefined>

const HTML = { ...SECURITY_HEADERS, 'content-type': 'text/html; charset=utf-8' }

/** Serves the web app, its files, and `/healthz`. */
export function createPages(options: PagesOptions): Respond {
  const { app, facts, staticFiles, isRestElsewhere = false, liveFiles, logger } = options
  let html: { facts: PageFacts; text: string } | undefined
  app.catch((error: unknown) => {
    logger.error('the web app could not be built', { error: describe(error) })
  })

  const page = async (): Promise<Response> => {
    const known = await app
    const current = facts()
    if (html?.facts !== current) html = { facts: current, text: pageHtml(known, current) }
    return new Response(html.text, { headers: { ...HTML, 'cache-control': 'no-cache' } })
  }

  const isOurs = async (path: string): Promise<boolean> =>
    path === HEALTH || isPagePath(path) || (await app).files.has(path)

  return async (context, request) => {
    const { url } = context
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      if (isRestElsewhere && !(await isOurs(url.pathname).catch(() => false))) return undefined
      return message(405, 'This address can only be read.', { allow: 'GET, HEAD' })
    }
    if (url.pathname === HEALTH) return new Response('ok\n')
    const live = liveFiles?.(context)
    if (live) return live
    try {
      if (isPagePath(url.pathname)) return await page()
      const file = (await app).files.get(url.pathname)
      const isDemo = url.pathname.startsWith('/demos/')
      if (file) return serveFile(file, request.headers, isDemo ? DEMO_HEADERS : SECURITY_HEADERS)
    } catch {
      return message(500, 'The web app could not be built: the server log says why.')
    }
    const other = await staticFiles?.(url, request.headers)
    if (other || isRestElsewhere) return other
    return message(404, 'There is nothing at this address.')
  }
}

/** Says whether the server lives. */
const HEALTH = '/healthz'

/** Addresses of the page; a star stands for exactly one name. */
const PAGE_PATHS = [
  '/',
  '/r/*',
  '/tv',
  '/cast',
  '/check',
  '/trust',
  '/recordings',
  '/live/*',
  '/login',
  '/register',
  '/reset/*',
  '/administrator/*',
  '/people',
  '/people/*',
  '/calls',
  '/calls/*',
  '/rooms',
  '/recordings',
  '/live/*',
  '/settings',
  '/admin',
]

/** What the pages need to work: these addresses and, of trees, all that is below them. */
export const PAGE_ADDRESSES: readonly { path: string; isTree: boolean }[] = [
  HEALTH,
  '/sw.js',
  '/assets/*',
  ...PAGE_PATHS.filter((path) => path !== '/'),
].map((path) => ({ path: path.replace('/*', ''), isTree: path.endsWith('/*') }))

const PAGE_PATTERNS = PAGE_PATHS.map((path) => new RegExp(`^${path.replace('*', '[^/]+')}$`))

/**
 * Whether this path is for devices that don't trust the certificate yet: a page that says how they
 * can, and what it needs.
 */
export function isForStrangers(path: string): boolean {
  return path === '/trust' || path.startsWith('/assets/') || ICONS.has(path)
}

const ICONS: ReadonlySet<string> = new Set([
  '/favicon.svg',
  '/apple-touch-icon.png',
  '/manifest.webmanifest',
])

function isPagePath(path: string): boolean {
  return PAGE_PATTERNS.some((pattern) => pattern.test(path))
}

function message(status: number, text: string, headers: Record<string, string> = {}): Response {
  const lines = [
    '<!doctype html>',
    '<html lang="en">',
    '<meta name="viewport" content="width=device-width">',
    '<meta name="color-scheme" content="light dark">',
    '<title>Duet</title>',
    `<h1>${text}</h1>`,
    '<p><a href="/">Duet</a></p>',
    '',
  ]
  return new Response(lines.join('\n'), { status, headers: { ...HTML, ...headers } })
}

function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(String).join('; ')
  return messageOf(error)
}
