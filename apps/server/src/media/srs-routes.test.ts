import { describe, expect, test } from 'bun:test'
import { codeOf, OFFER, SDP_HEADERS, Stage, type SrsAnswer } from './testing/stage.ts'

const URL_OF_ANN = 'webrtc://host:1985/lake/ann'

async function post(stage: Stage, path: string, body: unknown): Promise<SrsAnswer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await stage.ask('POST', path, { body: text })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(answer.headers.get('content-type')).toStartWith('application/json')
  return (await answer.json()) as SrsAnswer
}

describe('MD11 publish and play', () => {
  test.each([
    ['/rtc/v1/publish/', 'publish'],
    ['/rtc/v1/publish', 'publish'],
    ['/rtc/v1/play/', 'play'],
    ['/rtc/v1/play', 'play'],
  ])('MD11 POST %s', async (path, kind) => {
    const stage = new Stage()
    const answer = await post(stage, path, { sdp: OFFER, streamurl: URL_OF_ANN })
    const [session] = stage.media.sessions()
    expect(answer).toEqual({
      code: 0,
      server: expect.stringMatching(/^vid-/) as string,
      sdp: expect.stringContaining(`answer to ${kind} lake/ann`) as string,
      sessionid: session?.id ?? '',
    })
    expect(session).toMatchObject({ kind, stream: 'lake/ann', address: '192.0.2.1' })
  })

  test('MD11 what a client says of its own address is not believed', async () => {
    const stage = new Stage()
    const fields = { api: 'http://x', tid: 'abc', clientip: '8.8.8.8', extra: {} }
    await post(stage, '/rtc/v1/play/', { ...fields, sdp: OFFER, streamurl: URL_OF_ANN })
    expect(stage.media.sessions()[0]?.address).toBe('192.0.2.1')
  })

  test.each([
    [5019, 'hello'],
    [5019, ''],
    [5019, 'null'],
    [5019, '[]'],
    [5019, '"text"'],
    [5019, { streamurl: URL_OF_ANN }],
    [5019, { sdp: OFFER }],
    [5019, { sdp: 5, streamurl: URL_OF_ANN }],
    [5019, { sdp: OFFER, streamurl: 'webrtc://host/ann' }],
    [5012, { sdp: 'hello', streamurl: URL_OF_ANN }],
    [5018, { sdp: `${OFFER}a=recvonly`, streamurl: URL_OF_ANN }],
  ])('MD11 code %i for %j', async (code, body) => {
    const stage = new Stage()
    const answer = await post(stage, '/rtc/v1/publish/', body)
    expect(answer).toEqual({ code, message: expect.any(String) as string })
    expect(stage.media.sessions()).toEqual([])
  })

  test('MD11 a stream that somebody publishes is busy, and can be played', async () => {
    const stage = new Stage()
    expect((await stage.openSrs('publish', URL_OF_ANN)).code).toBe(0)
    expect((await stage.openSrs('publish', URL_OF_ANN)).code).toBe(5020)
    expect((await stage.openSrs('play', URL_OF_ANN)).code).toBe(0)
    expect(stage.media.stream('lake/ann')).toMatchObject({ players: 1 })
  })

  test('MD11 playing may begin before publishing', async () => {
    const stage = new Stage()
    expect((await stage.openSrs('play', URL_OF_ANN)).code).toBe(0)
    expect((await stage.openSrs('publish', URL_OF_ANN)).code).toBe(0)
  })

  test('MD11 a server that is full, or goes away, says 400', async () => {
    const stage = new Stage()
    stage.media.maxSessions = 0
    expect((await stage.openSrs('play', URL_OF_ANN)).code).toBe(400)
    await stage.close()
    expect((await stage.openSrs('play', URL_OF_ANN)).code).toBe(400)
  })

  test.each([
    ['?eip=203.0.113.9', { candidates: ['203.0.113.9'] }],
    ['?candidate=203.0.113.9', { candidates: ['203.0.113.9'] }],
    ['?eip=203.0.113.9:8001', { candidates: ['203.0.113.9'] }],
    ['?eip=[2001:db8::9]:8001', { candidates: ['2001:db8::9'] }],
    ['?eip=2001:db8::9,203.0.113.9', { candidates: ['2001:db8::9', '203.0.113.9'] }],
    ['?eip=1.2.3.4&candidate=1.2.3.4', { candidates: ['1.2.3.4'] }],
    ['?eip=evil%0D%0Aa=x', { candidates: undefined }],
    ['?eip=host.example', { candidates: undefined }],
    ['?eip=', { candidates: undefined }],
    ['?codec=VP8', { codec: 'vp8' }],
    ['?codec=h264', { codec: 'h264' }],
    ['?codec=hevc', { codec: undefined }],
    ['', { candidates: undefined, codec: undefined }],
  ])('MD13 %s', async (query, wish) => {
    const stage = new Stage()
    const body = { sdp: OFFER, streamurl: URL_OF_ANN }
    expect((await post(stage, `/rtc/v1/play/${query}`, body)).code).toBe(0)
    const [asked] = stage.media.requests
    expect({ candidates: asked?.candidates, codec: asked?.codec }).toMatchObject(wish)
  })

  test('MD13 no more addresses than a list may have', async () => {
    const stage = new Stage()
    const many = Array.from({ length: 50 }, (_, number) => `10.0.0.${number}`).join(',')
    await post(stage, `/rtc/v1/play/?eip=${many}`, { sdp: OFFER, streamurl: URL_OF_ANN })
    expect(stage.media.requests[0]?.candidates).toHaveLength(8)
  })
})

describe('MD14 preflights', () => {
  test.each([
    '/rtc/v1/publish/',
    '/rtc/v1/play',
    '/rtc/v1/whip/?app=a&stream=b',
    '/rtc/v1/nothing',
    '/api/v1/streams/',
    '/api/v1/clients/x',
  ])('MD14 OPTIONS %s', async (path) => {
    const answer = await new Stage().ask('OPTIONS', path, {
      headers: { origin: 'http://page.example', 'access-control-request-headers': 'content-type' },
    })
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, PUT, DELETE, PATCH, OPTIONS',
      'access-control-allow-headers': 'content-type',
    })
    expect(answer.headers.get('access-control-expose-headers')).toContain('Location, ETag, Link')
  })
})

describe('MD15 WHIP and WHEP at SRS’s addresses', () => {
  test.each([
    ['/rtc/v1/whip/', 'publish'],
    ['/rtc/v1/whip', 'publish'],
    ['/rtc/v1/whep/', 'play'],
    ['/rtc/v1/whep', 'play'],
    ['/rtc/v1/whip-play/', 'play'],
  ])('MD15 %s: POST, then PATCH and DELETE of its Location', async (path, kind) => {
    const stage = new Stage()
    const query = '?app=lake&stream=ann&eip=203.0.113.9&codec=vp9'
    const answer = await stage.ask('POST', `${path}${query}`, { headers: SDP_HEADERS, body: OFFER })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('content-type')).toBe('application/sdp')
    expect(answer.headers.get('link')).toContain('rel="ice-server"')
    expect(stage.media.requests).toMatchObject([
      { kind, stream: 'lake/ann', candidates: ['203.0.113.9'], codec: 'vp9' },
    ])
    const location = answer.headers.get('location') ?? ''
    const [session] = stage.media.sessions()
    expect(location).toBe(`${path.replace(/\/$/, '')}/${session?.id}`)
    const patched = await stage.ask('PATCH', location, {
      headers: { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '*' },
      body: 'a=ice-ufrag:client\r\n',
    })
    expect(patched.status).toBe(204)
    expect((await stage.ask('DELETE', location)).status).toBe(200)
    expect(stage.media.sessions()).toEqual([])
  })

  test('MD15 its clients name no type, or another one', async () => {
    const stage = new Stage()
    for (const [name, type] of [
      ['a', 'text/plain;charset=UTF-8'],
      ['b', ''],
    ]) {
      const answer = await stage.ask('POST', `/rtc/v1/whip/?app=lake&stream=${name}`, {
        headers: { 'content-type': type ?? '' },
        body: OFFER,
      })
      expect(answer.status).toBe(201)
    }
  })

  test.each([
    ['/rtc/v1/whip/', 400],
    ['/rtc/v1/whip/?app=lake', 400],
    ['/rtc/v1/whip/?stream=ann', 400],
    ['/rtc/v1/whip/?app=lake&stream=a%2Fb', 400],
    ['/rtc/v1/whip/a/b', 404],
    ['/rtc/v1/', 404],
    ['/rtc/v1', 404],
    ['/rtc/v1/nack/', 404],
    ['/rtc/v1/publish/more', 404],
  ])('MD15 POST %s: %i', async (path, status) => {
    const answer = await new Stage().ask('POST', path, { body: OFFER })
    expect(answer.status).toBe(status)
  })

  test('MD15 a busy stream and a bad offer are told by status', async () => {
    const stage = new Stage()
    const open = (body: string) => stage.ask('POST', '/rtc/v1/whip/?app=lake&stream=ann', { body })
    expect((await open('hello')).status).toBe(400)
    expect((await open(`${OFFER}a=recvonly`)).status).toBe(422)
    expect((await open(OFFER)).status).toBe(201)
    const busy = await open(OFFER)
    expect([busy.status, await codeOf(busy)]).toEqual([409, 'stream-busy'])
  })

  test('MD15 a session that was opened with SRS’s request ends at WHIP’s address', async () => {
    const stage = new Stage()
    const { sessionid } = await stage.openSrs('publish', URL_OF_ANN)
    expect((await stage.ask('DELETE', `/rtc/v1/whip/${sessionid}`)).status).toBe(200)
  })
})

describe('MD10 switched off', () => {
  test('MD10 without the dialect, SRS’s addresses say how to have it', async () => {
    const stage = new Stage({ flags: '--dialects room' })
    const answer = await stage.ask('POST', '/rtc/v1/publish/', { body: '{}' })
    expect([answer.status, await answer.text()]).toEqual([
      404,
      expect.stringContaining('--dialects srs') as string,
    ])
    const asked = await stage.ask('GET', '/api/v1/streams/').catch(String)
    expect(asked).toContain('nobody claims')
    expect((await stage.openNative('publish', 'lake/ann')).status).toBe(201)
  })

  test('MD10 without a media server, every address says how to have one', async () => {
    const stage = new Stage({ flags: '--media-port off' })
    expect(await stage.openSrs('publish', URL_OF_ANN)).toEqual({
      code: 5021,
      message: expect.stringContaining('--media-port') as string,
    })
    const native = await stage.openNative('publish', 'lake/ann')
    expect([native.status, await codeOf(native)]).toEqual([404, 'disabled'])
    expect((await stage.ask('OPTIONS', '/whip/lake/ann')).status).toBe(200)
    await stage.close()
  })
})
