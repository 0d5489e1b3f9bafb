import { randomBytes, timingSafeEqual } from 'node:crypto'
import { digestOf, isToken, newToken } from '../accounts/token.ts'

const ID_BYTES = 16

/** What opens a recording: its id, and a key of which only the digest is kept. */
export interface RecordingKey {
  id: string
  key: string
}

/** Names a new recording; neither part can be guessed. */
export function newRecordingKey(): RecordingKey {
  return { id: randomBytes(ID_BYTES).toString('hex'), key: newToken() }
}

export function isRecordingId(text: string): boolean {
  return /^[\da-f]{32}$/.test(text)
}

/** Reads `id.key`; undefined for what is none. */
export function parseRecordingKey(text: string): RecordingKey | undefined {
  const [id = '', key = '', ...rest] = text.split('.')
  return rest.length === 0 && isRecordingId(id) && isToken(key) ? { id, key } : undefined
}

/** Whether this is the key of that digest: it takes as long whatever the answer is. */
export function isKeyOf(key: string, digest: string): boolean {
  const [one, other] = [Buffer.from(digestOf(key), 'hex'), Buffer.from(digest, 'hex')]
  return one.length === other.length && timingSafeEqual(one, other)
}
