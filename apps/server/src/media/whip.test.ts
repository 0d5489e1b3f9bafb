import { describe, expect, test } from 'bun:test'
import { codeOf, OFFER, SDP_HEADERS, Stage } from './testing/stage.ts'

const FRAGMENT = 'application/trickle-ice-sdpfrag'
const TRICKLE = 'a=ice-ufrag:client\r\na=ice-pwd:x\r\n'
const RESTART = 'a=ice-ufrag:again\r\na=ice-pwd:x\r\n'

/** A session at a native address: its URL, entity-tag and what a request to it needs. */
async function openSession(stage: Stage) {
  const answer = await stage.openNative('publish', 'lake/ann')
  const etag = answer.headers.get('etag') ?? ''
  const headers = { ...stage.bearer('publish', 'lake/ann'), 'content-type': FRAGMENT }
  return { url: answer.headers.get('location') ?? '', etag, headers }
}

describe('MD1 MD2 opening', () => {
  test.each([
    ['publish', '/whip/lake/ann'],
    ['play', '/whep/lake/ann'],
  ] as const)('MD1 to %s at %s is answered with a session', async (kind, path) => {
    const stage = new Stage()
    const answer = await stage.openNative(kind, 'lake/ann')
    expect(answer.status).toBe(201)
    expect(await answer.text()).toContain(`answer to ${kind} lake/ann`)
    const [session] = stage.media.sessions()
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/sdp',
      location: `${path}/${session?.id}`,
      etag: `"${session?.etag}"`,
      'accept-patch': FRAGMENT,
      'access-control-allow-origin': '*',
    })
    expect(answer.headers.get('access-control-expose-headers')).toContain('Location, ETag, Link')
    expect(stage.media.requests).toMatchObject([
      { kind, stream: 'lake/ann', sdp: OFFER, address: '192.0.2.1' },
    ])
  })

  test('MD2 ICE servers come as links, with credentials that name no session', async () => {
    const stage = new Stage()
    const answer = await stage.openNative('publish', 'lake/ann')
    const link = answer.headers.get('link') ?? ''
    expect(link).toStartWith('<stun:duet.example:3478>; rel="ice-server", <turn:duet.example:3478')
    expect(link).toMatch(
      /<turn:duet\.example:3478\?transport=udp>; rel="ice-server"; username="\d+:s-[\w-]{20}"; credential="[^"]+"; credential-type="password"/,
    )
    expect(link).not.toContain(stage.media.sessions()[0]?.id ?? '?')
  })

  test('MD1 a room and a name may be of any script, and a room in any spelling', async () => {
    const stage = new Stage()
    const headers = { ...SDP_HEADERS, ...stage.bearer('publish', '西湖 lake/安') }
    const path = `/whip/${encodeURIComponent('西湖 LAKE')}/${encodeURIComponent('安')}`
    const answer = await stage.ask('POST', path, { headers, body: OFFER })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toStartWith(`${path}/`)
    const gone = await stage.ask('DELETE', answer.headers.get('location') ?? '', { headers })
    expect(gone.status).toBe(200)
  })

  test.each([
    ['/whip', 404],
    ['/whip/', 404],
    ['/whip/lake', 404],
    ['/whip/lake/', 404],
    ['/whip//ann', 404],
    ['/whip/lake/ann/x/y', 404],
    ['/whip/lake/a%2Fb', 404],
    ['/whip/lake/a%00b', 404],
    [`/whip/lake/${'x'.repeat(257)}`, 404],
    ['/whip/lake/100%', 201],
    ['/whip/lake/ann/', 201],
    ['/whip/lake/ann?x=y', 201],
  ])('MD1 POST %s: %i', async (path, status) => {
    const stage = new Stage()
    const name = path.includes('100%') ? 'lake/100%' : 'lake/ann'
    const headers = { ...SDP_HEADERS, ...stage.bearer('publish', name) }
    expect((await stage.ask('POST', path, { headers, body: OFFER })).status).toBe(status)
  })

  test.each([
    ['bad-sdp', 400, { body: 'hello' }],
    ['bad-sdp', 400, { body: '' }],
    ['unanswerable-sdp', 422, { body: `${OFFER}a=recvonly\r\n` }],
    ['wrong-type', 415, { headers: { 'content-type': 'application/json' } }],
    ['wrong-type', 415, { headers: { 'content-type': '' } }],
    ['not-acceptable', 406, { headers: { accept: 'text/html, application/sdp;q=0' } }],
  ])('MD3 %s: %i %p', async (code, status, { body, headers }: Refused) => {
    const stage = new Stage()
    const answer = await stage.ask('POST', '/whip/lake/ann', {
      headers: { ...SDP_HEADERS, ...stage.bearer('publish', 'lake/ann'), ...headers },
      body: body ?? OFFER,
    })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('accept-post')).toBe(status === 415 ? 'application/sdp' : null)
    const told: unknown = await answer.json()
    expect(told).toEqual({
      title: expect.any(String) as string,
      status,
      detail: expect.any(String) as string,
      code,
    })
    expect(stage.media.sessions()).toEqual([])
  })

  test.each(['application/sdp; charset=utf-8', 'Application/SDP'])('MD3 %s', async (type) => {
    const stage = new Stage()
    const headers = { ...stage.bearer('play', 'lake/ann'), 'content-type': type }
    const answer = await stage.ask('POST', '/whep/lake/ann', { headers, body: OFFER })
    expect(answer.status).toBe(201)
  })

  test('MD3 a stream that somebody publishes is busy', async () => {
    const stage = new Stage()
    await stage.openNative('publish', 'lake/ann')
    const answer = await stage.openNative('publish', 'lake/ann')
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([409, '5'])
    expect(await codeOf(answer)).toBe('stream-busy')
    expect(stage.media.sessions()).toHaveLength(1)
  })

  test('MD3 a server that is full says when to come again', async () => {
    const stage = new Stage()
    stage.media.maxSessions = 0
    const answer = await stage.openNative('play', 'lake/ann')
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10'])
    expect(await codeOf(answer)).toBe('too-many-sessions')
  })

  test('MD3 a server that goes away says so', async () => {
    const stage = new Stage()
    await stage.close()
    const answer = await stage.openNative('play', 'lake/ann')
    expect([answer.status, await codeOf(answer)]).toEqual([503, 'closed'])
  })
})

interface Refused {
  body?: string
  headers?: Record<string, string>
}

describe('MD4 methods', () => {
  test.each(['/whip/lake/ann', '/whep/lake/ann'])('MD4 OPTIONS %s', async (path) => {
    const answer = await new Stage().ask('OPTIONS', path, {
      headers: {
        origin: 'https://elsewhere.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-own',
      },
    })
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'accept-post': 'application/sdp',
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, PUT, DELETE, PATCH, OPTIONS',
      'access-control-allow-headers': 'authorization,x-own',
    })
  })

  test('MD4 OPTIONS of a session names the type of its fragments', async () => {
    const answer = await new Stage().ask('OPTIONS', '/whip/lake/ann/any')
    expect([answer.status, answer.headers.get('accept-patch')]).toEqual([200, FRAGMENT])
  })

  test.each([
    ['GET', '/whip/lake/ann', 204],
    ['HEAD', '/whep/lake/ann', 204],
    ['PUT', '/whip/lake/ann', 405],
    ['PATCH', '/whip/lake/ann', 405],
    ['DELETE', '/whip/lake/ann', 405],
    ['GET', '/whip/lake/ann/none', 404],
    ['POST', '/whip/lake/ann/none', 405],
  ])('MD4 %s %s: %i', async (method, path, status) => {
    const answer = await new Stage().ask(method, path)
    expect(answer.status).toBe(status)
    expect(answer.headers.has('allow')).toBe(status === 405)
  })

  test('MD4 GET of a session has nothing to show', async () => {
    const stage = new Stage()
    const { url } = await openSession(stage)
    expect((await stage.ask('GET', url)).status).toBe(204)
  })
})

describe('MD5 changing a session', () => {
  /** `current`: the entity-tag of the session. */
  test.each([
    ['a trickle', TRICKLE, 'current', 204],
    ['a trickle for any session', TRICKLE, '*', 204],
    ['a restart', RESTART, '*', 200],
    ['a restart, as RFC 9725 shows it', RESTART, '"*"', 200],
    ['a restart of this session', RESTART, 'current', 200],
    ['one of several', TRICKLE, '"other", current', 204],
    ['another session', TRICKLE, '"other"', 412],
    ['a weak tag', TRICKLE, 'W/current', 412],
    ['a tag without quotes', TRICKLE, 'unquoted', 412],
    ['nonsense', TRICKLE, 'x', 412],
    ['nothing', TRICKLE, undefined, 428],
    ['what is no fragment', 'hello', '*', 400],
  ])('MD5 %s', async (_name, body, match, status) => {
    const stage = new Stage()
    const { url, etag, headers } = await openSession(stage)
    const written = match?.replace('current', etag).replace('unquoted', etag.replaceAll('"', ''))
    const answer = await stage.ask('PATCH', url, {
      headers: { ...headers, ...(written === undefined ? {} : { 'if-match': written }) },
      body,
    })
    expect(answer.status).toBe(status)
    const [session] = stage.media.sessions()
    const isRestarted = status === 200
    expect(answer.headers.get('etag')).toBe(isRestarted ? `"${session?.etag}"` : null)
    expect(`"${session?.etag}"` === etag).toBe(!isRestarted)
    if (isRestarted) {
      expect(answer.headers.get('content-type')).toBe(FRAGMENT)
      expect(await answer.text()).toContain('a=ice-ufrag:server')
    }
  })

  test('MD5 candidates of before a restart come too late', async () => {
    const stage = new Stage()
    const { url, etag, headers } = await openSession(stage)
    const patch = (match: string, body: string) =>
      stage.ask('PATCH', url, { headers: { ...headers, 'if-match': match }, body })
    const restarted = await patch('*', RESTART)
    expect((await patch(etag, TRICKLE)).status).toBe(412)
    expect((await patch(restarted.headers.get('etag') ?? '', RESTART)).status).toBe(204)
  })

  test('MD5 another type is told which one is right', async () => {
    const stage = new Stage()
    const { url, headers } = await openSession(stage)
    const answer = await stage.ask('PATCH', url, {
      headers: { ...headers, ...SDP_HEADERS, 'if-match': '*' },
      body: RESTART,
    })
    expect([answer.status, answer.headers.get('accept-patch')]).toEqual([415, FRAGMENT])
  })

  test('MD5 a session that ended meanwhile is gone', async () => {
    const stage = new Stage()
    const { url, headers } = await openSession(stage)
    stage.media.timeOut(stage.media.sessions()[0]?.id ?? '')
    const init = { headers: { ...headers, 'if-match': '*' }, body: RESTART }
    expect((await stage.ask('PATCH', url, init)).status).toBe(404)
  })
})

describe('MD6 ending a session', () => {
  test('MD6 DELETE ends it, once; its ETag does not matter', async () => {
    const stage = new Stage()
    const { url, headers } = await openSession(stage)
    const first = await stage.ask('DELETE', url, { headers: { ...headers, 'if-match': '"x"' } })
    expect([first.status, await first.text()]).toEqual([200, ''])
    expect(stage.media.sessions()).toEqual([])
    expect((await stage.ask('DELETE', url, { headers })).status).toBe(404)
  })

  test('MD6 a session is found at its own address only', async () => {
    const stage = new Stage()
    const { url, headers } = await openSession(stage)
    const others = [
      url.replace('/whip/', '/whep/'),
      url.replace('/ann/', '/ben/'),
      url.slice(0, -1),
      `/rtc/v1/whep/${url.split('/').at(-1)}`,
    ]
    for (const other of others) {
      expect([other, (await stage.ask('DELETE', other, { headers })).status]).toEqual([other, 404])
    }
    expect(stage.media.sessions()).toHaveLength(1)
  })
})

describe('MD7 bearer tokens', () => {
  const minute = 60_000
  test.each([
    ['none', () => undefined, 401, 'token-missing', 'Bearer realm="duet"'],
    ['Basic', () => 'Basic Zm9vOmJhcg==', 401, 'token-missing', 'Bearer realm="duet"'],
    ['nonsense', () => 'Bearer x.y.z', 401, 'token-wrong', 'error="invalid_token"'],
    [
      'one whose time is over',
      (stage: Stage) => {
        const { authorization } = stage.bearer('publish', 'lake/ann', minute)
        stage.clock.advance(2 * minute)
        return authorization
      },
      401,
      'token-wrong',
      'error="invalid_token"',
    ],
    [
      'one to play',
      (stage: Stage) => stage.bearer('play', 'lake/ann').authorization,
      403,
      'token-elsewhere',
      'error="insufficient_scope"',
    ],
    [
      'one of another stream',
      (stage: Stage) => stage.bearer('publish', 'lake/ben').authorization,
      403,
      'token-elsewhere',
      'error="insufficient_scope"',
    ],
    [
      'an administrator’s',
      (stage: Stage) => `Bearer ${stage.tokens.issue({ kind: 'admin', ttlMs: minute })}`,
      403,
      'token-elsewhere',
      'error="insufficient_scope"',
    ],
  ])('MD7 %s opens nothing', async (_name, authorize, status, code, challenge) => {
    const stage = new Stage()
    const authorization = authorize(stage)
    const headers = { ...SDP_HEADERS, ...(authorization === undefined ? {} : { authorization }) }
    const answer = await stage.ask('POST', '/whip/lake/ann', { headers, body: OFFER })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('www-authenticate')).toContain(challenge)
    expect(await codeOf(answer)).toBe(code)
    expect(stage.media.requests).toEqual([])
  })

  test.each(['PATCH', 'DELETE'])('MD7 %s needs the address and a token', async (method) => {
    const stage = new Stage()
    const { url } = await openSession(stage)
    const ask = (headers: Record<string, string>) =>
      stage.ask(method, url, {
        headers: { 'content-type': FRAGMENT, 'if-match': '*', ...headers },
        ...(method === 'PATCH' ? { body: RESTART } : {}),
      })
    expect((await ask({})).status).toBe(401)
    expect((await ask({ authorization: 'Bearer x' })).status).toBe(401)
    expect((await ask(stage.bearer('play', 'lake/ann'))).status).toBe(403)
    expect((await ask(stage.bearer('publish', 'lake/ben'))).status).toBe(403)
    const right = stage.bearer('publish', 'lake/ann', minute)
    stage.clock.advance(2 * minute)
    // The session outlives it.
    expect((await ask(right)).status).toBe(200)
  })
})

test('MD7 tokens and descriptions are in no log but at debug', async () => {
  const stage = new Stage()
  const { url, headers } = await openSession(stage)
  await stage.ask('DELETE', url, { headers })
  const logged = stage.records.filter(({ level }) => level !== 'debug')
  expect(logged.map(({ message }) => message)).toEqual([
    'a media session began',
    'a media session ended',
  ])
  const text = JSON.stringify(stage.records)
  for (const secret of [headers.authorization.slice(7), url.split('/').at(-1) ?? '', 'm=audio']) {
    expect(text).not.toContain(secret)
  }
  expect(JSON.stringify(logged)).not.toContain('192.0.2.1')
})
