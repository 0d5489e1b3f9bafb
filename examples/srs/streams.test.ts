import { expect, test } from 'bun:test'
import { sessionUrl, streamLinks } from './streams.ts'

test('a stream of the page’s own server is played from where the page is', () => {
  const page = new URL('https://localhost:8443/demos/one2one.html')
  expect(streamLinks('webrtc://localhost/lake/ann', page)).toEqual({
    webrtc: 'webrtc://localhost/lake/ann',
    whep: 'https://localhost:8443/rtc/v1/whep/?app=lake&stream=ann',
    player:
      'https://localhost:8443/demos/whep.html?url=https%3A%2F%2Flocalhost%3A8443%2Frtc%2Fv1%2Fwhep%2F%3Fapp%3Dlake%26stream%3Dann&autostart=true',
  })
})

test('what is no address has no links', () => {
  expect(streamLinks('lake', new URL('https://localhost:8443/'))).toBeUndefined()
})

test.each([
  ['https://srs.example/whep/lake/ann', 'https://srs.example/whep/lake/ann'],
  [' /rtc/v1/whep/?app=a&stream=b ', 'https://localhost:8443/rtc/v1/whep/?app=a&stream=b'],
  ['webrtc://localhost/a/b', 'https://localhost:8443/rtc/v1/whep/?app=a&stream=b'],
  ['webrtc://srs.example/a/b', 'https://srs.example:443/rtc/v1/whep/?app=a&stream=b'],
  ['webrtc://srs.example', undefined],
  ['rtmp://srs.example/a/b', undefined],
  ['javascript:alert(1)', undefined],
])('%p leads to %p', (text, url) => {
  expect(sessionUrl(text, 'whep', new URL('https://localhost:8443/demos/whep.html'))).toBe(url)
})
