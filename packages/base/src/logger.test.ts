import { describe, expect, test } from 'bun:test'
import { createLogger, formatRecord, LOG_LEVELS, silentLogger, type LogRecord } from './logger.ts'

const NOON = new Date('2026-01-02T12:03:04.005Z')

describe('createLogger', () => {
  test.each([
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'info']],
    ['debug', ['error', 'warn', 'info', 'debug']],
  ] as const)('at %s it writes %p', (level, expected) => {
    const records: LogRecord[] = []
    const logger = createLogger(level, (record) => records.push(record))
    for (const each of LOG_LEVELS) logger[each]('said')
    expect(records.map((record) => record.level)).toEqual([...expected])
  })

  test('binds context once; the line’s own fields win', () => {
    const records: LogRecord[] = []
    const logger = createLogger('info', (record) => records.push(record)).with({ room: 'lake' })
    logger.with({ session: 'a' }).info('joined', { members: 2, room: 'sea' })
    logger.info('closed')
    expect(records.map(({ fields }) => fields)).toEqual([
      { room: 'sea', session: 'a', members: 2 },
      { room: 'lake' },
    ])
  })

  test('the silent logger says nothing and takes everything', () => {
    expect(() => silentLogger.with({ a: 1 }).error('nothing')).not.toThrow()
  })
})

describe('formatRecord', () => {
  const line = (message: string, fields: LogRecord['fields']) =>
    formatRecord({ level: 'info', message, fields }, NOON)

  test('is one readable line', () => {
    const fields = { room: 'lake', members: 2, isFull: true, none: null, gone: undefined }
    expect(line('room joined', fields)).toBe(
      '12:03:04.005 info  room joined room=lake members=2 isFull=true none=null',
    )
  })

  test.each([
    ['a space', 'a b=c'],
    ['a quote', 'a"b'],
    ['nothing', ''],
    ['a line feed', 'x\n12:00:00.000 error forged'],
    ['a carriage return', 'x\rforged'],
    ['a next-line control (C1)', 'x\u0085forged'],
    ['an escape sequence', '\u001b[2Jx'],
    ['a one-byte escape sequence (C1)', '\u009b2Jx'],
    ['a line separator', 'x\u2028forged'],
    ['a direction override', 'x\u202eforged'],
    ['delete', 'x\u007f\u007f'],
  ])('a value with %s cannot forge a line', (_what, value) => {
    const text = line('room joined', { room: value })
    // oxlint-disable-next-line no-control-regex -- that none is left is what is tested
    expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/)
    expect(text).toMatch(/^12:03:04\.005 info {2}room joined room="[^ ]*.*"$/)
    expect(JSON.parse(text.slice(text.indexOf('"')))).toBe(value)
  })

  test('a message cannot forge a line either', () => {
    expect(line('a\nb', {})).toBe('12:03:04.005 info  a\\u000ab')
  })
})
