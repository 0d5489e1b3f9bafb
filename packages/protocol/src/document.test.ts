import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CLOSE_CODES, ERROR_CODES, ROOM_NAME_FAULTS } from './codes.ts'
import * as limits from './limits.ts'

const ROOT = join(import.meta.dir, '../../..')
const document = readFileSync(join(ROOT, 'docs/protocol.md'), 'utf8')

/** Rows of the tables whose first cell is `code`, as lists of cells. */
const rows = Array.from(document.matchAll(/^\| (.+) \|$/gm), ([, cells = '']) =>
  cells.split(' | ').map((cell) => cell.replaceAll('`', '')),
)
const rowOf = (name: string): string[] | undefined => rows.find(([first]) => first === name)

describe('docs/protocol.md', () => {
  const numbers = Object.entries(limits).filter(([name]) => !/^(PROTOCOL|SUB)/.test(name))

  test.each(numbers)('L1 says the value of %s', (name, value) => {
    expect(rowOf(name)?.[1]).toBe(String(value))
  })

  test('H2 says version and subprotocol', () => {
    expect(document).toContain(`\`${limits.SUBPROTOCOL}\``)
    expect(document).toContain(`\`version\` is ${limits.PROTOCOL_VERSION}`)
  })

  test.each([...ERROR_CODES])('E1 says when %s is told', (code) => {
    expect(rowOf(code)?.[1]).toBeTruthy()
  })

  test.each([...ROOM_NAME_FAULTS])('R2 says what %s means', (fault) => {
    expect(document).toContain(`\`${fault}\``)
  })

  test.each(Object.entries(CLOSE_CODES))('E3 says what %s means', (number, { name, retry }) => {
    expect(rowOf(number)).toEqual([number, name, retry])
  })

  test('every rule that a test or a comment cites stands in it', async () => {
    const rules = new Set(Array.from(document.matchAll(/\*\*([A-Z]\d+)\*\*/g), ([, id]) => id))
    const missing: string[] = []
    for (const folder of ['packages', 'apps/server/src/hub', 'apps/server/src/gateways']) {
      const glob = new Bun.Glob('**/*.ts')
      for await (const file of glob.scan(join(ROOT, folder))) {
        if (file.includes('node_modules') || /^(stun|turn)\//.test(file)) continue
        const source = await Bun.file(join(ROOT, folder, file)).text()
        for (const id of citedIn(source)) if (!rules.has(id)) missing.push(`${file}: ${id}`)
      }
    }
    expect(missing).toEqual([])
  })
})

/** Ids at the beginning of a test's name, and behind or before the colon of a comment. */
function citedIn(source: string): string[] {
  const names = Array.from(source.matchAll(/['`]((?:[A-Z]\d{1,2}[ -])+)/g), ([, ids = '']) => ids)
  const comments = Array.from(source.matchAll(/(?:\/\/|\*) .*?\b([A-Z]\d{1,2})\b/g), ([, id]) => id)
  return [...names.flatMap((ids) => ids.trim().split(/[ -]/)), ...comments].filter(
    (id): id is string => id !== undefined && /^[HSRGCELADPTVB]\d/.test(id),
  )
}
