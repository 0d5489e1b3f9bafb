import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { launchChromium } from './harness/chromium.ts'
import { launchFirefox } from './harness/firefox.ts'
import type { Person } from './harness/person.ts'
import { startServer, type RunningServer } from './harness/server.ts'

let server: RunningServer
let foreign: RunningServer

beforeAll(async () => {
  ;[server, foreign] = await Promise.all([startServer(), startServer()])
})
afterAll(() => Promise.all([server.close(), foreign.close()]))

/** Asks from the open page, as its scripts do. */
function ask(
  person: Person,
  path: string,
  body?: object,
): Promise<{ status: number; text: string }> {
  return person.window.evaluate(
    async ({ url, sent }) => {
      const response = await fetch(url, {
        method: sent ? 'POST' : 'GET',
        credentials: 'include',
        ...(sent && { body: sent, headers: { 'content-type': 'application/json' } }),
      }).catch(() => undefined)
      return { status: response?.status ?? 0, text: (await response?.text()) ?? '' }
    },
    { url: path, sent: body && JSON.stringify(body) },
  )
}

describe.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
] as const)('%s', (name, launch) => {
  test.each(['http', 'https'] as const)(
    'keeps the login on %s://localhost, hidden from scripts and of no use to another origin',
    async (scheme) => {
      const browser = await launch()
      try {
        const person = await browser.newPerson()
        await person.goto(server[scheme])
        const account = { name: `${name}-${scheme}`, password: 'correct horse' }
        expect((await ask(person, '/api/register', account)).status).toBe(201)
        expect((await ask(person, '/api/me')).text).toContain(account.name.toLowerCase())
        expect(await person.window.evaluate(() => document.cookie, null)).toBe('')
        await person.goto(foreign[scheme])
        const out = await ask(person, `${server[scheme]}/api/logout`, {})
        expect([0, 403]).toContain(out.status)
        expect((await ask(person, `${server[scheme]}/api/me`)).status).toBe(0)
        await person.goto(server[scheme])
        expect((await ask(person, '/api/me')).text).toContain(account.name.toLowerCase())
        expect((await ask(person, '/api/logout', {})).status).toBe(204)
        expect((await ask(person, '/api/me')).text).toContain('"user":null')
      } finally {
        await browser.close()
      }
    },
    60_000,
  )
})
