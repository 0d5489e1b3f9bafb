import { StoreError } from '../store-error.ts'
import type { SqlSession, SqlValue } from './database.ts'
import type { Engine } from './engine.ts'

/** What became of a statement. */
export interface StatementResult {
  rows: unknown[]
  /** How many rows it changed. */
  changes: number
}

export type RunStatement = (sql: string, values: readonly SqlValue[]) => Promise<StatementResult>

/** One open transaction, over for good with the first statement that fails. */
export class Transaction implements SqlSession {
  readonly engine: Engine
  readonly #statement: RunStatement
  #isOver = false

  constructor(engine: Engine, statement: RunStatement) {
    this.engine = engine
    this.#statement = statement
  }

  async rows<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return (await this.#run(sql, values)).rows as Row[]
  }

  async run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return (await this.#run(sql, values)).changes
  }

  /** Nothing gets through any more. */
  end(): void {
    this.#isOver = true
  }

  async #run(sql: string, values: readonly SqlValue[]): Promise<StatementResult> {
    if (this.#isOver) throw new StoreError('unavailable', 'the transaction is over')
    try {
      return await this.#statement(sql, values)
    } catch (error) {
      this.#isOver = true
      throw error
    }
  }
}
