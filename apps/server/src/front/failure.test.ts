import { expect, test } from 'bun:test'
import { failureOf } from './failure.ts'

test.each<[unknown, string]>([
  [
    Object.assign(new TypeError('ECONNREFUSED fetching "http://a/?secret"'), {
      code: 'ECONNREFUSED',
    }),
    'ECONNREFUSED',
  ],
  [
    new Error("WebSocket connection to 'ws://127.0.0.1:1/a?secret' failed: odd"),
    "WebSocket connection to '…' failed: odd",
  ],
  [new Error('fetching "https://a/b?secret". More'), 'fetching "…". More'],
  [new DOMException('it was aborted', 'AbortError'), 'it was aborted'],
  [new Error('it says nothing'), 'it says nothing'],
  ['odd', 'odd'],
])('%p', (error, text) => {
  expect(failureOf(error)).toBe(text)
})
