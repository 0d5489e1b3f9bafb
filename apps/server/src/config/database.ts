import type { ValueType } from './value-types.ts'

/** How a URL may begin, and what it becomes. */
const SCHEMES = new Map([
  ['postgres:', 'postgres:'],
  ['postgresql:', 'postgres:'],
  ['mysql:', 'mysql:'],
  ['mariadb:', 'mysql:'],
])

/** `sqlite`, or the URL of a database on a server as `postgres://…` or `mysql://…`. */
export const database: ValueType<string> = {
  name: 'sqlite or URL',
  parse(text) {
    if (text === 'sqlite') return { value: text }
    const url = URL.parse(text)
    const scheme = SCHEMES.get(url?.protocol ?? '')
    if (!url || scheme === undefined) {
      return { problem: 'is not "sqlite" or a URL like postgres://user:password@host/database' }
    }
    if (url.hostname === '') return { problem: 'names no host' }
    if (url.pathname.length < 2) return { problem: 'names no database behind the host' }
    return { value: scheme + text.slice(text.indexOf(':') + 1) }
  },
  // A password may stand anywhere in it.
  shown: (text) => (/^[\w-]*$/.test(text) ? text : `${/^\w*/.exec(text)?.[0]}:…`),
}
