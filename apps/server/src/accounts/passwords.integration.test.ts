import { expect, test } from 'bun:test'
import { Passwords } from './passwords.ts'

const STRANGER = { address: '192.0.2.1' }

test('hashes are argon2id and no two are the same', async () => {
  const passwords = new Passwords()
  const [one, other] = await Promise.all([
    passwords.hash('correct horse', STRANGER),
    passwords.hash('correct horse', STRANGER),
  ])
  expect(one).toStartWith('$argon2id$v=19$m=32768,t=2,')
  expect(one).not.toBe(other)
  expect(await passwords.verify('correct horse', one, STRANGER)).toBe(true)
  expect(await passwords.verify('correct hors', one, STRANGER)).toBe(false)
  expect(await passwords.verify('correct horse', undefined, STRANGER)).toBe(false)
})

test('one address can’t fill the queue for all others', async () => {
  const passwords = new Passwords()
  const attempts = Array.from({ length: 18 }, () => passwords.hash('correct horse', STRANGER))
  const other = passwords.hash('correct horse', { address: '192.0.2.2' })
  const results = await Promise.allSettled(attempts)
  const refused = results.filter(({ status }) => status === 'rejected')
  expect(refused).toHaveLength(2)
  expect(refused[0]).toMatchObject({ reason: { code: 'busy' } })
  expect(await other).toStartWith('$argon2id$')
  // The places are free again.
  expect(await passwords.hash('correct horse', STRANGER)).toStartWith('$argon2id$')
}, 120_000)

test('many addresses can’t keep those out who are known', async () => {
  const passwords = new Passwords()
  const crowd = Array.from({ length: 65 }, (_, index) =>
    passwords.hash('correct horse', { address: `192.0.2.${index}` }),
  )
  const known = Array.from({ length: 5 }, () =>
    passwords.hash('correct horse', { ...STRANGER, known: 7 }),
  )
  const order: string[] = []
  void crowd[63]?.then(() => order.push('the last of the crowd'))
  void known[3]?.then(() => order.push('somebody known'))
  const results = await Promise.allSettled([...crowd, ...known])
  const refused = results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))
  expect(refused).toEqual([64, 69])
  expect(order).toEqual(['somebody known', 'the last of the crowd'])
}, 120_000)
