import { constants, Database } from 'bun:sqlite'
import { closeSync, existsSync, openSync } from 'node:fs'
import type { StatementResult } from '../sql/transaction.ts'
import type { SqliteReply, SqliteRequest } from './sqlite-protocol.ts'

/** How long one try waits for another process; the asking thread tries again. */
const BUSY_TIMEOUT_MS = 50

/** After these the connections are opened anew: what was wrong may be over then. */
const LOST = /^SQLITE_(IOERR|CANTOPEN|READONLY|CORRUPT|NOTADB|PROTOCOL)/

interface Connections {
  reader: Database
  writer: Database
}

let path: string | undefined
let connections: Connections | undefined

declare const self: Worker

self.onmessage = ({ data: request }: MessageEvent<SqliteRequest>) => {
  postMessage(answer(request))
}

function answer(request: SqliteRequest): SqliteReply {
  const { id } = request
  try {
    return { id, result: carryOut(request) }
  } catch (error) {
    const code = codeOf(error)
    if (LOST.test(code)) disconnect()
    return { id, error: { code, message: error instanceof Error ? error.message : String(error) } }
  }
}

function carryOut(request: SqliteRequest): StatementResult {
  switch (request.type) {
    case 'open':
      path = request.path
      // SQLite would let everybody of the machine read it.
      if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
      connections ??= connect(path)
      return { rows: [], changes: 0 }
    case 'statement':
      return runStatement(request)
    case 'rollback':
      if (connections?.writer.inTransaction === true) connections.writer.run('ROLLBACK')
      return { rows: [], changes: 0 }
    case 'close':
      disconnect()
      return { rows: [], changes: 0 }
  }
}

function runStatement(request: SqliteRequest & { type: 'statement' }): StatementResult {
  if (path === undefined) throw new Error('the database was not opened')
  connections ??= connect(path)
  const { reader, writer } = connections
  if (request.on === 'transaction' && !writer.inTransaction) {
    throw new Error('the transaction is over')
  }
  const statement = (request.on === 'reader' ? reader : writer).query(request.sql)
  const values = [...request.values]
  if (statement.columnNames.length > 0) return { rows: statement.all(...values), changes: 0 }
  return { rows: [], changes: statement.run(...values).changes }
}

function connect(file: string): Connections {
  const writer = open(file)
  try {
    writer.run('PRAGMA journal_mode = WAL')
    // What is acknowledged is on the disk.
    writer.run('PRAGMA synchronous = FULL')
    writer.run('PRAGMA foreign_keys = ON')
    const reader = open(file)
    reader.run('PRAGMA query_only = ON')
    return { reader, writer }
  } catch (error) {
    writer.close()
    throw error
  }
}

/** Never makes a file: one that is gone is no empty database. */
function open(file: string): Database {
  const database = new Database(file, constants.SQLITE_OPEN_READWRITE)
  database.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`)
  return database
}

function disconnect(): void {
  // The last one to close writes the log into the file.
  connections?.reader.close()
  connections?.writer.close()
  connections = undefined
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return 'SQLITE_ERROR'
}
