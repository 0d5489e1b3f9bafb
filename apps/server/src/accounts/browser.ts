import { cookieHeader, DEVICE_COOKIE, LOGIN_COOKIE, readCookie } from './cookies.ts'
import { LOGIN_MS, type Client, type SignedIn } from './logins.ts'
import type { RequestContext } from '../front/socket.ts'

/** As long as browsers keep any cookie (RFC 6265bis §5.5), in milliseconds. */
const DEVICE_MS = 400 * 24 * 3_600_000

/** Takes the login away from the browser. */
export const NO_LOGIN_COOKIE = cookieHeader(LOGIN_COOKIE, '', 0)

/** From where a request logs in. */
export function clientOf({ headers, address }: RequestContext): Client {
  return {
    address,
    userAgent: headers.get('user-agent') ?? '',
    deviceMark: readCookie(headers, DEVICE_COOKIE),
  }
}

/** Lets the browser keep the login that it has for as long again. */
export function renewedCookies({ headers }: RequestContext): string[] {
  const token = readCookie(headers, LOGIN_COOKIE)
  return token === undefined ? [] : [cookieHeader(LOGIN_COOKIE, token, LOGIN_MS)]
}

/** What the browser keeps of a new login. */
export function loginCookies({ token, deviceMark }: SignedIn): string[] {
  return [
    cookieHeader(LOGIN_COOKIE, token, LOGIN_MS),
    cookieHeader(DEVICE_COOKIE, deviceMark, DEVICE_MS),
  ]
}
