import { expect, test } from 'bun:test'
import { readConfig } from './read-config.ts'

function read(text: string) {
  return readConfig({ args: ['--database', text], env: {}, isInNamespace: false })
}

test.each([
  ['sqlite', 'sqlite'],
  ['postgres://ann:p@db.example/duet', 'postgres://ann:p@db.example/duet'],
  ['postgresql://db.example:5433/duet', 'postgres://db.example:5433/duet'],
  ['mysql://ann:p@db.example/duet', 'mysql://ann:p@db.example/duet'],
  ['mariadb://ann:p%40@[::1]/duet?x=1', 'mysql://ann:p%40@[::1]/duet?x=1'],
])('%s is a database', (text, database) => {
  expect(read(text)).toMatchObject({ kind: 'config', config: { database } })
})

test.each([
  ['oracle', 'is not "sqlite"'],
  ['http://ann:hidden@db.example/duet', 'is not "sqlite"'],
  ['ann:hidden@db.example', 'is not "sqlite"'],
  ['postgres://ann:hidden@db.example', 'names no database'],
  ['postgres://ann:hidden@db.example/', 'names no database'],
  ['postgres:///duet?password=hidden', 'names no host'],
])('%s is refused without its password', (text, problem) => {
  const result = read(text)
  if (result.kind !== 'errors') throw new Error('it was taken')
  expect(result.errors.join('\n')).toContain(problem)
  expect(result.errors.join('\n')).not.toContain('hidden')
})
