import { FakeClock } from '@duet/base'
import { expect, test } from 'bun:test'
import { FakeMediaServer } from './fake-media-server.ts'
import { HttpResource } from './http-resource.ts'
import { faultOf } from './media-error.ts'

function setUp(token?: string) {
  const clock = new FakeClock()
  const server = new FakeMediaServer()
  const endpoint = new URL('https://media.example/whip/lake/ann')
  const resource = new HttpResource({ endpoint, token, fetch: server.fetch, clock })
  return { clock, server, resource }
}

/** The code with which `work` is refused. */
async function faultIn(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => faultOf(error, 'failed'),
  )
}

test('an offer is posted with its token and answered', async () => {
  const { server, resource } = setUp('secret')
  server.answers.headers['link'] = '<stun:stun.example.net>; rel="ice-server"'
  const answer = await resource.create('v=0 offer')
  expect(answer.sdp).toBe(server.answers.sdp)
  expect(answer.iceServers).toEqual([{ urls: ['stun:stun.example.net'] }])
  const [post] = server.heard
  expect(post?.body).toBe('v=0 offer')
  expect(post?.headers.get('content-type')).toBe('application/sdp')
  expect(post?.headers.get('authorization')).toBe('Bearer secret')
  expect(resource.isPatchable).toBe(true)
})

test('candidates name the session that they belong to, a restart any', async () => {
  const { server, resource } = setUp()
  await resource.create('v=0')
  await resource.trickle('a=candidate:1')
  expect(await resource.restart('a=ice-ufrag:1')).toBe(server.answers.restart.body)
  await resource.trickle('a=candidate:2')
  const matches = server.all('PATCH').map(({ headers }) => headers.get('if-match'))
  expect(matches).toEqual(['"1"', '*', '"2"'])
  expect(server.all('PATCH')[0]?.headers.get('content-type')).toBe(
    'application/trickle-ice-sdpfrag',
  )
  expect(server.requests.slice(1)).toEqual(Array(3).fill('PATCH /session/1'))
})

test('a server that takes no patches is sent none', async () => {
  const { server, resource } = setUp()
  server.answers.headers = {}
  await resource.create('v=0')
  await resource.trickle('a=candidate:1')
  expect(await resource.restart('a=ice-ufrag:1')).toBeUndefined()
  expect(server.requests).toEqual(['POST /whip/lake/ann'])
})

test('a server that takes no candidates after all is not asked again', async () => {
  const { server, resource } = setUp()
  server.answers.trickleStatus = 405
  await resource.create('v=0')
  await resource.trickle('a=candidate:1')
  await resource.trickle('a=candidate:2')
  expect(server.all('PATCH')).toHaveLength(1)
})

test('a restart that is refused is none', async () => {
  const { server, resource } = setUp()
  server.answers.restart.status = 412
  await resource.create('v=0')
  expect(await resource.restart('a=ice-ufrag:1')).toBeUndefined()
})

test('the session ends once, also when the page goes', async () => {
  const { server, resource } = setUp('secret')
  await resource.create('v=0')
  resource.delete()
  resource.delete()
  const [end, ...more] = server.all('DELETE')
  expect(more).toEqual([])
  expect(end?.path).toBe('/session/1')
  expect(end?.isKeptAlive).toBe(true)
  expect(end?.headers.get('authorization')).toBe('Bearer secret')
  expect(resource.isPatchable).toBe(false)
})

test('a session that is given up before its answer comes is ended then', async () => {
  const { server, resource } = setUp()
  server.isHolding = true
  const answered = resource.create('v=0')
  resource.delete()
  expect(server.all('DELETE')).toEqual([])
  server.release()
  await answered
  expect(server.all('DELETE').map(({ path }) => path)).toEqual(['/session/1'])
})

test.each([
  [400, 'refused'],
  [401, 'unauthorized'],
  [403, 'unauthorized'],
  [404, 'not-found'],
  [406, 'refused'],
  [409, 'busy'],
  [410, 'not-found'],
  [422, 'refused'],
  [429, 'overloaded'],
  [500, 'failed'],
  [502, 'unreachable'],
  [503, 'overloaded'],
])('%i means %s', async (status, code) => {
  const { server, resource } = setUp()
  server.answers.status = status
  expect(await faultIn(resource.create('v=0'))).toBe(code)
})

test('a server that is not there, or says nothing, is unreachable', async () => {
  const { clock, server, resource } = setUp()
  server.isReachable = false
  expect(await faultIn(resource.create('v=0'))).toBe('unreachable')
  server.isReachable = true
  server.isHolding = true
  const answered = faultIn(resource.create('v=0'))
  clock.advance(10_000)
  expect(await answered).toBe('unreachable')
  expect(clock.pending).toBe(0)
})

test('an answer that is no description is none', async () => {
  const { server, resource } = setUp()
  server.answers.sdp = '<html>'
  expect(await faultIn(resource.create('v=0'))).toBe('bad-answer')
})

test.each(['javascript:alert(1)', 'http://[', 'data:,'])(
  'a session at %p is at no address',
  async (location) => {
    const { server, resource } = setUp()
    server.answers.headers['location'] = location
    await resource.create('v=0')
    resource.delete()
    expect(server.all('DELETE')).toEqual([])
  },
)
