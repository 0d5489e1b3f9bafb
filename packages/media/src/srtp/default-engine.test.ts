import { expect, test } from 'bun:test'
import { defaultEngine, openSslEngine } from './default-engine.ts'

test('OpenSSL is taken where it is there, and one engine serves all', () => {
  const isThere = openSslEngine() !== undefined
  expect(defaultEngine().name).toBe(isThere ? 'openssl' : 'node')
  expect(defaultEngine()).toBe(defaultEngine())
})
