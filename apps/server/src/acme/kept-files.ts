import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '@duet/base'
import { writePrivateFile } from '../data-directory.ts'
import { checkedCertificate, type Certificate } from '../front/certificate.ts'
import { StartError } from '../start-error.ts'
import type { IssuedCertificate } from './acme-client.ts'
import { makeAccountKey, readAccountKey, type AccountKey } from './jws.ts'

/** What is kept of one authority, in a folder of its own: a trial's certificates are nobody else's. */
export interface KeptFiles {
  readonly accountKey: AccountKey
  /** The last certificate, if there is one that can be used. */
  readCertificate(): Certificate | undefined
  /** Throws when it can't be used, or not be written. */
  writeCertificate(issued: IssuedCertificate): void
}

/** Opens the folder of the authority at this address, and makes its key. Throws a StartError. */
export function openKeptFiles(dataDirectory: string, directory: string): KeptFiles {
  const digest = createHash('sha256').update(directory).digest('hex').slice(0, 8)
  const folder = join(dataDirectory, 'acme', `${new URL(directory).hostname}-${digest}`)
  const keyPath = join(folder, 'account-key.pem')
  const paths = {
    cert: join(folder, 'certificate.pem'),
    key: join(folder, 'certificate-key.pem'),
  }
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!existsSync(keyPath)) writePrivateFile(keyPath, makeAccountKey())
    chmodSync(keyPath, 0o600)
    return {
      accountKey: readAccountKey(readFileSync(keyPath, 'utf8')),
      readCertificate: () => readPair(paths),
      writeCertificate(issued) {
        // Broken off between the two they do not fit each other, which is as good as none.
        writePrivateFile(paths.key, issued.key)
        writePrivateFile(paths.cert, issued.cert)
      },
    }
  } catch (error) {
    throw new StartError(
      'bad-certificate',
      `What is kept for --domain in ${folder} can't be used (${messageOf(error)}): ` +
        'delete that folder to begin anew.',
      { cause: error },
    )
  }
}

function readPair(paths: { cert: string; key: string }): Certificate | undefined {
  try {
    const cert = readFileSync(paths.cert, 'utf8')
    const key = readFileSync(paths.key, 'utf8')
    return checkedCertificate({ cert, key, isSelfSigned: false })
  } catch {
    return undefined
  }
}
