import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerRecipe } from './database-server.ts'

const DEBIAN_FOLDER = '/usr/lib/postgresql'

/** Where the programs are; Debian keeps each version apart and out of the path. */
function programs(): string | undefined {
  try {
    const versions = readdirSync(DEBIAN_FOLDER).toSorted((a, b) => Number(b) - Number(a))
    return versions
      .map((version) => join(DEBIAN_FOLDER, version, 'bin'))
      .find((folder) => Bun.which('initdb', { PATH: folder }) !== null)
  } catch {
    return undefined
  }
}

/** PostgreSQL, when it is installed. */
export function postgresRecipe(): ServerRecipe | undefined {
  const folder = programs()
  if (folder === undefined) return undefined
  const auth = ['-U', 'duet', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync']
  return {
    prepare: (directory) => [join(folder, 'initdb'), '-D', join(directory, 'data'), ...auth],
    serve: (directory, port) => [
      join(folder, 'postgres'),
      '-D',
      join(directory, 'data'),
      '-k',
      directory,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
    ],
    url: (port, database) => `postgres://duet:hidden@127.0.0.1:${port}/${database}`,
    firstDatabase: 'postgres',
  }
}
