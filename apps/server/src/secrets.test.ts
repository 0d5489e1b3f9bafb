import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataDirectory } from './data-directory.ts'
import { loadSecrets } from './secrets.ts'

const folder = mkdtempSync(join(tmpdir(), 'duet-data-'))

afterAll(() => rmSync(folder, { recursive: true }))

test('the directory is made for this user only, and nothing is left in it', () => {
  const data = openDataDirectory(join(folder, 'a', 'b'))
  expect(statSync(data).mode & 0o777).toBe(0o700)
  expect(readdirSync(data)).toEqual([])
})

test('a directory that can’t be written is one sentence', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(() => openDataDirectory(join(folder, 'file', 'below'))).toThrow(
    /^The data directory .* can't be written .*--data\.$/,
  )
})

test('the secret is made once, kept, and read by this user only', () => {
  const data = openDataDirectory(join(folder, 'secret'))
  const first = loadSecrets(data).keyFor('turn credentials')
  expect(first).toHaveLength(32)
  expect(loadSecrets(data).keyFor('turn credentials')).toEqual(first)
  expect(loadSecrets(data).keyFor('turn nonces')).not.toEqual(first)
  expect(statSync(join(data, 'secret')).mode & 0o777).toBe(0o600)
  const other = openDataDirectory(join(folder, 'other'))
  expect(loadSecrets(other).keyFor('turn credentials')).not.toEqual(first)
})

test('a damaged secret is one sentence', () => {
  const data = openDataDirectory(join(folder, 'damaged'))
  writeFileSync(join(data, 'secret'), 'short')
  expect(() => loadSecrets(data)).toThrow(/does not hold 32 bytes.*delete it/)
})
