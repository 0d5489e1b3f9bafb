import { StoreError } from '../store-error.ts'
import { ServerConnection, type ConnectionOptions } from './server-connection.ts'

const MAX_CONNECTIONS = 8

/** Statements and transactions that wait for a connection. */
const MAX_WAITING = 2000

/** Connections that are used again; lost ones are left and new ones made when they are needed. */
export class ConnectionPool {
  readonly #options: ConnectionOptions
  readonly #idle: ServerConnection[] = []
  readonly #waiting: ((connection: ServerConnection | undefined) => void)[] = []
  #inUse = 0

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  /** Lends a connection to `work`, alone. Rejects with a ServerFailure when there is no way. */
  async with<Result>(work: (connection: ServerConnection) => Promise<Result>): Promise<Result> {
    const connection = await this.#take()
    try {
      return await work(connection)
    } finally {
      this.#giveBack(connection)
    }
  }

  /** Ends those that nobody uses; the others end when they are given back. */
  close(): void {
    for (const connection of this.#idle.splice(0)) connection.close()
  }

  async #take(): Promise<ServerConnection> {
    if (this.#inUse < MAX_CONNECTIONS) {
      this.#inUse += 1
    } else {
      const handed = await this.#wait()
      if (handed) return handed
    }
    const idle = this.#takeIdle()
    if (idle) return idle
    try {
      return await ServerConnection.open(this.#options)
    } catch (error) {
      this.#leave()
      throw error
    }
  }

  #wait(): Promise<ServerConnection | undefined> {
    if (this.#waiting.length >= MAX_WAITING) {
      throw new StoreError('unavailable', 'too much waits for the database')
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #takeIdle(): ServerConnection | undefined {
    for (;;) {
      const connection = this.#idle.pop()
      if (!connection?.isLost) return connection
      connection.close()
    }
  }

  #giveBack(connection: ServerConnection): void {
    const next = connection.isLost ? undefined : this.#waiting.shift()
    if (next) {
      next(connection)
      return
    }
    if (connection.isLost) connection.close()
    else this.#idle.push(connection)
    this.#leave()
  }

  /** One fewer is in use: who waits may make one in its place. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next) next(undefined)
    else this.#inUse -= 1
  }
}
