import { afterAll, afterEach, describe, expect, test } from 'bun:test'
import { srsExchange, StreamError } from './srs-api.ts'
import { httpSession } from './whip-api.ts'

interface Heard {
  path: string
  method: string
  type: string | null
  token: string | null
  body: string
}

const heard: Heard[] = []
let reply: () => Response = () => new Response()

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const { pathname, search } = new URL(request.url)
    heard.push({
      path: pathname + search,
      method: request.method,
      type: request.headers.get('content-type'),
      token: request.headers.get('authorization'),
      body: await request.text(),
    })
    return reply()
  },
})
const origin = `http://127.0.0.1:${server.port}`

afterEach(() => {
  heard.length = 0
})

afterAll(() => server.stop(true))

describe('SRS’s own API', () => {
  const exchange = srsExchange('publish', origin, 'webrtc://x/lake/ann')

  test('asks in its manner and brings the answer', async () => {
    reply = () => Response.json({ code: 0, sdp: 'answer' })
    expect(await exchange('offer')).toBe('answer')
    expect(heard).toMatchObject([
      { path: '/rtc/v1/publish/', method: 'POST', type: 'application/json' },
    ])
    expect(JSON.parse(heard[0]?.body ?? '')).toMatchObject({
      api: `${origin}/rtc/v1/publish/`,
      streamurl: 'webrtc://x/lake/ann',
      clientip: null,
      sdp: 'offer',
    })
  })

  test.each<[string, () => Response, number, string]>([
    ['a code', () => Response.json({ code: 5020, message: 'busy' }), 5020, 'busy'],
    ['a code without words', () => Response.json({ code: 400 }), 400, 'HTTP 200'],
    ['no JSON', () => new Response('gone', { status: 502 }), -1, 'HTTP 502'],
    ['no answer in it', () => Response.json({ code: 0 }), -1, 'HTTP 200'],
  ])('refused with %s', async (_, answer, code, message) => {
    reply = answer
    const error = (await exchange('offer').catch((reason: unknown) => reason)) as StreamError
    expect([error instanceof StreamError, error.code, error.message]).toEqual([true, code, message])
  })
})

describe('WHIP and WHEP', () => {
  test('a session begins with a POST and ends with one DELETE', async () => {
    const session = httpSession(`${origin}/rtc/v1/whip/?app=lake&stream=ann`, 'secret')
    const headers = { location: '/rtc/v1/whip/?action=delete&token=x' }
    reply = () => new Response('answer', { status: 201, headers })
    await session.end()
    expect(await session.exchange('offer')).toBe('answer')
    await session.end()
    await session.end()
    expect(heard).toMatchObject([
      {
        path: '/rtc/v1/whip/?app=lake&stream=ann',
        method: 'POST',
        type: 'application/sdp',
        token: 'Bearer secret',
        body: 'offer',
      },
      { path: '/rtc/v1/whip/?action=delete&token=x', method: 'DELETE', token: 'Bearer secret' },
    ])
  })

  test('without a token none is sent, and a refusal says its status', async () => {
    const session = httpSession(`${origin}/whep/lake/ann`, '')
    reply = () => new Response('no such stream\n', { status: 404 })
    const error = (await session
      .exchange('offer')
      .catch((reason: unknown) => reason)) as StreamError
    expect([error.code, error.message]).toEqual([404, 'no such stream'])
    const type = { 'content-type': 'application/problem+json' }
    reply = () =>
      new Response('{"title":"Busy","detail":"busy now"}', { status: 409, headers: type })
    expect(session.exchange('offer')).rejects.toThrow('busy now')
    reply = () => new Response('{', { status: 409, headers: type })
    expect(session.exchange('offer')).rejects.toThrow('HTTP 409')
    reply = () => new Response('<html>', { status: 405, headers: { 'content-type': 'text/html' } })
    expect(session.exchange('offer')).rejects.toThrow('HTTP 405')
    await session.end()
    expect(heard.map(({ method, token }) => [method, token])).toEqual([
      ['POST', null],
      ['POST', null],
      ['POST', null],
      ['POST', null],
    ])
  })
})
