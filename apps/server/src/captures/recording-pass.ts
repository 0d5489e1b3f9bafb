import { readCookie } from '../accounts/cookies.ts'
import { PASS_MS } from './limits.ts'
import { parseRecordingKey, type RecordingKey } from './recording-key.ts'

/** Carries the key of a recording where a player or a download can show no header. */
const PASS_COOKIE = 'duet-recording'

/** A `Set-Cookie` that opens the files of one recording, and is sent nowhere else. */
export function passCookie({ id, key }: RecordingKey): string {
  const seconds = PASS_MS / 1000
  const path = `/api/recordings/${id}/files/`
  return `${PASS_COOKIE}=${id}.${key}; Max-Age=${seconds}; Path=${path}; HttpOnly; Secure; SameSite=Strict`
}

/** The key that such a cookie carries. */
export function readPass(headers: Headers): RecordingKey | undefined {
  return parseRecordingKey(readCookie(headers, PASS_COOKIE) ?? '')
}
