import type { Clock } from '@duet/base'
import type { DtlsContext } from './dtls.ts'
import { freeIdentity, makeIdentity } from './identity.ts'
import { OpensslContext } from './openssl-context.ts'
import { loadOpenSsl } from './openssl.ts'

/**
 * A context with a new certificate of its own. Throws a DuetError: `no-openssl` where OpenSSL 3
 * is not installed, `openssl-refused` where it is set up so that it can't be used.
 */
export function createDtlsContext(options: { clock: Clock }): DtlsContext {
  const { clock } = options
  const openssl = loadOpenSsl()
  const identity = makeIdentity(openssl, clock)
  try {
    return new OpensslContext({ clock, openssl, identity })
  } finally {
    // The context has references of its own.
    freeIdentity(openssl, identity)
  }
}
