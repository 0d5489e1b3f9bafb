import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { loadSecrets, type Secrets } from './secrets.ts'
import { StartError } from './start-error.ts'

/**
 * The keys of a server that was started before, for a command beside it. Makes none: they would be
 * in the wrong place.
 */
export function knownSecrets(data: string): Secrets | { problem: string } {
  const dataDirectory = resolve(data)
  if (!existsSync(join(dataDirectory, 'secret'))) {
    return {
      problem:
        `There is no secret in ${dataDirectory}: start the server once, ` +
        'and give this command the same flags, such as --data.',
    }
  }
  try {
    return loadSecrets(dataDirectory)
  } catch (error) {
    if (error instanceof StartError) return { problem: error.message }
    throw error
  }
}
