import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SQL, type Subprocess } from 'bun'

/** The user `nobody`: database servers refuse to run as root. */
const NOBODY = 65_534

const RETRY_MS = 50

/** How one kind of throw-away server is made. */
export interface ServerRecipe {
  /** Fills an empty folder, once. */
  prepare: (folder: string) => readonly string[]
  serve: (folder: string, port: number) => readonly string[]
  /** The URL of a database on it. */
  url: (port: number, database: string) => string
  /** There from the beginning. */
  firstDatabase: string
}

/** A real database server of a test's own, on a free port and in a temporary folder. */
export class DatabaseServer {
  readonly #recipe: ServerRecipe
  readonly #folder: string
  readonly #port = freePort()
  #process: Subprocess | undefined
  #databases = 0

  constructor(recipe: ServerRecipe) {
    this.#recipe = recipe
    this.#folder = mkdtempSync(join(tmpdir(), 'duet-db-'))
    if (isRoot()) chownSync(this.#folder, NOBODY, NOBODY)
  }

  /** Makes it and waits until it answers. */
  static async create(recipe: ServerRecipe): Promise<DatabaseServer> {
    const server = new DatabaseServer(recipe)
    const prepared = server.#spawn(recipe.prepare(server.#folder))
    if ((await prepared.exited) !== 0) throw new Error('the database server could not be prepared')
    await server.start()
    return server
  }

  /** Starts it again after `kill`, and waits until it answers. */
  async start(): Promise<void> {
    for (;;) {
      // The remains of one that was killed may be in the way for a moment.
      const { exitCode = 0, signalCode = null } = this.#process ?? {}
      if (exitCode !== null || signalCode !== null) {
        this.#process = this.#spawn(this.#recipe.serve(this.#folder, this.#port))
      }
      if (await this.#answers()) return
      await Bun.sleep(RETRY_MS)
    }
  }

  /** Ends it without a chance to tidy up. */
  async kill(): Promise<void> {
    this.#process?.kill('SIGKILL')
    await this.#process?.exited
  }

  /** It stands still, and its connections stay open. */
  freeze(): void {
    this.#process?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#process?.kill('SIGCONT')
  }

  /** The URL of a new, empty database. */
  async createDatabase(): Promise<string> {
    const name = `duet_${++this.#databases}`
    await this.execute(`CREATE DATABASE ${name}`)
    return this.#recipe.url(this.#port, name)
  }

  /** Runs one statement in the first database, or that of `url`. */
  async execute(sql: string, url = this.#firstUrl()): Promise<unknown[]> {
    const pool = new SQL(url, { max: 1, connectionTimeout: 2 })
    try {
      return [...(await pool.unsafe<unknown[]>(sql))]
    } finally {
      await pool.close({ timeout: 0 })
    }
  }

  /** Ends it and removes all that it wrote. */
  async close(): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }

  #firstUrl(): string {
    return this.#recipe.url(this.#port, this.#recipe.firstDatabase)
  }

  async #answers(): Promise<boolean> {
    try {
      await this.execute('SELECT 1')
      return true
    } catch {
      return false
    }
  }

  #spawn(argv: readonly string[]): Subprocess {
    const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
    return Bun.spawn([...(isRoot() ? asNobody : []), ...argv], {
      cwd: this.#folder,
      env: { ...process.env, HOME: this.#folder, TMPDIR: this.#folder },
      stdio: ['ignore', 'ignore', 'ignore'],
    })
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function freePort(): number {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  probe.stop(true)
  return probe.port
}
