import { dlopen, FFIType } from 'bun:ffi'

/** An address in memory that is not JavaScript's, or that `ptr` gave. */
export type Address = number

/** What is used of OpenSSL 3's `libcrypto`. Functions return 1 for success. */
export interface LibCrypto {
  EVP_CIPHER_fetch(library: null, name: Uint8Array, properties: null): Address | null
  EVP_CIPHER_CTX_new(): Address | null
  EVP_CIPHER_CTX_free(context: Address): void
  EVP_CipherInit_ex(
    context: Address,
    cipher: Address | null,
    engine: null,
    key: Uint8Array | null,
    iv: Address | null,
    isEncrypting: number,
  ): number
  EVP_EncryptInit_ex(context: Address, cipher: null, engine: null, key: null, iv: Address): number
  EVP_EncryptUpdate(
    context: Address,
    out: Address | null,
    outSize: Address,
    input: Address,
    size: number,
  ): number
  EVP_EncryptFinal_ex(context: Address, out: Address, outSize: Address): number
  EVP_DecryptInit_ex(context: Address, cipher: null, engine: null, key: null, iv: Address): number
  EVP_DecryptUpdate(
    context: Address,
    out: Address | null,
    outSize: Address,
    input: Address,
    size: number,
  ): number
  EVP_DecryptFinal_ex(context: Address, out: Address, outSize: Address): number
  EVP_CIPHER_CTX_get_params(context: Address, params: Address): number
  EVP_CIPHER_CTX_set_params(context: Address, params: Address): number
  SHA1_Init(context: Address): number
  SHA1_Update(context: Address, data: Address, size: number): number
  SHA1_Final(digest: Address, context: Address): number
}

const NAMES = ['libcrypto.so.3', 'libcrypto.3.dylib']
const { ptr, i32, u64 } = FFIType
const init = { args: [ptr, ptr, ptr, ptr, ptr], returns: i32 }
const update = { args: [ptr, ptr, ptr, ptr, i32], returns: i32 }
const final = { args: [ptr, ptr, ptr], returns: i32 }
const params = { args: [ptr, ptr], returns: i32 }
const SYMBOLS = {
  EVP_CIPHER_fetch: { args: [ptr, ptr, ptr], returns: ptr },
  EVP_CIPHER_CTX_new: { args: [], returns: ptr },
  EVP_CIPHER_CTX_free: { args: [ptr], returns: FFIType.void },
  EVP_CipherInit_ex: { args: [ptr, ptr, ptr, ptr, ptr, i32], returns: i32 },
  EVP_EncryptInit_ex: init,
  EVP_EncryptUpdate: update,
  EVP_EncryptFinal_ex: final,
  EVP_DecryptInit_ex: init,
  EVP_DecryptUpdate: update,
  EVP_DecryptFinal_ex: final,
  EVP_CIPHER_CTX_get_params: params,
  EVP_CIPHER_CTX_set_params: params,
  SHA1_Init: { args: [ptr], returns: i32 },
  SHA1_Update: { args: [ptr, ptr, u64], returns: i32 },
  SHA1_Final: { args: [ptr, ptr], returns: i32 },
} as const

let loaded: LibCrypto | 'missing' | undefined

/** OpenSSL 3's `libcrypto`, loaded once; undefined where it is not installed. */
export function loadLibCrypto(): LibCrypto | undefined {
  loaded ??= tryToLoad()
  return loaded === 'missing' ? undefined : loaded
}

function tryToLoad(): LibCrypto | 'missing' {
  for (const name of NAMES) {
    try {
      return dlopen(name, SYMBOLS).symbols as unknown as LibCrypto
    } catch {
      // The next name, or none: then there is another engine.
    }
  }
  return 'missing'
}
