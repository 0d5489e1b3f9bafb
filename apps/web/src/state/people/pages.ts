import { API_CODES, type ApiFault } from '../../i18n/api-sentences.ts'

/** A page of accounts, with what its address says. */
export type AccountPage =
  | { name: 'login' }
  | { name: 'register'; invitation: string | null }
  | { name: 'reset'; token: string }
  | { name: 'administrator'; token: string }
  | { name: 'people' }
  /** `with`: the name of a user; null: everyone. */
  | { name: 'conversation'; with: string | null }
  | { name: 'calls' }
  | { name: 'call'; id: string }
  | { name: 'rooms' }
  | { name: 'settings' }
  | { name: 'admin' }
  | { name: 'lost' }

/** An address of this site, without its origin. */
export interface Place {
  pathname: string
  search: string
}

/** What stands for all people in an address. */
const EVERYONE = 'everyone'

/** The page at an address; undefined where that belongs to no account page. */
export function pageAt({ pathname, search }: Place): AccountPage | undefined {
  const [, first, second, ...more] = pathname.split('/')
  const rest = second === undefined || second === '' ? undefined : decode(second)
  if (more.some((part) => part !== '')) return undefined
  switch (first) {
    case 'login':
    case 'rooms':
    case 'settings':
    case 'admin':
      return rest === undefined ? { name: first } : undefined
    case 'register':
      return rest === undefined
        ? { name: 'register', invitation: new URLSearchParams(search).get('invitation') }
        : undefined
    case 'reset':
    case 'administrator':
      return rest === undefined ? { name: 'lost' } : { name: first, token: rest }
    case 'people':
      return rest === undefined ? { name: 'people' } : { name: 'conversation', with: nameOf(rest) }
    case 'calls':
      return rest === undefined ? { name: 'calls' } : { name: 'call', id: rest }
    default:
      return undefined
  }
}

/** The address of the conversation with a user; null: with everyone. */
export function conversationPath(name: string | null): string {
  if (name === null) return `/people/${EVERYONE}`
  // A user may be called that. No name begins with `@`.
  return `/people/${name === EVERYONE ? '@' : ''}${encodeURIComponent(name)}`
}

/** Whether this page is for those who are logged in only. */
export function needsLogin({ name }: AccountPage): boolean {
  return !['login', 'register', 'reset', 'administrator'].includes(name)
}

/** Where to log in, so that one comes back to `place` after. */
export function loginPath({ pathname, search }: Place): string {
  const next = `${pathname}${search}`
  return next === '/people' ? '/login' : `/login?next=${encodeURIComponent(next)}`
}

/** Where to go after the login: an account page of our own, never another site. */
export function pathAfterLogin({ search }: Place): string {
  const next = new URLSearchParams(search).get('next') ?? ''
  const here = 'https://here.invalid'
  if (!next.startsWith('/') || !URL.canParse(next, here)) return '/people'
  const url = new URL(next, here)
  const page = url.origin === here ? pageAt(url) : undefined
  if (!page || !needsLogin(page)) return '/people'
  return `${url.pathname}${url.search}`
}

/** Why a form of an older page led back to the login; null: it did not, or nobody knows why. */
export function loginFault({ search }: Place): ApiFault | null {
  const written = new URLSearchParams(search).get('error')
  const code = API_CODES.find((known) => known === (written === 'busy' ? 'unavailable' : written))
  return code ? { code } : null
}

function nameOf(part: string): string | null {
  if (part === EVERYONE) return null
  return part.startsWith('@') ? part.slice(1) : part
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
