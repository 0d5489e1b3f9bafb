import { expect, test } from 'bun:test'
import {
  anything,
  array,
  asyncProperty,
  assert,
  constantFrom,
  json,
  oneof,
  record,
  string,
} from 'fast-check'
import { OFFER, Stage } from './testing/stage.ts'

const PLACES = ['/whip', '/whep', '/rtc/v1/publish', '/rtc/v1/play', '/rtc/v1/whip', '/rtc/v1']
const METHODS = ['GET', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'PUT']

/** What can stand in a header. */
const headerText = string({ unit: constantFrom(...'aZ09 "*/;,=.:-%'.split('')) })

const body = oneof(
  string({ unit: 'binary' }),
  json(),
  record({ sdp: oneof(constantFrom(OFFER), anything()), streamurl: anything() }).map(textOf),
  record({ sdp: constantFrom(OFFER), streamurl: string().map((rest) => `webrtc://h/${rest}`) }).map(
    textOf,
  ),
)

const request = record({
  method: constantFrom(...METHODS),
  place: constantFrom(...PLACES, '/api/v1/clients', '/api/v1/streams'),
  path: array(oneof(string({ unit: 'binary' }), constantFrom('', 'a', '..', '%', '%2F')), {
    maxLength: 4,
  }),
  query: array(
    record({
      key: oneof(
        string(),
        constantFrom('app', 'stream', 'eip', 'codec', 'vhost', 'token', 'start'),
      ),
      value: oneof(string({ unit: 'binary' }), constantFrom('a', '1')),
    }),
    { maxLength: 3 },
  ),
  headers: record({
    authorization: oneof(
      headerText,
      headerText.map((text) => `Bearer ${text}`),
    ),
    accept: oneof(headerText, constantFrom('*/*')),
    'content-type': oneof(headerText, constantFrom('application/sdp')),
    'if-match': headerText,
  }),
  body,
})

function textOf(value: unknown): string {
  return JSON.stringify(value)
}

test('MD3 whatever is asked is answered, and nothing of it is a mistake of ours', async () => {
  const stage = new Stage({ flags: '--limits off --host 127.0.0.1' })
  await assert(
    asyncProperty(request, async ({ method, place, path, query, headers, body: sent }) => {
      const parts = path.map((part) => (part.includes('%') ? part : encoded(part)))
      const search = query.map(({ key, value }) => `${encoded(key)}=${encoded(value)}`).join('&')
      const url = new URL(`${[place, ...parts].join('/')}?${search}`, 'https://duet.example')
      // The front passes on nothing that is elsewhere.
      if (!url.pathname.startsWith(place)) return
      const hasBody = method === 'POST' || method === 'PATCH' || method === 'PUT'
      const answer = await stage.ask(method, url.href, {
        headers,
        ...(hasBody ? { body: sent } : {}),
      })
      expect([answer.status < 500, await answer.text()]).toEqual([true, expect.any(String)])
    }),
    { numRuns: 3000 },
  )
  expect(stage.records.filter(({ level }) => level === 'error')).toEqual([])
  await stage.close()
})

/** As in an address; half a surrogate pair can't be. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
