import { expect, test } from 'bun:test'
import { rtmpAddress } from './rtmp-address.ts'

test.each([
  [
    'rtmp://live.example/app',
    'k1',
    { host: 'live.example', port: 1935, app: 'app', name: 'k1', tcUrl: 'rtmp://live.example/app' },
  ],
  [
    'rtmps://live.example:444/app/inner/',
    'k1?x=1/2',
    {
      host: 'live.example',
      port: 444,
      app: 'app/inner',
      name: 'k1?x=1/2',
      tcUrl: 'rtmps://live.example:444/app/inner',
    },
  ],
  ['rtmps://live.example/app/k1', undefined, { port: 443, app: 'app', name: 'k1' }],
  ['rtmp://live.example/app/k1?a=b/c', undefined, { app: 'app', name: 'k1?a=b/c' }],
  ['rtmp://live.example/app', undefined, { app: 'app', name: '' }],
  ['rtmp://live.example/app?t=1', 'k1', { app: 'app?t=1', name: 'k1' }],
  ['rtmp://[2a00::1]/app', 'k1', { host: '2a00::1', tcUrl: 'rtmp://[2a00::1]/app' }],
  [
    'rtmp://me:pass@live.example/app',
    'k1',
    { host: 'live.example', tcUrl: 'rtmp://live.example/app' },
  ],
])('%s with %s', (url, key, expected) => {
  expect(rtmpAddress({ url, ...(key !== undefined && { key }) })).toMatchObject(expected)
})

test.each(['', 'rtmp:', 'http://live.example/app', 'rtmp://live.example/a b', 'rtmp:///app'])(
  '%p is none',
  (url) => {
    expect(rtmpAddress({ url })).toBeUndefined()
  },
)
