import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from './config/index.ts'
import { coturnConfig } from './coturn-config-command.ts'
import { loadSecrets } from './secrets.ts'

const SECRET = 'a-secret-of-enough-letters'
const folder = mkdtempSync(join(tmpdir(), 'duet-coturn-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What is printed with these flags: lines without comments. */
function linesOf(...args: string[]): string[] {
  const read = readConfig({ args: ['--data', folder, ...args], env: {}, isInNamespace: true })
  if (read.kind !== 'config') throw new Error(JSON.stringify(read))
  const result = coturnConfig(read.config)
  if ('problem' in result) return [result.problem]
  return result.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

const configured = (...args: string[]): string[] => linesOf('--turn-secret', SECRET, ...args)

test('realm, ports and secrets are those of the server; the first secret stands first', () => {
  const lines = configured('--turn-secret', `${SECRET}-2`, '--turn-realm', 'calls of old')
  expect(lines).toContain('realm=calls of old')
  expect(lines.filter((line) => line.startsWith('static-auth-secret'))).toEqual([
    `static-auth-secret=${SECRET}`,
    `static-auth-secret=${SECRET}-2`,
  ])
  for (const line of ['listening-port=3478', 'min-port=49160', 'max-port=49259', 'no-tls']) {
    expect(lines).toContain(line)
  }
  expect(lines).toContain('use-auth-secret')
  expect(lines.some((line) => /^(lt-cred-mech|user=|no-auth|allowed-peer-ip)/.test(line))).toBe(
    false,
  )
})

test('TLS is on when there is a certificate', () => {
  const lines = configured('--tls-cert', '/etc/c.pem', '--tls-key', '/etc/k.pem')
  expect(lines).toContain('tls-listening-port=5349')
  expect(lines).toContain('cert=/etc/c.pem')
  expect(lines).toContain('pkey=/etc/k.pem')
  expect(lines).not.toContain('no-tls')
})

describe('external-ip', () => {
  test.each([
    [[], []],
    [['--public-ip', '9.9.9.9'], ['external-ip=9.9.9.9']],
    [['--public-ip', '9.9.9.9', '--host', '9.9.9.9'], []],
    [['--public-ip', '9.9.9.9', '--host', '0.0.0.0'], ['external-ip=9.9.9.9']],
    [['--public-ip', '9.9.9.9', '--host', '10.0.0.5'], ['external-ip=9.9.9.9/10.0.0.5']],
  ])('%p', (flags, expected) => {
    const lines = configured(...flags)
    expect(lines.filter((line) => line.startsWith('external-ip'))).toEqual(expected)
  })
})

test('the bound on what one client may have relayed is taken over', () => {
  expect(configured('--turn-rate-per-user', '8Mbit/s')).toContain('max-bps=1000000')
  const without = configured('--turn-rate-per-user', 'off')
  expect(without.some((line) => line.startsWith('max-bps'))).toBe(false)
})

test('without a secret of one’s own it is the server’s, which has to have run', () => {
  expect(linesOf()[0]).toMatch(/^There is no secret in /)
  const secret = loadSecrets(folder).keyFor('turn credentials').toString('base64')
  expect(linesOf()).toContain(`static-auth-secret=${secret}`)
})

test('a port that nobody knows yet is asked for', () => {
  expect(configured('--turn-port', '0')).toEqual([
    '--turn-port 0 takes any free port: give the one that coturn shall have',
  ])
})
