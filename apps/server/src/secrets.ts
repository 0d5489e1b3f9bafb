import { createHmac, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '@duet/base'
import { writePrivateFile } from './data-directory.ts'
import { StartError } from './start-error.ts'

const SECRET_BYTES = 32

type KeyPurpose =
  | 'turn credentials'
  | 'turn nonces'
  | 'device marks'
  | 'cast codes'
  | 'cast tokens'
  | 'media tokens'

/** Keys that outlive a restart, one for each use, all of them drawn from one secret file. */
export interface Secrets {
  /** A key of 32 bytes that serves this one purpose. */
  keyFor(purpose: KeyPurpose): Buffer
}

/** Reads the `secret` file of the data directory, or makes it. Throws a StartError. */
export function loadSecrets(dataDirectory: string): Secrets {
  const secret = readOrMake(join(dataDirectory, 'secret'))
  return { keyFor: (purpose) => createHmac('sha256', secret).update(purpose).digest() }
}

function readOrMake(path: string): Buffer {
  try {
    if (!existsSync(path)) {
      writePrivateFile(path, `${randomBytes(SECRET_BYTES).toString('base64')}\n`)
    }
    const secret = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64')
    if (secret.length !== SECRET_BYTES) throw new Error(`it does not hold ${SECRET_BYTES} bytes`)
    chmodSync(path, 0o600)
    return secret
  } catch (error) {
    throw new StartError(
      'bad-secret',
      `The secret ${path} can't be used (${messageOf(error)}): delete it to get a new one.`,
      { cause: error },
    )
  }
}
