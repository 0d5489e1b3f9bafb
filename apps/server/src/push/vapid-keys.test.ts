import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StartError } from '../start-error.ts'
import { loadVapidKeys } from './vapid-keys.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'duet-keys-'))))
afterEach(() => rmSync(folder, { recursive: true }))

test('the keys are made once, for the server alone to read', () => {
  const keys = loadVapidKeys(folder)
  expect(Buffer.from(keys.publicKey, 'base64url')).toHaveLength(65)
  expect(loadVapidKeys(folder)).toEqual(keys)
  expect(statSync(join(folder, 'push-keys.json')).mode & 0o777).toBe(0o600)
})

test.each(['', '{}', '{"publicKey":"AA","privateKey":"AA"}'])('a file of %p is told', (text) => {
  writeFileSync(join(folder, 'push-keys.json'), text)
  expect(() => loadVapidKeys(folder)).toThrow(StartError)
})
