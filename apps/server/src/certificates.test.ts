import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, FakeClock, silentLogger, type LogRecord } from '@duet/base'
import { openCertificates } from './certificates.ts'
import { readConfig, type Config } from './config/index.ts'
import { makeCertificate } from './front/make-certificate.ts'

const HOUR_MS = 60 * 60 * 1000
const folder = mkdtempSync(join(tmpdir(), 'duet-certificates-'))

afterAll(() => rmSync(folder, { recursive: true }))

function configOf(...args: string[]): Config {
  const result = readConfig({ args, env: {}, isInNamespace: false })
  if (result.kind !== 'config') throw new Error(JSON.stringify(result))
  return result.config
}

/** Writes a certificate and its key, and returns the flags for them. */
async function write(file: string, name: string): Promise<string[]> {
  const { cert, key } = await makeCertificate([name], Date.now())
  writeFileSync(join(folder, `${file}.pem`), cert)
  writeFileSync(join(folder, `${file}-key.pem`), key)
  const paths = [join(folder, `${file}.pem`), join(folder, `${file}-key.pem`)]
  return ['--tls-cert', paths[0]!, '--tls-key', paths[1]!]
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('pairs are read in order, and looked at each by itself', async () => {
  const clock = new FakeClock()
  const records: LogRecord[] = []
  const config = configOf(
    ...(await write('one', 'a.example')),
    ...(await write('two', 'b.example')),
  )
  const certificates = await openCertificates({
    config,
    dataDirectory: folder,
    clock,
    logger: createLogger('error', (record) => records.push(record)),
  })
  const names = () => certificates.all.map((each) => each.names.join())
  expect(names()).toEqual(['a.example', 'b.example'])
  const changes: string[][] = []
  const stop = certificates.watch({
    onChange: (all) => changes.push(all.map((each) => each.names.join())),
    onAnswers: () => {},
  })
  clock.advance(HOUR_MS)
  await settled()
  expect(changes).toEqual([])

  writeFileSync(join(folder, 'one-key.pem'), 'half written')
  await write('two', 'c.example')
  clock.advance(HOUR_MS)
  await settled()
  expect(changes).toEqual([['a.example', 'c.example']])
  expect(names()).toEqual(['a.example', 'c.example'])
  expect(records).toHaveLength(1)

  await write('one', 'd.example')
  clock.advance(HOUR_MS)
  await settled()
  expect(changes.at(-1)).toEqual(['d.example', 'c.example'])
  stop()
  expect(clock.pending).toBe(0)
})

test('without any given there is our own, and none where nothing speaks TLS', async () => {
  const open = (...args: string[]) =>
    openCertificates({
      config: configOf(...args),
      dataDirectory: folder,
      clock: new FakeClock(Date.now()),
      logger: silentLogger,
    })
  expect((await open()).all.map(({ isSelfSigned }) => isSelfSigned)).toEqual([true])
  expect((await open('--https', 'off')).all).toEqual([])
  expect((await open('--https', 'off', '--turns', 'always')).all).toHaveLength(1)
})

test('one that can’t be used is one sentence', async () => {
  const config = configOf(
    ...(await write('fine', 'a.example')),
    '--tls-cert',
    'x',
    '--tls-key',
    'y',
  )
  const opened = openCertificates({
    config,
    dataDirectory: folder,
    clock: new FakeClock(),
    logger: silentLogger,
  })
  expect(opened).rejects.toThrow(/^--tls-cert x can't be read/)
})
