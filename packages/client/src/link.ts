import { normalizeRoomName } from '@duet/protocol'

/** A room's address, taken apart or newly made. */
export interface RoomLink {
  room: string
  /** Proves to the other side that it has the same link; never reaches the server. */
  key: string | undefined
}

const CONSONANTS = 'bdfghjklmnprstvz'
const VOWELS = 'aeiou'

/** 16 x 5 x 16 x 5 x 16 ways: 16.6 bits a word, so four words are 66 bits. */
const WORDS = 4

/** 128 bits. */
const KEY_BYTES = 16

const MIN_KEY_LENGTH = 16

/** An unguessable name that can be read aloud, such as `lomek-tusav-nirop-kezad`. */
export function createRoomName(): string {
  return Array.from({ length: WORDS }, createWord).join('-')
}

/** A new room with a new key, and its whole address under `base` (an origin). */
export function createRoomLink(base: string): RoomLink & { key: string; url: string } {
  const room = createRoomName()
  const key = toBase64Url(crypto.getRandomValues(new Uint8Array(KEY_BYTES)))
  return { room, key, url: roomUrl(base, room, key) }
}

/** The address of a room under `base` (an origin); the key stands in the fragment. */
export function roomUrl(base: string, room: string, key?: string): string {
  const fragment = key === undefined ? '' : `#k=${encodeURIComponent(key)}`
  return `${base.replace(/\/$/, '')}/r/${encodeURIComponent(room)}${fragment}`
}

/** Reads `…/r/<room>#k=<key>`; null when it is no room's address. A key that is too short counts as none. */
export function parseRoomLink(href: string): RoomLink | null {
  if (!URL.canParse(href)) return null
  const url = new URL(href)
  const [, encoded] = /^\/r\/([^/]+)\/?$/.exec(url.pathname) ?? []
  if (encoded === undefined) return null
  const name = normalizeRoomName(decode(encoded))
  if (!name.ok) return null
  const key = new URLSearchParams(url.hash.slice(1)).get('k') ?? ''
  return { room: name.name, key: key.length >= MIN_KEY_LENGTH ? key : undefined }
}

function createWord(): string {
  return pick(CONSONANTS) + pick(VOWELS) + pick(CONSONANTS) + pick(VOWELS) + pick(CONSONANTS)
}

function pick(letters: string): string {
  // Bytes that would favour the first letters are drawn again.
  const fair = 256 - (256 % letters.length)
  for (;;) {
    const byte = crypto.getRandomValues(new Uint8Array(1))[0] ?? 0
    if (byte < fair) return letters.charAt(byte % letters.length)
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

/** Base64 for addresses (RFC 4648 §5), without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
}

/** The bytes of base64url text; throws on anything else. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
