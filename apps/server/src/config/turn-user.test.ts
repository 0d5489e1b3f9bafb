import { describe, expect, test } from 'bun:test'
import { readConfig, type ConfigResult } from './read-config.ts'

const SECRET = 'pa55'

function read(args: readonly string[], env: Record<string, string> = {}): ConfigResult {
  return readConfig({ args, env, isInNamespace: false })
}

/** As `name password`. */
function usersOf(args: readonly string[], variable?: string): string[] {
  const result = read(args, variable === undefined ? {} : { DUET_TURN_USER: variable })
  if (result.kind !== 'config') throw new Error(JSON.stringify(result))
  return result.config.turnUser.map(({ name, password }) => `${name} ${password}`)
}

function errorsOf(args: readonly string[], variable?: string): string[] {
  const result = read(args, variable === undefined ? {} : { DUET_TURN_USER: variable })
  return result.kind === 'errors' ? result.errors : []
}

describe('good logins', () => {
  const LONGEST = '湖'.repeat(169)

  test.each([
    ['ann:secret', 'ann secret'],
    ['ann:a,b:c, d=e', 'ann a,b:c, d=e'],
    ['ann: spaces around ', 'ann  spaces around '],
    ['ann::', 'ann :'],
    ['a b,c@d:x', 'a b,c@d x'],
    ['1893456000:x', '1893456000 x'],
    ['安:密码', '安 密码'],
    [`${LONGEST}x:y`, `${LONGEST}x y`],
  ])('%s', (text, expected) => {
    expect(usersOf(['--turn-user', text])).toEqual([expected])
    expect(usersOf([`--turn-user=${text}`])).toEqual([expected])
    expect(usersOf([], text)).toEqual([expected])
  })

  test('several flags, and several lines of the variable', () => {
    expect(usersOf(['--turn-user', 'a:1', '--turn-user=b:2,3'])).toEqual(['a 1', 'b 2,3'])
    expect(usersOf([], '\na:1\r\n\nb:2,3 \n')).toEqual(['a 1', 'b 2,3 '])
    expect(usersOf(['--turn-user', 'a:1'], 'b:2')).toEqual(['a 1'])
  })

  test('the same login twice is one', () => {
    expect(errorsOf(['--turn-user', 'a:1', '--turn-user', 'a:1'])).toEqual([])
  })
})

describe('bad logins are said without the password', () => {
  test.each([
    [[`--turn-user`, SECRET], '--turn-user … is not a name and a password like ann:secret'],
    [['--turn-user='], '--turn-user "" is not a name and a password like ann:secret'],
    [['--turn-user', `:${SECRET}`], '--turn-user :… has no name before the colon'],
    [
      ['--turn-user', `s-ann:${SECRET}`],
      '--turn-user s-ann:… has a name that begins with s-, as only logins of calls do, which relay to nobody else',
    ],
    [['--turn-user', 'ann:'], '--turn-user ann:… has no password behind the colon'],
    [['--turn-user', `ann:${SECRET}\t`], '--turn-user ann:… holds control characters'],
    [['--turn-user', `a\u001bn:${SECRET}`], '--turn-user … holds control characters'],
    [
      ['--turn-user', `${'湖'.repeat(170)}:${SECRET}`],
      `--turn-user ${'湖'.repeat(40)}:… has a name of more than 508 bytes`,
    ],
    [
      ['--turn-user', `ann:${SECRET}`, '--turn-user', 'ann:other'],
      '--turn-user ann is given with two passwords',
    ],
    [
      ['--turn-user', 'ann:my', SECRET],
      '--turn-user is followed by too many words: put its value in quotes',
    ],
    [['--turn-users', `ann:${SECRET}`], '--turn-users is not known; did you mean --turn-user?'],
    [[`--turn-usr:${SECRET}`], '--turn-usr:… is not known; did you mean --turn-user?'],
    [[`turn-user=ann:${SECRET}`], '"turn-user=…" belongs to no flag'],
    [[`ann:${SECRET}`], '"ann:…" belongs to no flag'],
  ])('%j', (args, error) => {
    const errors = errorsOf(args)
    expect(errors).toEqual([error])
    expect(errors.join()).not.toContain(SECRET)
  })

  test('of the variable too', () => {
    expect(errorsOf([], `ann:${SECRET}\nbob`)).toEqual([
      'DUET_TURN_USER … is not a name and a password like ann:secret',
    ])
  })
})
