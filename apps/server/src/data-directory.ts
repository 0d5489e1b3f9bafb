import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { messageOf } from '@duet/base'
import { StartError } from './start-error.ts'

/**
 * Makes the data directory when it is missing, proves that it can be written and
 * returns its absolute path. Throws a StartError.
 */
export function openDataDirectory(path: string): string {
  const directory = resolve(path)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const probe = join(directory, `.probe-${process.pid}`)
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    throw new StartError(
      'data-not-writable',
      `The data directory ${directory} can't be written (${messageOf(error)}): ` +
        'make it writable, or choose another one with --data.',
      { cause: error },
    )
  }
  return directory
}

/** Writes a file that only this user may read, all of it or nothing. */
export function writePrivateFile(path: string, content: string): void {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`
  writeFileSync(unfinished, content, { mode: 0o600 })
  renameSync(unfinished, path)
}
