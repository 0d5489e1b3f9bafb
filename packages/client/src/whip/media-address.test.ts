import { expect, test } from 'bun:test'
import { mediaEndpoint, type PageAddress } from './media-address.ts'

const at = (href: string): PageAddress => new URL(href)
const SECURE = at('https://calls.example:8443/r/lake')
const PLAIN = at('http://calls.example:8080/')

test.each([
  ['https://media.example/whip/lake/ann?a=1', 'https://media.example/whip/lake/ann?a=1'],
  ['/whip/lake/ann', 'https://calls.example:8443/whip/lake/ann'],
  [
    'webrtc://calls.example/lake/ann',
    'https://calls.example:8443/rtc/v1/whip/?app=lake&stream=ann',
  ],
  [
    'webrtc://Calls.Example/lake/ann',
    'https://calls.example:8443/rtc/v1/whip/?app=lake&stream=ann',
  ],
  ['webrtc://media.example/lake/ann', 'https://media.example/rtc/v1/whip/?app=lake&stream=ann'],
  ['webrtc://media.example:2443/a/b', 'https://media.example:2443/rtc/v1/whip/?app=a&stream=b'],
  [
    'webrtc://media.example/a/b/c?k=1&m=2',
    'https://media.example/rtc/v1/whip/?app=a%2Fb&stream=c&k=1&m=2',
  ],
  [
    'webrtc://media.example/a/b?schema=http',
    'http://media.example:1985/rtc/v1/whip/?app=a&stream=b',
  ],
  ['webrtc://[2001:db8::1]:80/a/b', 'https://[2001:db8::1]:80/rtc/v1/whip/?app=a&stream=b'],
  [
    'webrtc://media.example/a%20b/%E4%BD%A0',
    'https://media.example/rtc/v1/whip/?app=a+b&stream=%E4%BD%A0',
  ],
  ['webrtc://media.example/a/100%', 'https://media.example/rtc/v1/whip/?app=a&stream=100%25'],
])('on a page of HTTPS %s is published at %s', (url, expected) => {
  expect(mediaEndpoint(url, 'publish', SECURE)?.href).toBe(expected)
})

test.each([
  ['webrtc://calls.example/lake/ann', 'http://calls.example:8080/rtc/v1/whep/?app=lake&stream=ann'],
  ['webrtc://media.example/lake/ann', 'http://media.example:1985/rtc/v1/whep/?app=lake&stream=ann'],
  ['webrtc://media.example:80/lake/ann', 'http://media.example/rtc/v1/whep/?app=lake&stream=ann'],
])('on a page of HTTP %s is played at %s', (url, expected) => {
  expect(mediaEndpoint(url, 'play', PLAIN)?.href).toBe(expected)
})

test('without a page an address of webrtc means HTTPS, and a relative one nothing', () => {
  // The global `location` of a worker or of a test may be missing.
  const none = undefined as unknown as PageAddress
  expect(mediaEndpoint('webrtc://media.example/a/b', 'play', none)?.href).toBe(
    'https://media.example/rtc/v1/whep/?app=a&stream=b',
  )
  expect(mediaEndpoint('/whep/a/b', 'play', none)).toBeUndefined()
})

test.each([
  'webrtc://media.example/alone',
  'webrtc:///a/b',
  'webrtc://media.example:port/a/b',
  'webrtc://media.example:99999/a/b',
  'rtmp://media.example/a/b',
  'javascript:alert(1)',
  'http://',
  '',
])('%p is no address of a media server', (url) => {
  const none = undefined as unknown as PageAddress
  expect(mediaEndpoint(url, 'publish', none)).toBeUndefined()
})
