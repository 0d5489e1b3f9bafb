import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@duet/base'
import { mediaToken } from './media-token-command.ts'
import { MediaTokens } from './media/tokens.ts'
import type { MappedIp } from './reach/mapped-now.ts'
import { loadSecrets } from './secrets.ts'
import type { CommandResult } from './user-command.ts'

const data = mkdtempSync(join(tmpdir(), 'duet-media-token-'))
const tokens = new MediaTokens(loadSecrets(data).keyFor('media tokens'), systemClock)
const LOCAL = { lan: ['192.168.1.5'], global: [] }

afterAll(() => rmSync(data, { recursive: true }))

function print(args: readonly string[], mapped: readonly MappedIp[] = []): Promise<CommandResult> {
  const findMapped = () => Promise.resolve(mapped)
  return mediaToken([...args, '--data', data], { env: {}, localAddresses: LOCAL, findMapped })
}

/** What the command prints, by label, or its problem. */
async function run(...args: string[]): Promise<Record<string, string>> {
  const result = await print(args)
  if ('problem' in result) return { problem: result.problem }
  return Object.fromEntries(
    result.text.split('\n').map((line) => [line.slice(0, 10).trim(), line.slice(10)]),
  )
}

test.each([
  ['publish', 'whip'],
  ['play', 'whep'],
] as const)('MD7 a token to %s, and where it is of use', async (kind, protocol) => {
  const said = await run(kind, 'Big Lake/安', '--ttl', '2h')
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

/** The addresses that are printed, in their order. */
async function addressesOf(mapped: MappedIp[], ...args: string[]): Promise<string[]> {
  const result = await print(['publish', 'a/b', ...args], mapped)
  if ('problem' in result) throw new Error(result.problem)
  return [...result.text.matchAll(/(https?:\/\/[^/]+)\//g)].map(([, origin = '']) => origin)
}

test('MD7 a public address that was found is printed: first where it was reached, else last', async () => {
  const [web, srs] = ['https://192.168.1.5:8443', 'http://192.168.1.5:1985']
  const [foundWeb, foundSrs] = ['https://44.20.1.2:8443', 'http://44.20.1.2:1985']
  const found = (isReached: boolean) => [{ address: '44.20.1.2', isReached }]
  expect(await addressesOf([])).toEqual([web, srs])
  expect(await addressesOf(found(true))).toEqual([foundWeb, web, foundSrs, srs])
  expect(await addressesOf(found(false))).toEqual([web, foundWeb, srs, foundSrs])
})

test('MD7 a server with a name is found by its name', async () => {
  const found = [{ address: '44.20.1.2', isReached: true }]
  const all = await addressesOf(found, '--domain', 'duet.example')
  expect(all).toEqual(['https://duet.example', 'http://duet.example:1985'])
})

test('MD16 a token of an administrator', async () => {
  const said = await run('admin')
  expect(tokens.verify(said['Token'], { kind: 'admin' })).toBe(true)
  expect(said['API']).toBe('http://192.168.1.5:1985/api/v1/streams/')
})

test('MD7 without SRS’s ports, and with web ports that nobody knows, there are no such addresses', async () => {
  expect(Object.keys(await run('admin', '--dialects', 'off'))).toEqual(['Token', 'Until'])
  const said = await run('publish', 'a/b', '--srs-api-port', '0', '--http', '0', '--https', '0')
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
])('MD7 %j is refused: %s', async (args, problem) => {
  expect((await run(...args))['problem']).toContain(problem)
})

test('MD7 a directory without a secret is not given one', async () => {
  const elsewhere = join(data, 'elsewhere')
  const result = await mediaToken(['admin', '--data', elsewhere], {
    env: {},
    localAddresses: LOCAL,
  })
  expect(result).toEqual({ problem: expect.stringContaining('There is no secret in') as string })
  expect(existsSync(elsewhere)).toBe(false)
})
