import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@duet/base'
import { mediaToken } from './media-token-command.ts'
import { MediaTokens } from './media/tokens.ts'
import { loadSecrets } from './secrets.ts'

const data = mkdtempSync(join(tmpdir(), 'duet-media-token-'))
const tokens = new MediaTokens(loadSecrets(data).keyFor('media tokens'), systemClock)
const LOCAL = { lan: ['192.168.1.5'], global: [] }

afterAll(() => rmSync(data, { recursive: true }))

/** What the command prints, by label, or its problem. */
function run(...args: string[]): Record<string, string> {
  const result = mediaToken([...args, '--data', data], {}, LOCAL)
  if ('problem' in result) return { problem: result.problem }
  return Object.fromEntries(
    result.text.split('\n').map((line) => [line.slice(0, 10).trim(), line.slice(10)]),
  )
}

test.each([
  ['publish', 'whip'],
  ['play', 'whep'],
] as const)('MD7 a token to %s, and where it is of use', (kind, protocol) => {
  const said = run(kind, 'Big Lake/安', '--ttl', '2h')
  const claim = { kind, stream: 'big lake/安' } as const
  expect(tokens.verify(said['Token'], claim)).toBe(true)
  const name = '%E5%AE%89'
  expect(said['URL']).toBe(`https://192.168.1.5:8443/${protocol}/Big%20Lake/${name}`)
  expect(said['SRS']).toBe(
    `http://192.168.1.5:1985/rtc/v1/${protocol}/?app=Big%20Lake&stream=${name}&token=${said['Token']}`,
  )
  expect(Date.parse((said['Until'] ?? '').replace(' UTC', 'Z'))).toBeWithin(
    Date.now() + 7_100_000,
    Date.now() + 7_300_000,
  )
})

test('MD16 a token of an administrator', () => {
  const said = run('admin')
  expect(tokens.verify(said['Token'], { kind: 'admin' })).toBe(true)
  expect(said['API']).toBe('http://192.168.1.5:1985/api/v1/streams/')
})

test('MD7 without SRS’s ports, and with web ports that nobody knows, there are no such addresses', () => {
  expect(Object.keys(run('admin', '--dialects', 'off'))).toEqual(['Token', 'Until'])
  const said = run('publish', 'a/b', '--srs-api-port', '0', '--http', '0', '--https', '0')
  expect(said).toEqual({
    URL: '/whip/a/b',
    Token: expect.any(String) as string,
    Until: expect.any(String) as string,
  })
})

test.each([
  [['watch', 'a/b'], 'say what for: duet media-token publish ROOM/NAME'],
  [['publish'], 'say what for'],
  [['publish', 'lake'], 'say what for'],
  [['publish', '/ann'], 'say what for'],
  [['publish', 'a/b', '--ttl', '9999d'], '--ttl 9999d is longer than 3660 days'],
  [['publish', 'a/b', '--http', 'x'], '--http x is not a port'],
  [['play', 'a/b', '--help'], 'say what for'],
])('MD7 %j is refused: %s', (args, problem) => {
  expect(run(...args)['problem']).toContain(problem)
})

test('MD7 a directory without a secret is not given one', () => {
  const elsewhere = join(data, 'elsewhere')
  const result = mediaToken(['admin', '--data', elsewhere], {}, LOCAL)
  expect(result).toEqual({ problem: expect.stringContaining('There is no secret in') as string })
  expect(existsSync(elsewhere)).toBe(false)
})
