import { afterAll, expect, test } from 'bun:test'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadOwnCertificate, readGivenCertificate, type Certificate } from './certificate.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const NOW = Date.UTC(2030, 0, 15)
const folders: string[] = []

afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true })
})

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'duet-certificate-'))
  folders.push(path)
  return path
}

function load(dataDirectory: string, needed: string[], now = NOW): Promise<Certificate> {
  return loadOwnCertificate({ dataDirectory, needed, welcome: [], now })
}

test('made for names, IPv4 and IPv6 addresses, and for servers only', async () => {
  const data = folder()
  const welcome = ['fd00::12']
  const needed = ['localhost', 'lake.local', '127.0.0.1', '192.168.1.5']
  const made = await loadOwnCertificate({ dataDirectory: data, needed, welcome, now: NOW })
  expect(made.names).toEqual([...needed, ...welcome])
  expect(made.isSelfSigned).toBe(true)
  const parsed = new X509Certificate(made.cert)
  expect(parsed.ca).toBe(false)
  expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  expect(parsed.publicKey.asymmetricKeyType).toBe('ec')
  expect(made.endsAt - NOW).toBeLessThan(398 * DAY_MS)
})

test('kept, with the key for this user only', async () => {
  const data = folder()
  const first = await load(data, ['localhost'])
  const second = await load(data, ['localhost'], NOW + 100 * DAY_MS)
  expect(second).toEqual(first)
  expect(statSync(join(data, 'certificate-key.pem')).mode & 0o777).toBe(0o600)
})

test('renewed before it ends', async () => {
  const data = folder()
  const first = await load(data, ['localhost'])
  const later = NOW + 320 * DAY_MS
  const second = await load(data, ['localhost'], later)
  expect(second.cert).not.toBe(first.cert)
  expect(second.endsAt - later).toBeGreaterThan(390 * DAY_MS)
})

test('made anew when a needed name is missing, and keeps the older names', async () => {
  const data = folder()
  const first = await load(data, ['localhost', '192.168.1.5'])
  const second = await load(data, ['localhost', '10.0.0.5'])
  expect(second.cert).not.toBe(first.cert)
  expect(second.names).toEqual(['localhost', '10.0.0.5', '192.168.1.5'])
  const third = await load(data, ['localhost', '192.168.1.5'])
  expect(third.cert).toBe(second.cert)
})

test('a welcome name alone is no reason for a new one', async () => {
  const data = folder()
  const first = await load(data, ['localhost'])
  const again = { dataDirectory: data, needed: ['localhost'], welcome: ['fd00::9'], now: NOW }
  expect((await loadOwnCertificate(again)).cert).toBe(first.cert)
})

test('a damaged one is replaced', async () => {
  const data = folder()
  const first = await load(data, ['localhost'])
  writeFileSync(join(data, 'certificate-key.pem'), 'nonsense')
  const second = await load(data, ['localhost'])
  expect(second.cert).not.toBe(first.cert)
  expect(readFileSync(join(data, 'certificate-key.pem'), 'utf8')).toBe(second.key)
})

test('a given pair is used and is not called self-signed', async () => {
  const data = folder()
  await load(data, ['duet.example'])
  const [cert, key] = [join(data, 'certificate.pem'), join(data, 'certificate-key.pem')]
  expect(readGivenCertificate(cert, key)).toMatchObject({
    isSelfSigned: false,
    names: ['duet.example'],
  })
})

test('a given pair that is missing, unreadable or mismatched is one sentence', async () => {
  const [data, other] = [folder(), folder()]
  await load(data, ['duet.example'])
  await load(other, ['duet.example'])
  const cert = join(data, 'certificate.pem')
  const key = join(data, 'certificate-key.pem')
  const foreignKey = join(other, 'certificate-key.pem')
  const nonsense = join(data, 'nonsense.pem')
  writeFileSync(nonsense, 'nonsense')
  expect(() => readGivenCertificate(`${cert}x`, key)).toThrow(/^--tls-cert .* can't be read/)
  expect(() => readGivenCertificate(cert, `${key}x`)).toThrow(/^--tls-key .* can't be read/)
  expect(() => readGivenCertificate(cert, foreignKey)).toThrow(/belongs to another certificate/)
  expect(() => readGivenCertificate(nonsense, key)).toThrow(/can't be used together/)
  expect(() => readGivenCertificate(cert, nonsense)).toThrow(/can't be used together/)
})
