import { expect, test } from 'bun:test'
import { Passwords } from './passwords.ts'

test('hashes are argon2id and no two are the same', async () => {
  const passwords = new Passwords()
  const [one, other] = await Promise.all([
    passwords.hash('correct horse', '192.0.2.1'),
    passwords.hash('correct horse', '192.0.2.1'),
  ])
  expect(one).toStartWith('$argon2id$v=19$m=32768,t=2,')
  expect(one).not.toBe(other)
  expect(await passwords.verify('correct horse', one, '192.0.2.1')).toBe(true)
  expect(await passwords.verify('correct hors', one, '192.0.2.1')).toBe(false)
  expect(await passwords.verify('correct horse', undefined, '192.0.2.1')).toBe(false)
})

test('one address can’t fill the queue for all others', async () => {
  const passwords = new Passwords()
  const attempts = Array.from({ length: 18 }, () => passwords.hash('correct horse', '192.0.2.1'))
  const other = passwords.hash('correct horse', '192.0.2.2')
  const results = await Promise.allSettled(attempts)
  const refused = results.filter(({ status }) => status === 'rejected')
  expect(refused).toHaveLength(2)
  expect(refused[0]).toMatchObject({ reason: { code: 'busy' } })
  expect(await other).toStartWith('$argon2id$')
  // The places are free again.
  expect(await passwords.hash('correct horse', '192.0.2.1')).toStartWith('$argon2id$')
}, 30_000)
