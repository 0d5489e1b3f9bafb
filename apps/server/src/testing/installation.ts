import { Database } from 'bun:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  FREE_PORTS,
  runToEnd,
  spawnServer,
  type Ended,
  type SpawnedServer,
} from '../spawn-server.ts'
import { mariadbRecipe } from '../store/testing/mariadb-server.ts'
import { postgresRecipe } from '../store/testing/postgres-server.ts'
import type { DatabaseServer, ServerRecipe } from '../store/testing/database-server.ts'

const SQLITE_FILES = ['duet.sqlite', 'duet.sqlite-wal', 'duet.sqlite-shm']

/** A kind of database on which the whole server is tested. */
export interface DatabaseKind {
  name: string
  /** Undefined: a file, or its server is not installed. */
  recipe: ServerRecipe | undefined
  isInstalled: boolean
}

export const DATABASE_SERVERS: readonly DatabaseKind[] = [
  serverKind('PostgreSQL', postgresRecipe()),
  serverKind('MariaDB', mariadbRecipe()),
]

export const DATABASE_KINDS: readonly DatabaseKind[] = [
  { name: 'SQLite', recipe: undefined, isInstalled: true },
  ...DATABASE_SERVERS,
]

/** A data directory and a database, which outlive the servers that run on them; for tests. */
export class Installation {
  readonly data: string
  readonly #databases: DatabaseServer | undefined
  readonly #url: string | undefined

  private constructor(
    data: string,
    databases: DatabaseServer | undefined,
    url: string | undefined,
  ) {
    this.data = data
    this.#databases = databases
    this.#url = url
  }

  /** With an empty database on this server, or an SQLite file. */
  static async create(
    databases?: DatabaseServer,
    data = mkdtempSync(join(tmpdir(), 'duet-installation-')),
  ): Promise<Installation> {
    return new Installation(data, databases, await databases?.createDatabase())
  }

  get #flags(): string[] {
    return this.#url === undefined ? [] : ['--database', this.#url]
  }

  start(flags: readonly string[] = []): Promise<SpawnedServer> {
    return spawnServer([...FREE_PORTS, ...this.#flags, ...flags], undefined, this.data)
  }

  /** As on another machine where there is one: with a data directory of its own. */
  startBeside(): Promise<SpawnedServer> {
    if (this.#url === undefined) return this.start()
    return spawnServer([...FREE_PORTS, ...this.#flags])
  }

  /** Runs a command on it to its end. */
  run(...command: readonly string[]): Promise<Ended> {
    const ports = command[0] === 'start' ? FREE_PORTS : []
    return runToEnd([...command, '--data', this.data, ...ports, ...this.#flags])
  }

  /** Runs one statement in the database. */
  async execute(sql: string): Promise<unknown[]> {
    if (this.#databases) return this.#databases.execute(sql, this.#url)
    using database = new Database(join(this.data, 'duet.sqlite'))
    return database.query(sql).all()
  }

  /** The same with an empty database; no server runs on this one. */
  async emptied(): Promise<Installation> {
    for (const file of SQLITE_FILES) rmSync(join(this.data, file), { force: true })
    return new Installation(this.data, this.#databases, await this.#databases?.createDatabase())
  }

  remove(): void {
    rmSync(this.data, { recursive: true, force: true })
  }
}

function serverKind(name: string, recipe: ServerRecipe | undefined): DatabaseKind {
  return { name, recipe, isInstalled: recipe !== undefined }
}
