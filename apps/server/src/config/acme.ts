import { isIP } from 'node:net'
import type { ValueType } from './value-types.ts'

/** Let's Encrypt's directories: the real one, and the one for trials. */
const DIRECTORIES: Readonly<Record<string, string>> = {
  letsencrypt: 'https://acme-v02.api.letsencrypt.org/directory',
  'letsencrypt-staging': 'https://acme-staging-v02.api.letsencrypt.org/directory',
}

/** RFC 1035 §2.3.4. */
const MAX_NAME_LENGTH = 253

/** The address of an ACME directory (RFC 8555 §7.1.1). */
export const acmeDirectory: ValueType<string> = {
  name: 'letsencrypt, letsencrypt-staging or URL',
  parse(text) {
    const url = DIRECTORIES[text] ?? text
    if (URL.parse(url)?.protocol === 'https:') return { value: url }
    return { problem: 'is not letsencrypt, letsencrypt-staging or a URL that begins with https://' }
  },
}

/** A name that a public authority can check: in lower case, and in ASCII (RFC 5891). */
export const domainName: ValueType<string> = {
  name: 'name',
  parse(text) {
    if (text.includes('*')) {
      return {
        problem: 'is a wildcard, which can’t be checked here: name each one, or use --tls-cert',
      }
    }
    const name = /[/:@?#\s]/.test(text) ? undefined : URL.parse(`http://${text}`)?.hostname
    const isName =
      name !== undefined &&
      isIP(name) === 0 &&
      name.length <= MAX_NAME_LENGTH &&
      /^([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z][a-z\d-]*[a-z\d]$/.test(name)
    return isName ? { value: name } : { problem: 'is not a name like duet.example.org' }
  },
}

/** Where mail goes. */
export const mailAddress: ValueType<string> = {
  name: 'mail address',
  parse(text) {
    if (/^[^\s@,?]+@[^\s@,?]+\.[^\s@,?]+$/.test(text)) return { value: text }
    return { problem: 'is not a mail address' }
  },
}
