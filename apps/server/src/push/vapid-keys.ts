import { createECDH } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '@duet/base'
import { writePrivateFile } from '../data-directory.ts'
import { StartError } from '../start-error.ts'

/** What proves to push services that messages come from this server (RFC 8292); base64url. */
export interface VapidKeys {
  /** An uncompressed P-256 point: 65 bytes. Browsers subscribe with it. */
  publicKey: string
  /** 32 bytes. */
  privateKey: string
}

const PUBLIC_BYTES = 65
const PRIVATE_BYTES = 32

/** Reads `push-keys.json` of the data directory, or makes it. Throws a StartError. */
export function loadVapidKeys(dataDirectory: string): VapidKeys {
  const path = join(dataDirectory, 'push-keys.json')
  try {
    if (!existsSync(path)) {
      writePrivateFile(path, `${JSON.stringify(makeKeys(), null, 2)}\n`)
    }
    const keys = keysIn(readFileSync(path, 'utf8'))
    chmodSync(path, 0o600)
    return keys
  } catch (error) {
    throw new StartError(
      'bad-secret',
      `The push keys ${path} can't be used (${messageOf(error)}): delete the file to get new ` +
        'ones; people then turn on ringing with closed pages again.',
      { cause: error },
    )
  }
}

function makeKeys(): VapidKeys {
  const pair = createECDH('prime256v1')
  const publicKey = pair.generateKeys('base64url')
  // One in 256 begins with a zero, which is left out.
  const privateKey = pair.getPrivateKey('hex').padStart(2 * PRIVATE_BYTES, '0')
  return { publicKey, privateKey: Buffer.from(privateKey, 'hex').toString('base64url') }
}

function keysIn(text: string): VapidKeys {
  const { publicKey, privateKey } = JSON.parse(text) as Partial<VapidKeys>
  if (!isOfLength(publicKey, PUBLIC_BYTES) || !isOfLength(privateKey, PRIVATE_BYTES)) {
    throw new Error('it does not hold a pair of P-256 keys')
  }
  return { publicKey, privateKey }
}

function isOfLength(text: unknown, bytes: number): text is string {
  return typeof text === 'string' && Buffer.from(text, 'base64url').length === bytes
}
