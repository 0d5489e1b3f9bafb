import { beforeEach, expect, test } from 'bun:test'
import { browser, until, useBrowser } from '../call-stage.ts'
import { FakePeerConnection } from '../fake-peer-connection.ts'
import { FULL_ANSWER } from './fake-media-server.ts'
import { MediaStage } from './media-stage.ts'

useBrowser()
let stage: MediaStage
beforeEach(() => {
  stage = new MediaStage()
})

/** The session is over, and nothing of it is left. */
async function expectNothingLeft(): Promise<void> {
  await stage.settle()
  expect(stage.clock.pending).toBe(0)
  const states = FakePeerConnection.all.map(({ connectionState }) => connectionState)
  expect(states.every((state) => state === 'closed')).toBe(true)
}

test('connecting -> connected -> ended', async () => {
  const publication = stage.publish({ token: 'secret' })
  expect(publication.state.name).toBe('connecting')
  await stage.answered()
  stage.connection.connect()
  expect(publication.state.name).toBe('connected')
  publication.close()
  publication.close()
  expect(publication.state).toMatchObject({ name: 'ended', reason: 'closed' })
  expect(stage.told).toEqual(['connected', 'ended closed'])
  expect(stage.server.requests).toEqual(['POST /whip/a/b', 'DELETE /session/1'])
  await expectNothingLeft()
})

test('ICE servers of the answer are known before candidates are looked for', async () => {
  stage.server.answers.headers['link'] = '<stun:stun.example.net>; rel="ice-server"'
  const session = stage.play({ iceServers: [{ urls: 'stun:own.example' }] })
  expect(stage.connection.configuration.iceServers).toEqual([{ urls: 'stun:own.example' }])
  await stage.answered()
  expect(stage.connection.configuration.iceServers).toEqual([{ urls: ['stun:stun.example.net'] }])
  session.close()
})

test('a server that makes no checks is told no candidates', async () => {
  const session = stage.play()
  await stage.answered()
  stage.connection.findCandidate('candidate:1')
  stage.connection.findCandidate(null)
  await stage.settle()
  expect(stage.server.all('PATCH')).toEqual([])
  session.close()
})

test('another one is told them in batches, from the first to the last', async () => {
  stage.server.answers.sdp = FULL_ANSWER
  const session = stage.play()
  await stage.answered()
  await stage.settle()
  stage.server.isHolding = true
  stage.connection.findCandidate('candidate:1')
  await stage.settle()
  stage.connection.findCandidate('candidate:2')
  stage.connection.findCandidate('candidate:3')
  stage.connection.findCandidate(null)
  stage.server.release()
  await stage.settle()
  const told = stage.server.all('PATCH').map(({ body }) => body.match(/^a=(cand|end-of).*/gm))
  expect(told).toEqual([
    ['a=candidate:1'],
    ['a=candidate:2', 'a=candidate:3', 'a=end-of-candidates'],
  ])
  session.close()
})

test('a lost connection restarts ICE in the same session', async () => {
  const session = stage.publish()
  await stage.answered()
  stage.connection.connect()
  const before = stage.connection.localDescription?.sdp
  stage.connection.become('disconnected')
  expect(session.state.name).toBe('reconnecting')
  await stage.settle()
  expect(stage.server.requests).toEqual(['POST /whip/a/b', 'PATCH /session/1'])
  const [patch] = stage.server.all('PATCH')
  expect(patch?.headers.get('if-match')).toBe('*')
  expect(stage.connection.localDescription?.sdp).not.toBe(before)
  expect(patch?.body).toContain(
    /a=ice-ufrag:\S+/.exec(stage.connection.localDescription?.sdp ?? '')?.[0] ?? '?',
  )
  expect(stage.connection.remoteDescription?.sdp).toContain('a=ice-ufrag:server2')
  stage.connection.become('connected')
  expect(session.state.name).toBe('connected')
  await stage.settle()
  expect(FakePeerConnection.all).toHaveLength(1)
  session.close()
  await expectNothingLeft()
})

test.each([412, 404, 405])(
  'a restart that is answered with %i gives way to another session',
  async (status) => {
    const session = stage.publish()
    await stage.answered()
    stage.connection.connect()
    stage.server.answers.restart.status = status
    stage.connection.become('disconnected')
    await stage.answered(2)
    expect(stage.server.requests).toEqual([
      'POST /whip/a/b',
      'PATCH /session/1',
      'DELETE /session/1',
      'POST /whip/a/b',
    ])
    stage.connection.connect()
    expect(stage.told).toEqual(['connected', 'reconnecting', 'connected'])
    session.close()
    await expectNothingLeft()
  },
)

test('a session that the server ended gives way to another one at once', async () => {
  const session = stage.publish()
  await stage.answered()
  stage.connection.connect()
  stage.server.answers.restart.status = 404
  stage.connection.endByPeer()
  expect(session.state.name).toBe('reconnecting')
  await stage.answered(2)
  stage.connection.connect()
  expect(stage.told).toEqual(['connected', 'reconnecting', 'connected'])
  session.close()
  stage.connection.endByPeer()
  expect(stage.told.at(-1)).toBe('ended closed')
  await expectNothingLeft()
})

test('a restart that does not help gives way to another session', async () => {
  const session = stage.publish()
  await stage.answered()
  stage.connection.connect()
  stage.connection.become('disconnected')
  await stage.pass(4_000)
  expect(stage.server.all('POST')).toHaveLength(2)
  session.close()
  await expectNothingLeft()
})

test('a server that is away is tried for a minute', async () => {
  const session = stage.play()
  await stage.answered()
  stage.connection.connect()
  stage.server.isReachable = false
  stage.connection.become('failed')
  await stage.pass(30_000)
  expect(session.state.name).toBe('reconnecting')
  await stage.pass(40_000)
  expect(session.state).toMatchObject({ name: 'ended', reason: 'unreachable' })
  await expectNothingLeft()
})

test('a server that comes back within the minute has the session again', async () => {
  const session = stage.play()
  await stage.answered()
  stage.connection.connect()
  stage.server.isReachable = false
  stage.connection.become('failed')
  await stage.pass(10_000)
  stage.server.isReachable = true
  await stage.pass(5_000)
  stage.connection.connect()
  expect(session.state.name).toBe('connected')
  expect(stage.told).toEqual(['stream', 'connected', 'reconnecting', 'stream', 'connected'])
  session.close()
  await expectNothingLeft()
})

test('a token that is not valid any more ends it at once', async () => {
  const session = stage.play()
  await stage.answered()
  stage.connection.connect()
  stage.server.answers.restart.status = 404
  stage.server.answers.status = 401
  stage.connection.become('disconnected')
  await stage.settle()
  expect(session.state).toMatchObject({ name: 'ended', reason: 'unauthorized' })
  await expectNothingLeft()
})

test('a network that changes restarts ICE before anything is lost', async () => {
  const window = new EventTarget()
  browser['window'] = window
  const session = stage.publish()
  await stage.answered()
  stage.connection.connect()
  window.dispatchEvent(new Event('online'))
  window.dispatchEvent(new Event('online'))
  delete browser['window']
  await stage.settle()
  expect(stage.server.all('PATCH')).toHaveLength(1)
  expect(session.state.name).toBe('connected')
  session.close()
  await expectNothingLeft()
})

test.each([
  [409, 'busy'],
  [404, 'not-found'],
  [401, 'unauthorized'],
  [503, 'overloaded'],
])('an offer that is answered with %i ends as %s', async (status, reason) => {
  stage.server.answers.status = status
  const session = stage.publish()
  await until('the end', () => session.state.name === 'ended')
  expect(session.state).toMatchObject({ reason })
  expect(session.state).toHaveProperty('message', expect.stringMatching(/^The|^Somebody/))
  await expectNothingLeft()
})

test('an answer that the browser does not take is a bad one', async () => {
  stage.server.answers.sdp = 'v=0\r\n'
  const session = stage.publish()
  stage.connection.setRemoteDescription = () => Promise.reject(new Error('InvalidAccessError'))
  await until('the end', () => session.state.name === 'ended')
  expect(session.state).toMatchObject({ reason: 'bad-answer' })
  expect(stage.server.requests.at(-1)).toBe('DELETE /session/1')
  await expectNothingLeft()
})

test('no path is found', async () => {
  const session = stage.publish()
  await stage.answered()
  stage.connection.become('failed')
  expect(session.state).toMatchObject({ name: 'ended', reason: 'no-path' })
  const other = stage.play()
  await stage.answered(2)
  await stage.pass(15_000)
  expect(other.state).toMatchObject({ name: 'ended', reason: 'no-path' })
  await expectNothingLeft()
})

test('an address of something else ends it', async () => {
  const session = stage.publish({}, 'rtmp://media.example/a/b')
  await until('the end', () => session.state.name === 'ended')
  expect(stage.told).toEqual(['ended bad-address'])
})

test('what is closed before its answer comes leaves nothing on the server', async () => {
  stage.server.isHolding = true
  const session = stage.publish()
  await until('a request', () => stage.server.heard.length > 0)
  session.close()
  stage.server.release()
  await until('an end', () => stage.server.all('DELETE').length > 0)
  expect(stage.told).toEqual(['ended closed'])
  await expectNothingLeft()
})

test('an address of webrtc is played where servers of this kind answer', async () => {
  const session = stage.play({}, 'webrtc://media.example/lake/ann')
  await stage.answered()
  expect(stage.server.requests).toEqual(['POST /rtc/v1/whep/?app=lake&stream=ann'])
  session.close()
})
