import { JSCallback } from 'bun:ffi'
import { InvalidStateError, type Clock } from '@duet/base'
import type { SrtpProfile } from '../srtp/keys.ts'
import { OpensslAssociation } from './association.ts'
import type { DtlsAssociation, DtlsContext, DtlsOptions, Fingerprint } from './dtls.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Identity } from './identity.ts'
import type { Handle, OpenSsl } from './openssl.ts'
import { makeSslContext } from './ssl-context.ts'
import { SslSession } from './ssl-session.ts'
import type { DtlsRole } from './srtp-key-export.ts'

export interface OpensslContextOptions {
  clock: Clock
  openssl: OpenSsl
  /** Stays the caller's. */
  identity: Identity
  /** Best first; all that Duet knows unless given. */
  profiles?: readonly SrtpProfile[]
}

/** OpenSSL never gets to repeat anything by its own clock: µs, longer than any handshake. */
const NEVER_US = 3_600_000_000

/** A DTLS context that OpenSSL does the work for. */
export class OpensslContext implements DtlsContext {
  readonly fingerprint: Fingerprint
  readonly #options: OpensslContextOptions
  readonly #associations = new Map<Handle, OpensslAssociation>()
  readonly #verify: JSCallback
  readonly #timer: JSCallback
  readonly #context: Handle
  #isClosed = false

  /** Throws what OpenSSL says when it refuses a setting. */
  constructor(options: OpensslContextOptions) {
    const { openssl, identity } = options
    this.#options = options
    this.fingerprint = fingerprintOf(openssl, identity.certificate)
    this.#verify = new JSCallback((store: Handle) => this.#handleVerify(store), {
      args: ['ptr', 'ptr'],
      returns: 'int',
    })
    this.#timer = new JSCallback(() => NEVER_US, { args: ['ptr', 'u32'], returns: 'u32' })
    this.#context = makeSslContext(openssl, { ...options, verify: this.#verify.ptr! })
  }

  accept(options: DtlsOptions): DtlsAssociation {
    return this.#open('passive', options)
  }

  connect(options: DtlsOptions): DtlsAssociation {
    const association = this.#open('active', options)
    association.start()
    return association
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    // Whoever is left would call functions that are gone.
    for (const association of this.#associations.values()) association.close()
    this.#options.openssl.SSL_CTX_free(this.#context)
    this.#verify.close()
    this.#timer.close()
  }

  #open(role: DtlsRole, options: DtlsOptions): OpensslAssociation {
    if (this.#isClosed) throw new InvalidStateError('The DTLS context is closed.')
    const { openssl, clock } = this.#options
    const timer = this.#timer.ptr!
    const session = new SslSession(openssl, { context: this.#context, timer, role })
    const association = new OpensslAssociation({
      ...options,
      openssl,
      clock,
      session,
      onReleased: ({ handle }) => this.#associations.delete(handle),
    })
    this.#associations.set(session.handle, association)
    return association
  }

  /** Returns 1 for a certificate that may go on. An error must not go through OpenSSL. */
  #handleVerify(store: Handle): number {
    try {
      return this.#mayGoOn(store) ? 1 : 0
    } catch {
      return 0
    }
  }

  #mayGoOn(store: Handle): boolean {
    const { openssl } = this.#options
    const index = openssl.SSL_get_ex_data_X509_STORE_CTX_idx()
    const handle = openssl.X509_STORE_CTX_get_ex_data(store, index)
    const certificate = openssl.X509_STORE_CTX_get0_cert(store)
    if (handle === null || certificate === null) return false
    return this.#associations.get(handle)?.checkCertificate(certificate) ?? false
  }
}
