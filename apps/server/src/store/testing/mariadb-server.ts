import { join } from 'node:path'
import type { ServerRecipe } from './database-server.ts'

const PATH = `${process.env['PATH']}:/usr/sbin`

/** MariaDB, when it is installed. */
export function mariadbRecipe(): ServerRecipe | undefined {
  const server = Bun.which('mariadbd', { PATH })
  const install = Bun.which('mariadb-install-db', { PATH })
  // Of another package; the one that installs does nothing without it.
  const defaults = Bun.which('my_print_defaults', { PATH })
  if (server === null || install === null || defaults === null) return undefined
  return {
    prepare: (folder) => [
      install,
      '--no-defaults',
      `--datadir=${join(folder, 'data')}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
    serve: (folder, port) => [
      server,
      '--no-defaults',
      `--datadir=${join(folder, 'data')}`,
      `--socket=${join(folder, 'socket')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      // As Debian's own configuration does not: the tables say themselves what they need.
      '--character-set-server=latin1',
    ],
    url: (port, database) => `mysql://root@127.0.0.1:${port}/${database}`,
    firstDatabase: 'mysql',
  }
}
