import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGES = join(import.meta.dir, '../..')
const document = readFileSync(join(PACKAGES, '../docs/turn.md'), 'utf8')
const rules = document.matchAll(/^- \*\*(TU\d+)\*\*/gm).map(([, id = '']) => id)
/** Rules that say what is not done, which nothing can show. */
const NOT_DONE = new Set(['TU74'])

function testText(): string {
  const glob = new Bun.Glob('{turn,stun}/src/**/*.test.ts')
  const files = [...glob.scanSync(PACKAGES)].filter((file) => !file.endsWith('document.test.ts'))
  return files.map((file) => readFileSync(join(PACKAGES, file), 'utf8')).join('\n')
}

describe('docs/turn.md', () => {
  const tests = testText()
  const cited = new Set(tests.matchAll(/\bTU\d+\b/g).map(([id]) => id))

  test.each([...rules])('%s has a test', (rule) => {
    expect(cited.has(rule) || NOT_DONE.has(rule)).toBe(true)
  })

  test.each(Array.from({ length: 21 }, (_, index) => index + 1))('attack %i is tried', (number) => {
    expect(tests).toMatch(new RegExp(`attack (\\d+, )*${number}\\b`))
  })

  test('tests cite no rule that is not there', () => {
    const known = new Set(document.matchAll(/\*\*(TU\d+)\*\*/g).map(([, id]) => id))
    expect([...cited].filter((id) => !known.has(id))).toEqual([])
  })
})
