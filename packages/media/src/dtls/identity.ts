import type { Clock } from '@duet/base'
import { cString, made, succeeded, type Handle, type OpenSsl } from './openssl.ts'

/** A certificate and the key that signs for it. Whoever made them frees them. */
export interface Identity {
  certificate: Handle
  key: Handle
}

/** From `openssl/obj_mac.h` and `openssl/asn1.h`. */
const EVP_PKEY_EC = 408
const NID_X9_62_PRIME256V1 = 415
const MBSTRING_ASC = 0x1001
const X509_VERSION_3 = 2n

const DAY_SECONDS = 86_400

/** Browsers say the same of theirs. */
const COMMON_NAME = 'WebRTC'

/** Makes a key and a certificate that it signs itself, good for a year. */
export function makeIdentity(openssl: OpenSsl, clock: Clock): Identity {
  const key = makeKey(openssl)
  try {
    return { certificate: makeCertificate(openssl, clock, key), key }
  } catch (error) {
    openssl.EVP_PKEY_free(key)
    throw error
  }
}

export function freeIdentity(openssl: OpenSsl, identity: Identity): void {
  openssl.X509_free(identity.certificate)
  openssl.EVP_PKEY_free(identity.key)
}

/** A certificate for `key`, which signs it. */
export function makeCertificate(openssl: OpenSsl, clock: Clock, key: Handle): Handle {
  const certificate = made(openssl, openssl.X509_new(), 'a certificate')
  const name = openssl.X509_get_subject_name(certificate)
  const now = Math.floor(clock.now() / 1000)
  const serial = crypto.getRandomValues(new BigUint64Array(1))[0]! >> 1n
  openssl.X509_set_version(certificate, X509_VERSION_3)
  openssl.ASN1_INTEGER_set_uint64(openssl.X509_get_serialNumber(certificate), serial)
  openssl.ASN1_TIME_set(openssl.X509_getm_notBefore(certificate), now - DAY_SECONDS)
  openssl.ASN1_TIME_set(openssl.X509_getm_notAfter(certificate), now + 365 * DAY_SECONDS)
  const [field, value] = [cString('CN'), cString(COMMON_NAME)]
  openssl.X509_NAME_add_entry_by_txt(name, field, MBSTRING_ASC, value, -1, -1, 0)
  openssl.X509_set_issuer_name(certificate, name)
  openssl.X509_set_pubkey(certificate, key)
  // The last step: it fails when one of those before left something out.
  if (openssl.X509_sign(certificate, key, openssl.EVP_sha256()) > 0) return certificate
  openssl.X509_free(certificate)
  return made(openssl, null, 'a certificate')
}

function makeKey(openssl: OpenSsl): Handle {
  const context = made(openssl, openssl.EVP_PKEY_CTX_new_id(EVP_PKEY_EC, null), 'a key')
  try {
    const key = new BigUint64Array(1)
    succeeded(
      openssl,
      openssl.EVP_PKEY_keygen_init(context) > 0 &&
        openssl.EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_PRIME256V1) > 0 &&
        openssl.EVP_PKEY_keygen(context, key) > 0,
      'a key',
    )
    return key[0]!
  } finally {
    openssl.EVP_PKEY_CTX_free(context)
  }
}
