import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@duet/base'
import { castToken } from './cast-token-command.ts'
import { CastTokens } from './casts/tokens.ts'
import { loadSecrets } from './secrets.ts'

const data = mkdtempSync(join(tmpdir(), 'duet-cast-token-'))
const tokens = new CastTokens(loadSecrets(data).keyFor('cast tokens'), systemClock)
const run = (...args: string[]) => castToken([...args, '--data', data], {})

afterAll(() => rmSync(data, { recursive: true }))

test('CA9 a token of this server, with its name', () => {
  const result = run('Living room', '--ttl', '1h')
  expect('text' in result && tokens.read(result.text)).toEqual({ name: 'Living room' })
})

test.each([
  [['--ttl', '1h'], 'say whose token: duet cast-token NAME [--ttl 365d]'],
  [['TV', '--ttl', '9999d'], '--ttl 9999d is longer than 3660 days'],
  [['TV', '--ttl', 'soon'], '--ttl soon is not a time like 90s, 30m or 1h'],
  [['x'.repeat(65)], 'the name is longer than 64 characters'],
  [['TV', '--help'], 'say whose token, and nothing else'],
])('CA9 %j is refused: %s', (args, problem) => {
  expect(run(...args)).toEqual({ problem })
})

test('CA9 a directory without a secret is not given one', () => {
  const elsewhere = join(data, 'elsewhere')
  const result = castToken(['TV', '--data', elsewhere], {})
  expect(result).toEqual({ problem: expect.stringContaining('There is no secret in') as string })
  expect(existsSync(elsewhere)).toBe(false)
})
