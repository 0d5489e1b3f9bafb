import { createHash, createHmac } from 'node:crypto'
import { CAST_CODE_ALPHABET, CAST_CODE_LENGTH } from '@duet/protocol'
import type { CodeHolder } from '@duet/rules'

const BASE = BigInt(CAST_CODE_ALPHABET.length)

/**
 * T1: the code of the receiver that keeps `secret`: always the same, so that it outlives the
 * server, and not to be foreseen by anybody who has not the key.
 */
export function deriveCode(key: Buffer, secret: string): string {
  // 256 bits over 387 million codes: none comes noticeably more often than another.
  let rest = BigInt(`0x${createHmac('sha256', key).update(secret).digest('hex')}`)
  let code = ''
  while (code.length < CAST_CODE_LENGTH) {
    code += CAST_CODE_ALPHABET.charAt(Number(rest % BASE))
    rest /= BASE
  }
  return code
}

/** What the core knows a receiver by: no secret, and of no use for showing its code. */
export function holderOf(secret: string): CodeHolder {
  return createHash('sha256').update(secret).digest('base64url')
}
