import { expect, test } from 'bun:test'
import { withoutSecrets } from './push.ts'

test.each([
  [
    'Cannot open connection tcp://127.0.0.1:1?tcp_nodelay=0',
    'Cannot open connection tcp://127.0.0.1:1?tcp_nodelay=0',
  ],
  ['rtmp://host/live/s3cret-key: Connection refused', '(address) Connection refused'],
  ['Server error: stream s3cret-key is taken', 'Server error: stream (secret) is taken'],
  ['Publish of /abc%2Fdef and abc/def', 'Publish of /(secret) and (secret)'],
  ['no stream called s3cret-key?', 'no stream called (secret)?'],
])('%s', (said, clean) => {
  const push = { url: 'rtmp://me:pass@host/live/abc%2Fdef', key: 's3cret-key' }
  expect(withoutSecrets(said, push)).toBe(clean)
})

test('servers name the last part of a key, or what stands before its question', () => {
  const push = { url: 'rtmp://host/live', key: 'group/s3cret-key?token=t0ken' }
  expect(withoutSecrets('no stream s3cret-key of group, t0ken', push)).toBe(
    'no stream (secret) of (secret), (secret)',
  )
})
