/** The databases that can hold the store; `mysql` is MariaDB too. */
export type EngineName = 'sqlite' | 'postgres' | 'mysql'

/** Where the SQL of the three differs. */
export interface Engine {
  readonly name: EngineName
  /** Ends a query whose rows nobody else may change until the transaction ends. */
  readonly forUpdate: string
  /** A column type for text that is compared and ordered by its code points. */
  text: (maxLength: number) => string
  /** A column type for text that is neither compared nor indexed. */
  readonly longText: string
  /** Ends a `CREATE TABLE`. */
  readonly tableOptions: string
  /** An insertion that changes the other columns of the row with the same `keys` instead. */
  upsert: (table: string, keys: readonly string[], columns: readonly string[]) => string
  /** Rewrites the `?` places of values. */
  placed: (sql: string) => string
  /** A query that has a row when the database has a table with this name. */
  readonly hasTable: string
}

const onConflict = (table: string, keys: readonly string[], columns: readonly string[]): string =>
  `${insertion(table, [...keys, ...columns])} ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ` +
  columns.map((column) => `${column} = excluded.${column}`).join(', ')

export const SQLITE: Engine = {
  name: 'sqlite',
  // Nothing else writes during a transaction.
  forUpdate: '',
  text: () => 'TEXT',
  longText: 'TEXT',
  tableOptions: '',
  upsert: onConflict,
  placed: (sql) => sql,
  hasTable: `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?`,
}

export const POSTGRES: Engine = {
  name: 'postgres',
  forUpdate: ' FOR UPDATE',
  text: (maxLength) => `VARCHAR(${maxLength}) COLLATE "C"`,
  longText: 'TEXT',
  tableOptions: '',
  upsert: onConflict,
  placed(sql) {
    let place = 0
    return sql.replaceAll('?', () => `$${++place}`)
  },
  hasTable: `SELECT 1 FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_name = ?`,
}

export const MYSQL: Engine = {
  name: 'mysql',
  forUpdate: ' FOR UPDATE',
  text: (maxLength) => `VARCHAR(${maxLength})`,
  longText: 'MEDIUMTEXT',
  tableOptions: ' ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  upsert: (table, keys, columns) =>
    `${insertion(table, [...keys, ...columns])} ON DUPLICATE KEY UPDATE ` +
    columns.map((column) => `${column} = VALUES(${column})`).join(', '),
  placed: (sql) => sql,
  hasTable: `SELECT 1 FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_name = ?`,
}

/** An insertion of one row. */
export function insertion(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
}
