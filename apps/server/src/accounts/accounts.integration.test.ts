import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FREE_PORTS, runToEnd, spawnServer, type SpawnedServer } from '../spawn-server.ts'

const CLI = [process.execPath, join(import.meta.dir, '../cli.ts')]
const data = mkdtempSync(join(tmpdir(), 'duet-accounts-'))

afterAll(() => rmSync(data, { recursive: true }))

const spawn = () => spawnServer(FREE_PORTS, undefined, data)
const reset = (name: string, directory = data) =>
  runToEnd(['user', 'reset', name, '--data', directory], CLI)

/** Asks as a page of the server does. */
function post(server: SpawnedServer, path: string, body: object): Promise<Response> {
  const origin = server.origin('http')
  return fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

const tokenIn = (text: string, kind: string): string =>
  new RegExp(`https?://[^\\s/]+/${kind}/([\\w-]{43})\\s`).exec(text)?.[1] ?? ''

test('the start prints a link for the first administrator, until there is one', async () => {
  const first = await spawn()
  const older = tokenIn(first.banner, 'administrator')
  await first.stop()
  const second = await spawn()
  const newer = tokenIn(second.banner, 'administrator')
  expect([older.length, newer.length]).toEqual([43, 43])
  expect(newer).not.toBe(older)
  const page = await fetch(`${second.origin('http')}/administrator/${older}`)
  expect(page.headers.get('content-type')).toStartWith('text/html')
  const made = await post(second, '/api/administrator', {
    token: older,
    name: 'boss',
    password: 'correct horse',
  })
  expect(made.status).toBe(201)
  const used = await post(second, '/api/administrator', {
    token: newer,
    name: 'other',
    password: 'correct horse',
  })
  expect(used.status).toBe(409)
  await second.stop()
  const third = await spawn()
  expect(third.banner).not.toContain('Administrator')
  await third.stop()
}, 60_000)

test('`duet user reset` prints a link that sets the password, while the server runs', async () => {
  const server = await spawn()
  const made = await reset('BOSS')
  expect([made.code, made.errors]).toEqual([0, ''])
  const token = tokenIn(`${made.output}\n`, 'reset')
  const answer = await post(server, '/api/reset', { token, password: 'another horse' })
  expect(answer.status).toBe(204)
  const logIn = (password: string) => post(server, '/api/login', { name: 'boss', password })
  expect((await logIn('correct horse')).status).toBe(401)
  expect((await logIn('another horse')).status).toBe(200)
  expect((await post(server, '/api/reset', { token, password: 'third horse' })).status).toBe(409)
  await server.stop()
}, 60_000)

test('what can’t be reset is said in one sentence', async () => {
  const unknown = await reset('boos')
  expect([unknown.code, unknown.output]).toEqual([1, ''])
  expect(unknown.errors).toBe('duet: There is no user boos; did you mean boss?\n')
  const elsewhere = await reset('boss', join(data, 'nowhere'))
  expect([elsewhere.code, elsewhere.errors]).toEqual([
    1,
    `duet: There is no database in ${join(data, 'nowhere')}: ` +
      'give this command the flags of the server, such as --data.\n',
  ])
  const nameless = await runToEnd(['user', 'reset'], CLI)
  expect(nameless.errors).toBe('duet: say whose password: duet user reset NAME\n')
}, 60_000)

test('a killed server forgets no account that it acknowledged, and keeps none twice', async () => {
  const server = await spawn()
  const acknowledged: string[] = []
  const registering = Array.from({ length: 12 }, async (_, index) => {
    const name = `user${index}`
    const answer = await post(server, '/api/register', { name, password: 'correct horse' }).catch(
      () => undefined,
    )
    if (answer?.status === 201) acknowledged.push(name)
    if (acknowledged.length === 4) server.process.kill('SIGKILL')
  })
  await Promise.all(registering)
  await server.process.exited
  expect(acknowledged.length).toBeGreaterThanOrEqual(4)
  const again = await spawn()
  for (const name of acknowledged) {
    const answer = await post(again, '/api/login', { name, password: 'correct horse' })
    expect(answer.status).toBe(200)
    const twice = await post(again, '/api/register', { name, password: 'correct horse' })
    expect(twice.status).toBe(409)
  }
  await again.stop()
}, 60_000)
