import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFront } from '../front/testing.ts'
import { createStaticFiles } from './static-files.ts'

const CLIP = '0123456789'
const directory = mkdtempSync(join(tmpdir(), 'duet-validators-'))
writeFileSync(join(directory, 'clip.mp4'), CLIP)

const files = createStaticFiles({ directory, secretPaths: [] })
const { front, port } = openFront({
  respond: async ({ url, headers }) => (await files(url, headers)) ?? new Response('missing'),
})

afterAll(async () => {
  await front.close()
  rmSync(directory, { recursive: true })
})

function get(headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/clip.mp4`, { method, headers })
}

const modified = async (): Promise<[etag: string, date: string]> => {
  const { headers } = await get()
  return [headers.get('etag') ?? '', headers.get('last-modified') ?? '']
}

test('what the browser has is not sent again', async () => {
  const [etag, date] = await modified()
  expect(etag).toMatch(/^"[\da-f]+-[\da-f]+"$/)
  const past = new Date(Date.parse(date) - 1000).toUTCString()
  const cases: [Record<string, string>, number][] = [
    [{ 'if-none-match': etag }, 304],
    [{ 'if-none-match': `"x", W/${etag}` }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"x"' }, 200],
    [{ 'if-none-match': '"x"', 'if-modified-since': date }, 200],
    [{ 'if-modified-since': date }, 304],
    [{ 'if-modified-since': past }, 200],
    [{ 'if-modified-since': 'yesterday' }, 200],
  ]
  for (const [headers, status] of cases) {
    for (const method of ['GET', 'HEAD']) {
      const answer = await get(headers, method)
      expect([headers, answer.status]).toEqual([headers, status])
      expect(answer.headers.get('etag')).toBe(etag)
    }
  }
})

test('a range continues the version that it began with, and no other', async () => {
  const [etag, date] = await modified()
  const ask = async (known: string) => {
    const answer = await get({ range: 'bytes=5-', 'if-range': known })
    return [answer.status, await answer.text()]
  }
  expect(await ask(etag)).toEqual([206, '56789'])
  expect(await ask(date)).toEqual([206, '56789'])
  expect(await ask('"other"')).toEqual([200, CLIP])
  expect(await ask(`W/${etag}`)).toEqual([200, CLIP])
  expect(await ask('Thu, 01 Jan 1970 00:00:00 GMT')).toEqual([200, CLIP])
})

const RANGES: [range: string, status: number, contentRange: string | null, text: string][] = [
  ['bytes=0-', 206, 'bytes 0-9/10', CLIP],
  ['bytes=2-4', 206, 'bytes 2-4/10', '234'],
  ['bytes=9-9', 206, 'bytes 9-9/10', '9'],
  ['bytes=7-500', 206, 'bytes 7-9/10', '789'],
  ['bytes=-3', 206, 'bytes 7-9/10', '789'],
  ['bytes=-30', 206, 'bytes 0-9/10', CLIP],
  ['bytes=10-', 416, 'bytes */10', ''],
  ['bytes=-0', 416, 'bytes */10', ''],
  ['bytes=4-2', 200, null, CLIP],
  ['bytes=x', 200, null, CLIP],
  ['bytes=0-1,4-5', 200, null, CLIP],
  ['lines=1-2', 200, null, CLIP],
]

test.each(RANGES)('range %s gets %i', async (range, status, contentRange, text) => {
  const answer = await get({ range })
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-range')).toBe(contentRange)
  expect(await answer.text()).toBe(text)
  expect((await get({ range }, 'HEAD')).status).toBe(200)
})
