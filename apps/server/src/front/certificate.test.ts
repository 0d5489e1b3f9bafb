import { afterAll, expect, test } from 'bun:test'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadOwnCertificate, readGivenCertificate, type OwnCertificate } from './certificate.ts'
import { makeCertificate } from './make-certificate.ts'

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

function load(dataDirectory: string, needed: string[], now = NOW): Promise<OwnCertificate> {
  return loadOwnCertificate({ dataDirectory, needed, welcome: [], now })
}

test('made for names, IPv4 and IPv6 addresses, and for servers only', async () => {
  const data = folder()
  const welcome = ['fd00::12']
  const needed = ['localhost', 'lake.local', '127.0.0.1', '192.168.1.5']
  const made = await loadOwnCertificate({ dataDirectory: data, needed, welcome, now: NOW })
  expect(made.names).toEqual([...needed, ...welcome])
  expect(made.root.cert).toBe(readFileSync(join(data, 'root.pem'), 'utf8'))
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
  expect([second.cert, second.root.cert]).toEqual([first.cert, first.root.cert])
  for (const file of ['certificate-key.pem', 'root-key.pem']) {
    expect(statSync(join(data, file)).mode & 0o777).toBe(0o600)
  }
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

test('the root outlives its certificates, and signs nothing but them', async () => {
  const data = folder()
  const first = await load(data, ['localhost', '192.168.1.5'])
  const second = await load(data, ['localhost', '10.0.0.5'], NOW + 5 * 365 * DAY_MS)
  expect(second.root.cert).toBe(first.root.cert)
  const root = new X509Certificate(first.root.cert)
  const leaf = new X509Certificate(second.cert)
  expect(leaf.checkIssued(root)).toBe(true)
  expect(leaf.verify(root.publicKey)).toBe(true)
  expect(first.root.name).toMatch(/^Duet [\w.-]+ [\da-f]{4}$/)
  // Before it ends there is a new one.
  const last = await load(data, ['localhost'], NOW + 3400 * DAY_MS)
  expect(last.root.cert).not.toBe(first.root.cert)
  expect(last.root.endsAt).toBeGreaterThan(last.endsAt)
  expect(new X509Certificate(last.cert).verify(new X509Certificate(last.root.cert).publicKey)).toBe(
    true,
  )
})

test('what it may not certify is left out of certificates', async () => {
  const data = folder()
  const first = await load(data, ['localhost', 'duet.example', '203.0.113.7'])
  expect(first.names).toEqual(['localhost', 'duet.example', '203.0.113.7'])
  expect(first.root.permits('a.duet.example')).toBe(true)
  expect(first.root.permits('example.org')).toBe(false)
  const second = await load(data, ['localhost', 'duet.example', '203.0.113.8', '192.168.7.7'])
  expect(second.names).toEqual(['localhost', 'duet.example', '192.168.7.7', '203.0.113.7'])
  // And is no reason for a new one each time.
  const third = await load(data, ['localhost', '203.0.113.8', '192.168.7.7'])
  expect(third.cert).toBe(second.cert)
})

test('one of before, signed by itself, is replaced and leaves its names', async () => {
  const data = folder()
  const old = await makeCertificate(['localhost', '10.1.1.1'], NOW)
  writeFileSync(join(data, 'certificate.pem'), old.cert)
  writeFileSync(join(data, 'certificate-key.pem'), old.key)
  const made = await load(data, ['localhost'])
  expect(made.cert).not.toBe(old.cert)
  expect(made.names).toEqual(['localhost', '10.1.1.1'])
})

test.skipIf(!Bun.which('openssl'))(
  'OpenSSL trusts it by its root, for its names only',
  async () => {
    const data = folder()
    await load(data, ['localhost', 'lake.local', '192.168.1.5'], Date.now())
    const at = (file: string) => join(data, file)
    const verify = (cert: string, ...flags: string[]) =>
      Bun.spawnSync([
        'openssl',
        'verify',
        '-x509_strict',
        '-CAfile',
        at('root.pem'),
        ...flags,
        cert,
      ])
    expect(verify(at('certificate.pem'), '-verify_hostname', 'lake.local').exitCode).toBe(0)
    expect(verify(at('certificate.pem'), '-verify_ip', '192.168.1.5').exitCode).toBe(0)
    const [cert, key] = ['root.pem', 'root-key.pem'].map((file) => readFileSync(at(file), 'utf8'))
    const stolen = await makeCertificate(['example.org'], Date.now(), { cert: cert!, key: key! })
    writeFileSync(at('stolen.pem'), stolen.cert)
    expect(verify(at('stolen.pem')).stderr.toString()).toContain('permitted subtree violation')
  },
)

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
