import { CString, dlopen, type Library, type Pointer } from 'bun:ffi'
import { DuetError } from '@duet/base'

/** The address of something that OpenSSL made. */
export type Handle = Pointer | bigint

const CRYPTO_SYMBOLS = {
  ASN1_INTEGER_set_uint64: { args: ['ptr', 'u64'], returns: 'int' },
  ASN1_TIME_set: { args: ['ptr', 'i64'], returns: 'ptr' },
  BIO_ctrl_pending: { args: ['ptr'], returns: 'u64' },
  BIO_free: { args: ['ptr'], returns: 'int' },
  BIO_new: { args: ['ptr'], returns: 'ptr' },
  BIO_read: { args: ['ptr', 'ptr', 'int'], returns: 'int' },
  BIO_s_mem: { args: [], returns: 'ptr' },
  BIO_write: { args: ['ptr', 'ptr', 'int'], returns: 'int' },
  ERR_clear_error: { args: [], returns: 'void' },
  ERR_peek_last_error: { args: [], returns: 'u64' },
  ERR_reason_error_string: { args: ['u64'], returns: 'ptr' },
  EVP_PKEY_CTX_free: { args: ['ptr'], returns: 'void' },
  EVP_PKEY_CTX_new_id: { args: ['int', 'ptr'], returns: 'ptr' },
  EVP_PKEY_CTX_set_ec_paramgen_curve_nid: { args: ['ptr', 'int'], returns: 'int' },
  EVP_PKEY_free: { args: ['ptr'], returns: 'void' },
  EVP_PKEY_keygen: { args: ['ptr', 'ptr'], returns: 'int' },
  EVP_PKEY_keygen_init: { args: ['ptr'], returns: 'int' },
  EVP_sha256: { args: [], returns: 'ptr' },
  EVP_sha384: { args: [], returns: 'ptr' },
  EVP_sha512: { args: [], returns: 'ptr' },
  X509_NAME_add_entry_by_txt: {
    args: ['ptr', 'ptr', 'int', 'ptr', 'int', 'int', 'int'],
    returns: 'int',
  },
  X509_STORE_CTX_get0_cert: { args: ['ptr'], returns: 'ptr' },
  X509_STORE_CTX_get_ex_data: { args: ['ptr', 'int'], returns: 'ptr' },
  X509_digest: { args: ['ptr', 'ptr', 'ptr', 'ptr'], returns: 'int' },
  X509_free: { args: ['ptr'], returns: 'void' },
  X509_get_serialNumber: { args: ['ptr'], returns: 'ptr' },
  X509_get_subject_name: { args: ['ptr'], returns: 'ptr' },
  X509_getm_notAfter: { args: ['ptr'], returns: 'ptr' },
  X509_getm_notBefore: { args: ['ptr'], returns: 'ptr' },
  X509_new: { args: [], returns: 'ptr' },
  X509_set_issuer_name: { args: ['ptr', 'ptr'], returns: 'int' },
  X509_set_pubkey: { args: ['ptr', 'ptr'], returns: 'int' },
  X509_set_version: { args: ['ptr', 'i64'], returns: 'int' },
  X509_sign: { args: ['ptr', 'ptr', 'ptr'], returns: 'int' },
} as const

const SSL_SYMBOLS = {
  DTLS_method: { args: [], returns: 'ptr' },
  DTLS_set_timer_cb: { args: ['ptr', 'ptr'], returns: 'void' },
  SSL_CIPHER_get_name: { args: ['ptr'], returns: 'ptr' },
  SSL_CTX_ctrl: { args: ['ptr', 'int', 'i64', 'ptr'], returns: 'i64' },
  SSL_CTX_free: { args: ['ptr'], returns: 'void' },
  SSL_CTX_new: { args: ['ptr'], returns: 'ptr' },
  SSL_CTX_set_cert_verify_callback: { args: ['ptr', 'ptr', 'ptr'], returns: 'void' },
  SSL_CTX_set_cipher_list: { args: ['ptr', 'ptr'], returns: 'int' },
  SSL_CTX_set_options: { args: ['ptr', 'u64'], returns: 'u64' },
  SSL_CTX_set_tlsext_use_srtp: { args: ['ptr', 'ptr'], returns: 'int' },
  SSL_CTX_set_verify: { args: ['ptr', 'int', 'ptr'], returns: 'void' },
  SSL_CTX_use_PrivateKey: { args: ['ptr', 'ptr'], returns: 'int' },
  SSL_CTX_use_certificate: { args: ['ptr', 'ptr'], returns: 'int' },
  SSL_alloc_buffers: { args: ['ptr'], returns: 'int' },
  SSL_ctrl: { args: ['ptr', 'int', 'i64', 'ptr'], returns: 'i64' },
  SSL_do_handshake: { args: ['ptr'], returns: 'int' },
  SSL_export_keying_material: {
    args: ['ptr', 'ptr', 'u64', 'ptr', 'u64', 'ptr', 'u64', 'int'],
    returns: 'int',
  },
  SSL_free: { args: ['ptr'], returns: 'void' },
  SSL_free_buffers: { args: ['ptr'], returns: 'int' },
  SSL_get_current_cipher: { args: ['ptr'], returns: 'ptr' },
  SSL_get_error: { args: ['ptr', 'int'], returns: 'int' },
  SSL_get_ex_data_X509_STORE_CTX_idx: { args: [], returns: 'int' },
  SSL_get_selected_srtp_profile: { args: ['ptr'], returns: 'ptr' },
  SSL_get_shutdown: { args: ['ptr'], returns: 'int' },
  SSL_new: { args: ['ptr'], returns: 'ptr' },
  SSL_read: { args: ['ptr', 'ptr', 'int'], returns: 'int' },
  SSL_set_accept_state: { args: ['ptr'], returns: 'void' },
  SSL_set_bio: { args: ['ptr', 'ptr', 'ptr'], returns: 'void' },
  SSL_set_connect_state: { args: ['ptr'], returns: 'void' },
  SSL_shutdown: { args: ['ptr'], returns: 'int' },
} as const

/** What is used of OpenSSL 3. */
export type OpenSsl = Library<typeof CRYPTO_SYMBOLS>['symbols'] &
  Library<typeof SSL_SYMBOLS>['symbols']

const LIBRARIES = { crypto: 'libcrypto.so.3', ssl: 'libssl.so.3' }

let loaded: OpenSsl | undefined

/** OpenSSL 3 of this machine, loaded once. Throws a DuetError `no-openssl`. */
export function loadOpenSsl(): OpenSsl {
  loaded ??= openOpenSsl(LIBRARIES)
  return loaded
}

/** OpenSSL from libraries of these names. Throws a DuetError `no-openssl`. */
export function openOpenSsl(libraries: typeof LIBRARIES): OpenSsl {
  try {
    return {
      ...dlopen(libraries.crypto, CRYPTO_SYMBOLS).symbols,
      ...dlopen(libraries.ssl, SSL_SYMBOLS).symbols,
    }
  } catch (cause) {
    throw new DuetError(
      'no-openssl',
      'The media server needs OpenSSL 3: install the Debian package libssl3, called libssl3t64 since Debian 13.',
      { cause },
    )
  }
}

/** A C string; must be kept while OpenSSL may read it. */
export function cString(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`)
}

/** Throws what OpenSSL says unless a call that makes something did so. */
export function made(openssl: OpenSsl, handle: Handle | null, what: string): Handle {
  if (handle === null) throw refusalOf(openssl, what)
  return handle
}

/** Throws what OpenSSL says unless a call succeeded. */
export function succeeded(openssl: OpenSsl, isDone: boolean, what: string): void {
  if (!isDone) throw refusalOf(openssl, what)
}

/** Why the last call failed, in OpenSSL's words; empties its queue of errors. */
export function takeReason(openssl: OpenSsl): string {
  const code = openssl.ERR_peek_last_error()
  openssl.ERR_clear_error()
  const reason = code === 0n ? null : openssl.ERR_reason_error_string(code)
  return reason === null ? 'OpenSSL gives no reason' : new CString(reason)
}

function refusalOf(openssl: OpenSsl, what: string): DuetError<'openssl-refused'> {
  return new DuetError('openssl-refused', `OpenSSL refuses ${what}: ${takeReason(openssl)}.`)
}
