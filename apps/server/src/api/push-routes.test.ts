import { createECDH, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { openTestApi, type TestApi } from './testing.ts'

let api: TestApi
let count = 0

beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

/** An address that is open, without asking a name server. */
const ENDPOINT = 'https://8.8.8.8/send/1'

const KEYS = {
  p256dh: createECDH('prime256v1').generateKeys('base64url'),
  auth: randomBytes(16).toString('base64url'),
}

test('a browser is told the key, subscribes with it, and takes it back', async () => {
  const { cookie, id } = await api.join('ann')
  const offered = await api.ask('GET /api/push', { cookie })
  const { key, isPossible } = JSON.parse(offered.text) as { key: string; isPossible: boolean }
  expect(isPossible).toBe(true)
  expect(Buffer.from(key, 'base64url')).toHaveLength(65)
  const body = { endpoint: ENDPOINT, keys: KEYS, language: 'zh-Hans' }
  expect((await api.ask('PUT /api/push/subscription', { cookie, body })).status).toBe(204)
  expect(await api.store.push.subscriptionsOf(id)).toMatchObject([
    { endpoint: ENDPOINT, ...KEYS, language: 'zh-Hans' },
  ])
  // Again, as each visit does: still one.
  await api.ask('PUT /api/push/subscription', { cookie, body })
  expect(await api.store.push.subscriptionsOf(id)).toHaveLength(1)

  const mallory = await api.join('mallory')
  const remove = { body: { endpoint: ENDPOINT } }
  await api.ask('DELETE /api/push/subscription', { cookie: mallory.cookie, ...remove })
  expect(await api.store.push.subscriptionsOf(id)).toHaveLength(1)
  expect((await api.ask('DELETE /api/push/subscription', { cookie, ...remove })).status).toBe(204)
  expect(await api.store.push.subscriptionsOf(id)).toEqual([])
})

test.each([
  ['no keys', { endpoint: ENDPOINT }],
  ['keys that are none', { endpoint: ENDPOINT, keys: { p256dh: 'x', auth: 'y' } }],
  ['keys of another type', { endpoint: ENDPOINT, keys: { p256dh: 1, auth: [] } }],
  ['no endpoint', { keys: KEYS }],
  ['plain HTTP', { endpoint: 'http://8.8.8.8/send', keys: KEYS }],
  ['this machine', { endpoint: 'https://127.0.0.1/send', keys: KEYS }],
  ['a cloud’s metadata', { endpoint: 'https://169.254.169.254/latest', keys: KEYS }],
  ['a private network in hexadecimal', { endpoint: 'https://0xc0a80001/', keys: KEYS }],
  ['a language like a book', { endpoint: ENDPOINT, keys: KEYS, language: 'x'.repeat(17) }],
])('%s is refused, and nothing is kept', async (_name, body) => {
  count += 1
  const { cookie, id } = await api.join(`eve${count}`)
  const answer = await api.ask('PUT /api/push/subscription', { cookie, body })
  expect([answer.status, answer.json.error.code]).toEqual([400, 'bad-field'])
  expect(await api.store.push.subscriptionsOf(id)).toEqual([])
})
