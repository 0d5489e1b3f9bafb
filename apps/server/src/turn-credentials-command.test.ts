import { afterAll, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig, type Config } from './config/index.ts'
import { loadOwnCertificate } from './front/certificate.ts'
import { loadSecrets } from './secrets.ts'
import { turnCredentials } from './turn-credentials-command.ts'

const NOW = 1_700_000_000_000
const LOCAL = { global: [], lan: ['192.168.1.5', '10.0.0.7', 'fd00::5'] }
const data = mkdtempSync(join(tmpdir(), 'duet-turn-credentials-'))
const secret = loadSecrets(data).keyFor('turn credentials').toString('base64')

afterAll(() => rmSync(data, { recursive: true }))

function configOf(...args: string[]): Config {
  const result = readConfig({ args: ['--data', data, ...args], env: {}, isInNamespace: true })
  if (result.kind !== 'config') throw new Error(JSON.stringify(result))
  return result.config
}

async function run(args: string[], isJson = false): Promise<string> {
  const config = configOf(...args)
  const result = await turnCredentials({
    config,
    isJson,
    ttlSeconds: 1800,
    localAddresses: LOCAL,
    now: NOW,
  })
  return 'text' in result ? result.text : `problem: ${result.problem}`
}

async function urlsOf(...args: string[]): Promise<string[]> {
  return (JSON.parse(await run(args, true)) as { urls: string[] }[]).flatMap(({ urls }) => urls)
}

test('the login ends in so many seconds, is signed, and has a quota of its own', async () => {
  const [stun, turn] = JSON.parse(await run([], true)) as Record<string, string>[]
  expect(JSON.stringify(stun)).toBe('{"urls":["stun:192.168.1.5:3478"]}')
  expect(turn?.['username']).toMatch(/^1700001800:test-[\da-f]{8}$/)
  const signed = createHmac('sha1', secret)
    .update(turn?.['username'] ?? '')
    .digest('base64')
  expect(turn?.['credential']).toBe(signed)
  expect(await run([], true)).not.toContain(turn?.['username'] ?? '')
})

test('all of it is readable, with the same in one line', async () => {
  const lines = (await run([])).split('\n')
  const [, turn] = JSON.parse(lines.at(-1) ?? '') as { username: string; credential: string }[]
  expect(lines.slice(0, -1)).toEqual([
    'STUN        stun:192.168.1.5:3478',
    '            stun:10.0.0.7:3478',
    'TURN        turn:192.168.1.5:3478?transport=udp',
    '            turn:192.168.1.5:3478?transport=tcp',
    '            turn:10.0.0.7:3478?transport=udp',
    '            turn:10.0.0.7:3478?transport=tcp',
    `User name   ${turn?.username}`,
    `Password    ${turn?.credential}`,
    'Until       2023-11-14 22:43:20 UTC',
    '',
    'As iceServers:',
  ])
})

test('addresses are those of the flags', async () => {
  expect(await urlsOf('--public-ip', '8.8.4.4', '--turn-port', '4000')).toEqual([
    'stun:8.8.4.4:4000',
    'turn:8.8.4.4:4000?transport=udp',
    'turn:8.8.4.4:4000?transport=tcp',
  ])
  expect((await urlsOf('--host', 'fd00::5', '--turns', 'always')).slice(-2)).toEqual([
    'turn:[fd00::5]:3478?transport=tcp',
    'turns:[fd00::5]:5349?transport=tcp',
  ])
})

test('TURN over TLS has the name that the certificate is for', async () => {
  const needed = ['duet.example']
  await loadOwnCertificate({ dataDirectory: data, needed, welcome: [], now: Date.now() })
  const [cert, key] = [join(data, 'certificate.pem'), join(data, 'certificate-key.pem')]
  const files = ['--tls-cert', cert, '--tls-key', key]
  expect(await run(files)).toContain('turns:duet.example:5349?transport=tcp')
  expect(await run(files)).not.toContain('turns:192')
  expect(await urlsOf(...files, '--turn-port', 'off')).toEqual([
    'turns:duet.example:5349?transport=tcp',
  ])
})

test.each([
  [['--turn-port', 'off'], '--turn-port off leaves no TURN to test'],
  [['--turn-port', '0'], '--turn-port 0 takes any free port: give the one that the start printed'],
  [
    ['--turns', 'always', '--turns-port', '0'],
    '--turns-port 0 takes any free port: give the one that the start printed',
  ],
])('%j gives no credentials: %s', async (args, problem) => {
  expect(await run(args)).toBe(`problem: ${problem}`)
})

test('a certificate that can’t be read is said to be', async () => {
  const missing = join(data, 'missing.pem')
  expect(await run(['--tls-cert', missing, '--tls-key', missing])).toStartWith(
    'problem: --tls-cert ',
  )
})

test('a directory without a secret is not given one', async () => {
  const config = { ...configOf(), data: join(data, 'elsewhere') }
  const result = await turnCredentials({ config, isJson: false, ttlSeconds: 60, now: NOW })
  expect(result).toEqual({ problem: expect.stringContaining('There is no secret in') as string })
  expect(existsSync(config.data)).toBe(false)
})
