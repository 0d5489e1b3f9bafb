import { describe, expect, test } from 'bun:test'
import { assert, string, property } from 'fast-check'
import { MAX_STREAM_NAME_LENGTH, MAX_STREAM_URL_LENGTH } from './limits.ts'
import { splitStream, streamTarget } from './stream-target.ts'
import { DEFAULT_VHOST, parseStreamUrl } from './stream-url.ts'

describe('MD12 the URL of a stream', () => {
  test.each([
    ['webrtc://host/live/show', 'live', 'show', '', DEFAULT_VHOST],
    ['webrtc://host:1985/live/show', 'live', 'show', '', DEFAULT_VHOST],
    ['webrtc://[2001:db8::1]:8443/live/show', 'live', 'show', '', DEFAULT_VHOST],
    ['WEBRTC://host/live/show', 'live', 'show', '', DEFAULT_VHOST],
    ['rtmp://host/live/show', 'live', 'show', '', DEFAULT_VHOST],
    ['webrtc://host/a/b/show', 'a/b', 'show', '', DEFAULT_VHOST],
    ['webrtc://host/live/show?token=x&y=1', 'live', 'show', '?token=x&y=1', DEFAULT_VHOST],
    ['webrtc://host/live/show?vhost=v.example', 'live', 'show', '?vhost=v.example', 'v.example'],
    ['webrtc://host/live/show?vhost=', 'live', 'show', '?vhost=', DEFAULT_VHOST],
    ['webrtc://host/live?vhost=v.example/show', 'live', 'show', '?vhost=v.example', 'v.example'],
    ['webrtc://host/live/show?a=b/c', 'live', 'show', '?a=b/c', DEFAULT_VHOST],
    ['webrtc://host/live/show#k=x', 'live', 'show', '', DEFAULT_VHOST],
    ['webrtc://host/西湖/安', '西湖', '安', '', DEFAULT_VHOST],
    ['webrtc://host/%E6%B9%96/a%20b', '湖', 'a b', '', DEFAULT_VHOST],
    ['webrtc://host/live/100%', 'live', '100%', '', DEFAULT_VHOST],
    [' webrtc://host/live/show\n', 'live', 'show', '', DEFAULT_VHOST],
  ])('MD12 %s', (url, app, name, param, vhost) => {
    const read = parseStreamUrl(url)
    expect(read && { ...read, query: undefined }).toEqual({
      target: { app, name, stream: `${app}/${name}` },
      param,
      vhost,
      query: undefined,
    })
  })

  test.each([
    '',
    'live/show',
    '/live/show',
    'webrtc://host',
    'webrtc://host/',
    'webrtc://host/show',
    'webrtc://host//show',
    'webrtc://host/live/',
    'webrtc:///live/show',
    'webrtc://host/live//show',
    'webrtc://host//live/show',
    'webrtc://host/live/a%2Fb',
    'webrtc://host/live/a%00b',
    'webrtc://host/live/a\u2028b',
    `webrtc://host/live/${'x'.repeat(MAX_STREAM_NAME_LENGTH + 1)}`,
    `webrtc://host/live/show?${'x'.repeat(MAX_STREAM_URL_LENGTH)}`,
  ])('MD12 %s names no stream', (url) => {
    expect(parseStreamUrl(url)).toBeUndefined()
  })

  test('MD12 whatever is read can be taken apart again, and nothing throws', () => {
    assert(
      property(string({ unit: 'binary' }), string({ unit: 'grapheme' }), (app, name) => {
        for (const url of [app, `webrtc://${app}`, `webrtc://h/${app}/${name}`, `a://h/${name}`]) {
          const target = parseStreamUrl(url)?.target
          if (!target) continue
          expect(splitStream(target.stream).name).toBe(target.name)
          expect(streamTarget(target.app, target.name)).toEqual(target)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

test('MD1 an app is spelled as a room, where it can be one', () => {
  const streams = [
    ['Lake', 'Ann'],
    [' lake ', 'Ann'],
    ['LAKE', 'Ann'],
    ['a/B', 'Ann'],
    ['?odd', 'Ann'],
  ].map(([app = '', name = '']) => streamTarget(app, name)?.stream)
  expect(streams).toEqual(['lake/Ann', 'lake/Ann', 'lake/Ann', 'a/B/Ann', '?odd/Ann'])
})
