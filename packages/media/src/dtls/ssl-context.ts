import { SRTP_PROFILES, type SrtpProfile } from '../srtp/keys.ts'
import type { Identity } from './identity.ts'
import { MAX_CERTIFICATE_BYTES } from './limits.ts'
import { cString, made, succeeded, type Handle, type OpenSsl } from './openssl.ts'

/** From `openssl/ssl.h`. */
const SSL_CTRL_SET_SESS_CACHE_MODE = 44
const SSL_CTRL_SET_MAX_CERT_LIST = 51
const SSL_CTRL_SET_GROUPS_LIST = 92
const SSL_CTRL_SET_SIGALGS_LIST = 98
const SSL_CTRL_SET_MIN_PROTO_VERSION = 123
const SSL_CTRL_SET_MAX_PROTO_VERSION = 124
const SSL_OP_NO_QUERY_MTU = 1n << 12n
const SSL_OP_NO_TICKET = 1n << 14n
const SSL_OP_NO_COMPRESSION = 1n << 17n
const SSL_OP_CIPHER_SERVER_PREFERENCE = 1n << 22n
const SSL_OP_NO_RENEGOTIATION = 1n << 30n
const SSL_SESS_CACHE_OFF = 0
const SSL_VERIFY_PEER = 1
const SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 2
const DTLS1_2_VERSION = 0xfefd

const OPTIONS =
  SSL_OP_NO_QUERY_MTU |
  SSL_OP_NO_TICKET |
  SSL_OP_NO_COMPRESSION |
  SSL_OP_CIPHER_SERVER_PREFERENCE |
  SSL_OP_NO_RENEGOTIATION

/** RFC 8827 §6.5 demands the first; all of them have forward secrecy and authenticate. */
const CIPHERS = 'ECDHE+AESGCM:ECDHE+CHACHA20'
const GROUPS = 'X25519:P-256'
const SIGNATURES = [
  'ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519',
  'RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512',
].join(':')

export interface SslContextOptions {
  identity: Identity
  /** A native function that judges the other side's certificate in place of OpenSSL. */
  verify: Handle
  /** Best first. */
  profiles?: readonly SrtpProfile[]
}

/** An `SSL_CTX` for DTLS-SRTP (RFC 5764); the caller frees it. Throws when OpenSSL refuses. */
export function makeSslContext(openssl: OpenSsl, options: SslContextOptions): Handle {
  const context = made(openssl, openssl.SSL_CTX_new(openssl.DTLS_method()), 'a context')
  try {
    configure(openssl, context, options)
    return context
  } catch (error) {
    openssl.SSL_CTX_free(context)
    throw error
  }
}

function configure(openssl: OpenSsl, context: Handle, options: SslContextOptions): void {
  const { identity, verify, profiles = SRTP_PROFILES } = options
  const set = (command: number, value: number) =>
    openssl.SSL_CTX_ctrl(context, command, value, null)
  const setText = (command: number, text: string, what: string) =>
    succeeded(openssl, Number(openssl.SSL_CTX_ctrl(context, command, 0, cString(text))) === 1, what)
  openssl.SSL_CTX_set_options(context, OPTIONS)
  set(SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_OFF)
  set(SSL_CTRL_SET_MAX_CERT_LIST, MAX_CERTIFICATE_BYTES)
  const isDtls12 =
    Number(set(SSL_CTRL_SET_MIN_PROTO_VERSION, DTLS1_2_VERSION)) === 1 &&
    Number(set(SSL_CTRL_SET_MAX_PROTO_VERSION, DTLS1_2_VERSION)) === 1
  succeeded(openssl, isDtls12, 'DTLS 1.2')
  setText(SSL_CTRL_SET_GROUPS_LIST, GROUPS, 'the groups')
  setText(SSL_CTRL_SET_SIGALGS_LIST, SIGNATURES, 'the signature algorithms')
  const hasCiphers = openssl.SSL_CTX_set_cipher_list(context, cString(CIPHERS)) === 1
  succeeded(openssl, hasCiphers, 'the cipher suites')
  // Returns 0 for success, unlike all others.
  const hasSrtp = openssl.SSL_CTX_set_tlsext_use_srtp(context, cString(profiles.join(':'))) === 0
  succeeded(openssl, hasSrtp, 'the SRTP profiles')
  const hasIdentity =
    openssl.SSL_CTX_use_certificate(context, identity.certificate) === 1 &&
    openssl.SSL_CTX_use_PrivateKey(context, identity.key) === 1
  succeeded(openssl, hasIdentity, 'the certificate')
  openssl.SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, null)
  openssl.SSL_CTX_set_cert_verify_callback(context, verify, null)
}
