import { expect, test } from 'bun:test'
import { DuetError } from '@duet/base'
import { openOpenSsl } from './openssl.ts'

test.each([
  { crypto: 'libcrypto.so.3', ssl: 'libssl-of-nobody.so.3' },
  { crypto: 'libcrypto-of-nobody.so.3', ssl: 'libssl.so.3' },
  // A library that is there and has other functions.
  { crypto: 'libssl.so.3', ssl: 'libcrypto.so.3' },
])('without %j it says which package to install', (libraries) => {
  let error: unknown
  try {
    openOpenSsl(libraries)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(DuetError)
  expect(error).toMatchObject({
    code: 'no-openssl',
    message: expect.stringContaining('Debian package libssl3'),
  })
})
