import { messageOf, type Logger } from '@duet/base'
import { AccountError, type AccountErrorCode } from '../../accounts/account-error.ts'
import type { Accounts } from '../../accounts/accounts.ts'
import type { Identify, Identity } from '../../accounts/identity.ts'
import type { Logins, SignedIn } from '../../accounts/logins.ts'
import { isForeign, isOwn } from '../../accounts/own-origin.ts'
import { clientOf, loginCookies, NO_LOGIN_COOKIE } from '../../accounts/browser.ts'
import type { HttpRoute, RequestContext } from '../../front/socket.ts'
import { StoreError, type StoreErrorCode } from '../../store/store-error.ts'
import { readCredentials, wantsJson } from './credentials.ts'
import { PREFIX } from './paths.ts'

/** What logging in stands on. */
export interface EntranceServices {
  identify: Identify
  accounts: Pick<Accounts, 'register' | 'logIn'>
  logins: Pick<Logins, 'end'>
  logger: Logger
}

/** Pages of Duet that take the place of pages of this dialect. */
const LOGIN_PAGE = '/login'
const HOME_PAGE = '/people'
const ADMIN_PAGE = '/admin'

/** Why nobody was logged in; `error` of the address that a form leads back to. */
type Problem = AccountErrorCode | StoreErrorCode | 'bad-field' | 'foreign-origin' | 'internal'

const SENTENCES: Record<Problem, string> = {
  'wrong-credentials': 'Name and password do not fit together.',
  'bad-user-name': 'This name can’t be used.',
  'weak-password': 'The password needs at least 8 characters and must not be the name.',
  'registration-closed': 'Nobody can register here without an invitation.',
  'used-up': 'This link was used already, or is too old.',
  'not-allowed': 'This is not allowed.',
  'not-found': 'There is no such account.',
  'rate-limited': 'Too many tries. Wait a while.',
  busy: 'The server is busy. Try again.',
  unavailable: 'The server can’t do this now. Try again later.',
  'name-taken': 'This name is taken.',
  'bad-field': 'Name and password are needed.',
  'foreign-origin': 'This page may not log in here.',
  internal: 'The server failed. Try again.',
}

const NO_STORE = { 'cache-control': 'no-store' }

type Handle = (context: RequestContext, request: Request) => Response | Promise<Response>

/** Answers below `/webrtc`: the same accounts as everywhere, in this dialect's words. */
export function createEntrance(services: EntranceServices): HttpRoute['respond'] {
  const routes = new Map<string, Handle>([
    ['GET /login', ({ url }) => redirect(302, `${LOGIN_PAGE}${url.search}`)],
    ['POST /login', (context, request) => enter('login', services, { context, request })],
    ['POST /register', (context, request) => enter('register', services, { context, request })],
    ['POST /logout', (context, request) => leave(services, context, request)],
    ['GET /in', async (context) => goHome(await whoIs(services, context))],
    ['GET /wss', () => plain(426, 'This address speaks WebSocket.', { upgrade: 'websocket' })],
    ['GET /admin', async (context) => goToAdmin(await whoIs(services, context))],
  ])
  const paths = new Map<string, string[]>()
  for (const route of routes.keys()) {
    const [method = '', path = ''] = route.split(' ')
    paths.set(path, [...(paths.get(path) ?? []), method])
  }
  return async (context, request) => {
    const path = context.url.pathname.slice(PREFIX.length)
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const handle = routes.get(`${method} ${path}`)
    if (handle) return withoutStore(await handle(context, request))
    const methods = paths.get(path)
    if (!methods) return plain(404, 'There is nothing at this address.')
    return plain(405, 'This address knows other methods.', { allow: methods.join(', ') })
  }
}

async function enter(
  way: 'login' | 'register',
  { accounts, logger }: EntranceServices,
  { context, request }: { context: RequestContext; request: Request },
): Promise<Response> {
  if (!mayPost(context)) return plain(403, SENTENCES['foreign-origin'])
  const credentials = await readCredentials(request)
  if (!credentials) return plain(415, 'Send a form or JSON.')
  const { isJson, username, password } = credentials
  if (username === undefined || password === undefined) return refused(isJson, 'bad-field')
  const client = clientOf(context)
  try {
    const signedIn =
      way === 'login'
        ? await accounts.logIn(username, password, client)
        : await accounts.register({ name: username, password }, client)
    return entered(isJson, signedIn)
  } catch (error) {
    return refused(isJson, problemOf(error, logger))
  }
}

function entered(isJson: boolean, signedIn: SignedIn): Response {
  const { id, name } = signedIn.user
  const response = isJson
    ? Response.json({ code: 0, message: 'You are logged in.', data: { id, username: name } })
    : redirect(303, `${PREFIX}/in`)
  for (const cookie of loginCookies(signedIn)) response.headers.append('set-cookie', cookie)
  return response
}

function refused(isJson: boolean, problem: Problem): Response {
  if (!isJson) return redirect(303, `${PREFIX}/login?error=${problem}`)
  return Response.json({ code: 1, message: SENTENCES[problem] })
}

async function leave(
  services: EntranceServices,
  context: RequestContext,
  request: Request,
): Promise<Response> {
  if (!mayPost(context)) return plain(403, SENTENCES['foreign-origin'])
  const identity = await whoIs(services, context)
  if (identity instanceof Response) return identity
  if (identity) await services.logins.end(identity.user.id, identity.loginId)
  const response = wantsJson(request)
    ? Response.json({ code: 0, message: 'You are logged out.', data: null })
    : redirect(303, `${PREFIX}/login`)
  response.headers.append('set-cookie', NO_LOGIN_COOKIE)
  return response
}

function goHome(identity: Identity | Response | undefined): Response {
  if (identity instanceof Response) return identity
  return redirect(302, identity ? HOME_PAGE : `${PREFIX}/login`)
}

function goToAdmin(identity: Identity | Response | undefined): Response {
  if (identity instanceof Response) return identity
  return redirect(302, identity?.user.isAdministrator ? ADMIN_PAGE : `${PREFIX}/login`)
}

/** Who asks; nobody, or an answer when that can't be known. */
async function whoIs(
  { identify, logger }: EntranceServices,
  context: RequestContext,
): Promise<Identity | Response | undefined> {
  try {
    return await identify(context)
  } catch (error) {
    logger.warn('a login could not be judged', { error: messageOf(error) })
    return plain(503, SENTENCES.unavailable)
  }
}

/**
 * Whether a post is one of our own pages', or of no page at all: browsers name the origin of each
 * post (Fetch §3.2), and whoever brings no cookie takes nobody's login.
 */
function mayPost(context: RequestContext): boolean {
  if (isOwn(context)) return true
  const { headers } = context
  const isOfPage = ['cookie', 'sec-fetch-site', 'referer'].some((name) => headers.has(name))
  return !isForeign(context) && !isOfPage
}

function problemOf(error: unknown, logger: Logger): Problem {
  if (error instanceof AccountError) return error.code
  if (error instanceof StoreError) return error.code
  logger.error('somebody could not be logged in', { error: messageOf(error) })
  return 'internal'
}

function redirect(status: 302 | 303, location: string): Response {
  return new Response(null, { status, headers: { location } })
}

function plain(status: number, sentence: string, headers: Record<string, string> = {}): Response {
  return new Response(`${sentence}\n`, {
    status,
    headers: { ...NO_STORE, 'content-type': 'text/plain; charset=utf-8', ...headers },
  })
}

/** What depends on who asks is kept nowhere. */
function withoutStore(response: Response): Response {
  response.headers.set('cache-control', 'no-store')
  return response
}
