import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { API_ERRORS } from './api-error.ts'
import { openTestApi, type TestApi } from './testing.ts'

const document = readFileSync(join(import.meta.dir, '../../../../docs/api.md'), 'utf8')

let api: TestApi

beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

/** The first cells of all rows of tables. */
const rows = Array.from(document.matchAll(/^\| (.+) \|$/gm), ([, row = '']) =>
  row.split(' | ').map((cell) => cell.replaceAll('`', '').trim()),
)

test('docs/api.md names every endpoint and who may use it, and no other', () => {
  const written = rows.filter(([, path]) => path?.startsWith('/api'))
  expect(written.map(([method, path, access]) => `${method} ${path} ${access}`).sort()).toEqual(
    api.routes.map(({ method, path, access }) => `${method} ${path} ${access}`).sort(),
  )
})

test('docs/api.md says when each code is told, and with which status', () => {
  const written = rows.filter(([code]) => code !== undefined && Object.hasOwn(API_ERRORS, code))
  expect(Object.fromEntries(written.map(([code, status]) => [code, Number(status)]))).toEqual(
    API_ERRORS,
  )
})
