import type { Description } from '@duet/protocol'
import { fromBase64Url, toBase64Url } from './link.ts'

const encoder = new TextEncoder()

/** AES-GCM's nonce (NIST SP 800-38D §8.2.2: random, 96 bits). */
const NONCE_BYTES = 12

interface Keys {
  mac: CryptoKey
  seal: CryptoKey
}

/**
 * What two people who hold the same link can prove and hide. Keys are derived from the
 * link's key and the room's name with HKDF-SHA-256 (RFC 5869), and never leave the page.
 */
export class Keyring {
  readonly #keys: Promise<Keys>

  constructor(linkKey: string, room: string) {
    this.#keys = deriveKeys(linkKey, room)
    // A failure is told to whoever uses the keys.
    this.#keys.catch(() => undefined)
  }

  /**
   * Proves that the maker of `description` holds the link: HMAC-SHA-256 (RFC 2104) over the
   * kind of description, its DTLS fingerprints (RFC 8122), and for an answer the offer's.
   */
  async sign(description: Description, offer: Description | null): Promise<string> {
    const { mac } = await this.#keys
    const text = statement(description, offer)
    return toBase64Url(new Uint8Array(await crypto.subtle.sign('HMAC', mac, text)))
  }

  /** True when `auth` is what a holder of the link would have made; a fingerprint is required. */
  async verify(
    description: Description,
    offer: Description | null,
    auth: string,
  ): Promise<boolean> {
    if (fingerprintsOf(description).length === 0) return false
    const { mac } = await this.#keys
    try {
      const proof = fromBase64Url(auth)
      return await crypto.subtle.verify('HMAC', mac, proof, statement(description, offer))
    } catch {
      return false
    }
  }

  /** Encrypts a chat line (AES-128-GCM): base64url of nonce and ciphertext. */
  async seal(text: string): Promise<string> {
    const { seal } = await this.#keys
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
    const ciphertext = await crypto.subtle.encrypt(
      { name: 'AES-GCM', iv },
      seal,
      encoder.encode(text),
    )
    const sealed = new Uint8Array(NONCE_BYTES + ciphertext.byteLength)
    sealed.set(iv)
    sealed.set(new Uint8Array(ciphertext), NONCE_BYTES)
    return toBase64Url(sealed)
  }

  /** Decrypts a chat line; null when it was not sealed with this link's key. */
  async open(body: string): Promise<string | null> {
    const { seal } = await this.#keys
    try {
      const sealed = fromBase64Url(body)
      const iv = sealed.subarray(0, NONCE_BYTES)
      const ciphertext = sealed.subarray(NONCE_BYTES)
      const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, seal, ciphertext)
      return new TextDecoder().decode(text)
    } catch {
      return null
    }
  }
}

/**
 * All fingerprints of a description, without repetition, in one order: whole lines, and every
 * line that a lenient parser could take for one (RFC 8122 §5).
 */
export function fingerprintsOf(description: Description): string[] {
  const lines = description.sdp.toLowerCase().split(/[\r\n]+/)
  return Array.from(new Set(lines.filter((line) => line.includes('fingerprint')))).sort()
}

function statement(description: Description, offer: Description | null): Uint8Array<ArrayBuffer> {
  const lines = [
    'duet.v1',
    description.type,
    fingerprintsOf(description).join(','),
    offer ? fingerprintsOf(offer).join(',') : '',
  ]
  return encoder.encode(lines.join('\n'))
}

async function deriveKeys(linkKey: string, room: string): Promise<Keys> {
  const secret = encoder.encode(linkKey)
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  const derive = (
    purpose: string,
    algorithm: HmacKeyGenParams | AesKeyGenParams,
    usages: KeyUsage[],
  ) => {
    const hkdf = {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: encoder.encode(room),
      info: encoder.encode(`duet.v1 ${purpose}`),
    }
    return crypto.subtle.deriveKey(hkdf, material, algorithm, false, usages)
  }
  const [mac, seal] = await Promise.all([
    derive('fingerprints', { name: 'HMAC', hash: 'SHA-256', length: 256 }, ['sign', 'verify']),
    derive('chat', { name: 'AES-GCM', length: 128 }, ['encrypt', 'decrypt']),
  ])
  return { mac, seal }
}
