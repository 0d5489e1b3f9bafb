import { CString, read } from 'bun:ffi'
import type { SrtpKeys } from '../srtp/keys.ts'
import { MAX_SENT_DATAGRAM_BYTES } from './limits.ts'
import { cString, made, takeReason, type Handle, type OpenSsl } from './openssl.ts'
import {
  exportSize,
  isSrtpProfile,
  splitExport,
  SRTP_EXPORT_LABEL,
  type DtlsRole,
} from './srtp-key-export.ts'

/** From `openssl/ssl.h`. */
const SSL_CTRL_SET_MTU = 17
const SSL_ERROR_WANT_READ = 2
const SSL_RECEIVED_SHUTDOWN = 2

/** RFC 7905 §2: a tag. */
const CHACHA20_OVERHEAD_BYTES = 16

/** RFC 5288 §3: a nonce and a tag. No other suite adds more. */
export const AES_GCM_OVERHEAD_BYTES = 24

const LABEL = cString(SRTP_EXPORT_LABEL)

/** waiting: for more from the other side. closed: by an alert of the other side. */
type SslStep = { kind: 'waiting' } | { kind: 'closed' | 'failed'; message: string }

/** Where what OpenSSL reads out lands; nothing stays here between two calls. */
const scratch = new Uint8Array(16_384)

/** One `SSL` of OpenSSL, which reads from and writes to memory. Not to be used after `free`. */
export class SslSession {
  readonly handle: Handle
  readonly #openssl: OpenSsl
  readonly #role: DtlsRole
  readonly #input: Handle
  readonly #output: Handle

  /** Throws what OpenSSL says when memory is short. `timer` tells it how long to wait. */
  constructor(openssl: OpenSsl, options: { context: Handle; timer: Handle; role: DtlsRole }) {
    const { context, timer, role } = options
    this.#openssl = openssl
    this.#role = role
    this.handle = made(openssl, openssl.SSL_new(context), 'an association')
    const input = openssl.BIO_new(openssl.BIO_s_mem())
    const output = openssl.BIO_new(openssl.BIO_s_mem())
    if (input === null || output === null) {
      openssl.BIO_free(input)
      openssl.BIO_free(output)
      openssl.SSL_free(this.handle)
    }
    this.#input = made(openssl, input, 'a buffer')
    this.#output = made(openssl, output, 'a buffer')
    openssl.SSL_set_bio(this.handle, this.#input, this.#output)
    openssl.SSL_ctrl(this.handle, SSL_CTRL_SET_MTU, MAX_SENT_DATAGRAM_BYTES, null)
    openssl.DTLS_set_timer_cb(this.handle, timer)
    if (role === 'active') openssl.SSL_set_connect_state(this.handle)
    else openssl.SSL_set_accept_state(this.handle)
  }

  /** Lays one record ready for the next `handshake` or `read`. */
  feed(record: Uint8Array): void {
    this.#openssl.BIO_write(this.#input, record, record.length)
  }

  /** Goes on with the handshake as far as what was fed reaches. */
  handshake(): SslStep | { kind: 'done' } {
    this.#openssl.ERR_clear_error()
    const result = this.#openssl.SSL_do_handshake(this.handle)
    return result === 1 ? { kind: 'done' } : this.#stepOf(result)
  }

  /** Takes in what was fed after the handshake; data of an application is thrown away. */
  read(): SslStep {
    this.#openssl.ERR_clear_error()
    for (;;) {
      const result = this.#openssl.SSL_read(this.handle, scratch, scratch.length)
      if (result > 0) continue
      const step = this.#stepOf(result)
      // Until the next record it can do without its buffers of 16 kB.
      if (step.kind === 'waiting') this.#openssl.SSL_free_buffers(this.handle)
      return step
    }
  }

  /** Says goodbye, if the other side has keys to understand it. */
  shutdown(): void {
    // It writes without looking whether `SSL_free_buffers` took its buffers away.
    if (this.#openssl.SSL_alloc_buffers(this.handle) !== 1) return
    this.#openssl.SSL_shutdown(this.handle)
    this.#openssl.ERR_clear_error()
  }

  /** The records that it wants to have sent. */
  takeOutput(): Uint8Array {
    const output = new Uint8Array(Number(this.#openssl.BIO_ctrl_pending(this.#output)))
    if (output.length > 0) this.#openssl.BIO_read(this.#output, output, output.length)
    return output
  }

  /** What encryption adds to the bytes of a record, once there are keys. */
  get overheadBytes(): number {
    const cipher = this.#openssl.SSL_get_current_cipher(this.handle)
    const name = this.#openssl.SSL_CIPHER_get_name(cipher)
    const isChaCha = name !== null && new CString(name).includes('CHACHA20')
    return isChaCha ? CHACHA20_OVERHEAD_BYTES : AES_GCM_OVERHEAD_BYTES
  }

  /** RFC 5764 §4.2. Undefined: the two have no profile in common. */
  exportSrtpKeys(): SrtpKeys | undefined {
    const selected = this.#openssl.SSL_get_selected_srtp_profile(this.handle)
    if (selected === null) return undefined
    const profile = new CString(read.ptr(selected))
    if (!isSrtpProfile(profile)) return undefined
    const exported = new Uint8Array(exportSize(profile))
    const isExported = this.#openssl.SSL_export_keying_material(
      this.handle,
      exported,
      exported.length,
      LABEL,
      SRTP_EXPORT_LABEL.length,
      null,
      0,
      0,
    )
    return isExported === 1 ? splitExport(exported, profile, this.#role) : undefined
  }

  /** Gives the memory back, that of its buffers as well. */
  free(): void {
    this.#openssl.SSL_free(this.handle)
  }

  #stepOf(result: number): SslStep {
    const isWaiting = this.#openssl.SSL_get_error(this.handle, result) === SSL_ERROR_WANT_READ
    const message = takeReason(this.#openssl)
    if (isWaiting) return { kind: 'waiting' }
    const hasGoodbye = (this.#openssl.SSL_get_shutdown(this.handle) & SSL_RECEIVED_SHUTDOWN) !== 0
    return { kind: hasGoodbye ? 'closed' : 'failed', message }
  }
}
