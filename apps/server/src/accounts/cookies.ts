/** Names a login. The prefix binds a cookie to this very host, over HTTPS (RFC 6265bis §4.1.3.2). */
export const LOGIN_COOKIE = '__Host-duet'

/** Names a device that logged in before, for the throttle of guesses. */
export const DEVICE_COOKIE = '__Host-duet-device'

/** The value of a cookie that the request carries. */
export function readCookie(headers: Headers, name: string): string | undefined {
  const pairs = headers.get('cookie')?.split(';') ?? []
  const pair = pairs.map((text) => text.trim()).find((text) => text.startsWith(`${name}=`))
  return pair?.slice(name.length + 1)
}

/** A `Set-Cookie` that keeps a value for so many milliseconds; 0 takes it away. */
export function cookieHeader(name: string, value: string, lifeMs: number): string {
  const seconds = Math.floor(lifeMs / 1000)
  return `${name}=${value}; Max-Age=${seconds}; Path=/; HttpOnly; Secure; SameSite=Lax`
}
