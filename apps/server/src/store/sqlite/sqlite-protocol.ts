import type { SqlValue } from '../sql/database.ts'
import type { StatementResult } from '../sql/transaction.ts'

/** What the thread that serves calls asks of the thread that has the file. */
export type SqliteRequest =
  /** Makes the file when it is missing. */
  | { id: number; type: 'open'; path: string }
  | {
      id: number
      type: 'statement'
      /** inTransaction: refused when the transaction is over, for whatever reason. */
      on: 'reader' | 'writer' | 'transaction'
      sql: string
      values: readonly SqlValue[]
    }
  | { id: number; type: 'rollback' }
  | { id: number; type: 'close' }

export type SqliteReply =
  | { id: number; result: StatementResult }
  /** `code` as SQLite names it, such as SQLITE_FULL. */
  | { id: number; error: { code: string; message: string } }
