import { describe, expect, test } from 'bun:test'
import {
  apiOrigin,
  httpUrl,
  ownStreamUrl,
  readStreamUrl,
  streamUrl,
  type Schema,
} from './stream-url.ts'

function page(address: string): URL {
  return new URL(address)
}

describe('addresses of streams', () => {
  test.each([
    ['webrtc://duet.example/lake/ann', { hostname: 'duet.example', app: 'lake', stream: 'ann' }],
    ['webrtc://duet.example:1985/lake/ann', { port: '1985', app: 'lake', stream: 'ann' }],
    [
      'webrtc://[::1]:8443/live/a/b',
      { hostname: '[::1]', port: '8443', app: 'live/a', stream: 'b' },
    ],
    ['webrtc://x/lake/ann?schema=https&vhost=y', { stream: 'ann', schema: 'https' }],
    ['webrtc://x/lake/ann?schema=ftp', { schema: undefined }],
    ['webrtc://x/a%20b/%E6%B9%96', { app: 'a b', stream: '湖' }],
    ['webrtc://x/lake/100%', { stream: '100%' }],
  ])('%s', (address, parts) => {
    expect(readStreamUrl(address)).toMatchObject(parts)
  })

  test.each([
    '',
    'lake',
    'http://x/lake/ann',
    'webrtc://',
    'webrtc://x',
    'webrtc://x/',
    'webrtc://x/lake',
    'webrtc://x/lake/',
    'webrtc://x//ann',
    'webrtc://x:port/lake/ann',
  ])('%p is none', (address) => {
    expect(readStreamUrl(address)).toBeUndefined()
  })

  test('what is written is read', () => {
    for (const name of ['lake', 'a b', '湖/?#', '100%']) {
      const read = readStreamUrl(streamUrl('duet.example:8443', name, name))
      expect(read).toMatchObject({ port: '8443', app: name, stream: name })
    }
  })
})

describe('where the API is', () => {
  test.each<[url: string, page: string, schema: Schema | undefined, origin: string]>([
    // As the original's pages expect it.
    ['webrtc://srs.example/a/b', 'https://x.example/', undefined, 'https://srs.example:443'],
    ['webrtc://srs.example/a/b', 'http://x.example/', undefined, 'http://srs.example:1985'],
    ['webrtc://srs.example:99/a/b', 'https://x.example/', undefined, 'https://srs.example:99'],
    ['webrtc://srs.example:99/a/b', 'http://srs.example:99/', undefined, 'http://srs.example:99'],
    ['webrtc://srs.example/a/b', 'https://srs.example/', undefined, 'https://srs.example'],
    ['webrtc://localhost:1985/a/b', 'http://localhost:8080/', undefined, 'http://localhost:1985'],
    ['webrtc://srs.example/a/b', 'http://x.example/', 'https', 'https://srs.example:443'],
    ['webrtc://localhost/a/b', 'https://localhost:8443/', 'http', 'http://localhost:1985'],
    ['webrtc://srs.example/a/b?schema=http', 'https://x/', 'https', 'http://srs.example:1985'],
    // As Duet serves its pages.
    ['webrtc://localhost/a/b', 'https://localhost:8443/', undefined, 'https://localhost:8443'],
    ['webrtc://localhost/a/b', 'http://localhost:8080/', undefined, 'http://localhost:8080'],
    ['webrtc://[::1]/a/b', 'https://[::1]:8443/', undefined, 'https://[::1]:8443'],
  ])('%s from %s with schema %p', (url, from, schema, origin) => {
    const address = readStreamUrl(url)
    expect(address && apiOrigin(address, page(from), schema)).toBe(origin)
  })

  test('WHIP and WHEP name app and stream', () => {
    const address = readStreamUrl('webrtc://x/a%20b/c')
    expect(address && httpUrl('https://x', 'whep', address)).toBe(
      'https://x/rtc/v1/whep/?app=a+b&stream=c',
    )
  })
})

test.each<[token: string | undefined, signalingUrl: string, api: string, url: string]>([
  ['a+b', 'wss://x.example/sig/v1/rtc', 'https://x.example', '?token=a%2Bb'],
  ['t', 'ws://x.example:1989/sig/v1/rtc', 'http://x.example:1985', '?token=t'],
  ['t', 'wss://x.example/sig/v1/rtc', 'https://srs.example', ''],
  [undefined, 'wss://x.example/sig/v1/rtc', 'https://x.example', ''],
])('token %p of %s, published at %s: %p', (token, signalingUrl, api, query) => {
  const own = ownStreamUrl('webrtc://x/lake/ann', { token, signalingUrl, api })
  expect(own).toBe(`webrtc://x/lake/ann${query}`)
  expect(readStreamUrl(own)).toMatchObject({ app: 'lake', stream: 'ann' })
})
