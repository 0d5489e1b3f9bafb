/** From what needs a person to what only a developer reads. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Facts that go with a line; never credentials, tokens or SDP above `debug`. */
export type LogFields = Record<string, string | number | boolean | null | undefined>

export interface LogRecord {
  level: LogLevel
  message: string
  fields: LogFields
}

/**
 * error: a person must act. warn: recovered by itself. info: exactly one line per
 * meaningful change of state. debug: everything else.
 */
export interface Logger {
  error(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
  /** A logger whose lines all carry `fields`. */
  with(fields: LogFields): Logger
}

/** Makes a logger that hands every record at or above `level` to `write`. */
export function createLogger(
  level: LogLevel,
  write: (record: LogRecord) => void,
  context: LogFields = {},
): Logger {
  const logAt = (recordLevel: LogLevel) => {
    if (LOG_LEVELS.indexOf(recordLevel) > LOG_LEVELS.indexOf(level)) return () => {}
    return (message: string, fields?: LogFields) =>
      write({ level: recordLevel, message, fields: { ...context, ...fields } })
  }
  return {
    error: logAt('error'),
    warn: logAt('warn'),
    info: logAt('info'),
    debug: logAt('debug'),
    with: (fields) => createLogger(level, write, { ...context, ...fields }),
  }
}

/** A logger that says nothing. */
export const silentLogger: Logger = createLogger('error', () => {})

/** A record as one line: `12:03:04.005 info room joined room=lake members=2`. */
export function formatRecord(record: LogRecord, now: Date): string {
  const fields = Object.entries(record.fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${quote(String(value))}`)
    .join('')
  const message = escapeControls(record.message)
  return `${now.toISOString().slice(11, 23)} ${record.level.padEnd(5)} ${message}${fields}`
}

/** Values that could forge a line (spaces, quotes, control characters) are quoted. */
function quote(value: string): string {
  return /^[\w.:@/+-]+$/.test(value) ? value : escapeControls(JSON.stringify(value))
}

/** What ends a line or moves a terminal's cursor, JSON's leftovers (C1, separators, bidi) included. */
function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
