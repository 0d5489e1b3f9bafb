import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { browser } from './call-stage.ts'
import { FakeMediaStream, FakePeerConnection } from './fake-peer-connection.ts'
import { LinkPair } from './link-pair.ts'

beforeAll(() => {
  browser['RTCPeerConnection'] = FakePeerConnection
  browser['MediaStream'] = FakeMediaStream
})
afterAll(() => {
  delete browser['RTCPeerConnection']
  delete browser['MediaStream']
})

test('G5 two pages of Duet without a key whose first path fails on both sides agree', async () => {
  const pair = new LinkPair()
  pair.first.offer()
  await pair.deliver()
  expect(pair.isAgreed).toBe(true)
  for (const connection of pair.connections) connection.become('failed')
  for (let round = 0; round < 5; round++) {
    await pair.pass(4_000)
    expect(pair.isAgreed).toBe(true)
  }
  pair.close()
})

test('G5 both offer in the same moment: the first one wins, in one round', async () => {
  const pair = new LinkPair()
  pair.first.offer()
  await pair.deliver()
  pair.said.length = 0
  for (const link of [pair.first, pair.second]) link.restartIce()
  await pair.deliver()
  expect(pair.said.sort()).toEqual(['first offer', 'second answer', 'second offer'])
  expect(pair.isAgreed).toBe(true)
  expect(pair.connections.map(({ rollbacks }) => rollbacks)).toEqual([0, 0])
  pair.close()
})

describe('K8 going direct', () => {
  const policies = (pair: LinkPair) =>
    pair.connections.map(({ configuration }) => configuration.iceTransportPolicy)

  const connected = async () => {
    const pair = new LinkPair()
    pair.first.offer()
    await pair.deliver()
    await pair.connect()
    pair.said.length = 0
    return pair
  }

  test('both show their addresses, and the one who offered restarts', async () => {
    const pair = await connected()
    expect(policies(pair)).toEqual(['relay', 'relay'])
    for (const link of [pair.second, pair.first]) link.goDirect()
    await pair.deliver()
    expect(policies(pair)).toEqual(['all', 'all'])
    expect(pair.said).toEqual(['first offer', 'second answer'])
    expect(pair.isAgreed).toBe(true)
    expect(pair.connections.map(({ connectionState }) => connectionState)).toEqual([
      'connected',
      'connected',
    ])
    pair.close()
  })

  test('until then no candidate tells the address behind the relay', async () => {
    const pair = await connected()
    const candidate = 'candidate:1 1 udp 1 203.0.113.7 9 typ relay raddr 192.0.2.1 rport 5'
    const gather = pair.connections[0].onicecandidate as unknown as (event: object) => void
    const gathered = { candidate, toJSON: () => ({ candidate, sdpMid: '0' }) }
    gather({ candidate: gathered })
    expect(pair.candidates.at(-1)).toEndWith('typ relay raddr 0.0.0.0 rport 9')
    pair.first.goDirect()
    await pair.deliver()
    gather({ candidate: gathered })
    expect(pair.candidates.at(-1)).toBe(candidate)
    pair.close()
  })

  test('what is sent is set before', async () => {
    const pair = await connected()
    const [connection] = pair.connections
    const track = { kind: 'video' }
    const sentThen: unknown[] = []
    const setConfiguration = connection.setConfiguration.bind(connection)
    connection.setConfiguration = (configuration) => {
      sentThen.push(connection.transceivers.map(({ sender }) => sender.track))
      setConfiguration(configuration)
    }
    void pair.first.setTrack('video', track as MediaStreamTrack)
    pair.first.goDirect()
    await pair.deliver()
    expect(sentThen).toEqual([[null, track]])
    pair.close()
  })

  test('what is sent waits for no description', async () => {
    const pair = await connected()
    const [connection] = pair.connections
    const slow = Promise.withResolvers<undefined>()
    connection.setLocalDescription = () => slow.promise
    pair.first.restartIce()
    await pair.deliver()
    for (const kind of ['video', 'audio'] as const) {
      void pair.first.setTrack(kind, { kind } as MediaStreamTrack)
    }
    const sent = connection.transceivers.map(({ sender }) => sender.track)
    expect(sent).toMatchObject([{ kind: 'audio' }, { kind: 'video' }])
    slow.resolve(undefined)
    await pair.deliver()
    pair.close()
  })

  test('the restart overtakes the other side’s word -> that one restarts too', async () => {
    const pair = await connected()
    pair.first.goDirect()
    await pair.deliver()
    expect(policies(pair)).toEqual(['all', 'relay'])
    pair.second.goDirect()
    await pair.deliver()
    expect(pair.said).toEqual(['first offer', 'second answer', 'second offer', 'first answer'])
    expect(pair.isAgreed).toBe(true)
    pair.close()
  })

  test('before the first answer -> restarts as soon as it came', async () => {
    const pair = new LinkPair()
    pair.first.offer()
    for (const link of [pair.first, pair.second]) link.goDirect()
    await pair.deliver()
    expect(pair.said).toEqual(['first offer', 'second answer', 'first offer', 'second answer'])
    expect(pair.isAgreed).toBe(true)
    pair.close()
  })
})

describe('D6 the safety phrase', () => {
  test('is the same on both sides, and stays over a restart', async () => {
    const pair = new LinkPair()
    pair.first.offer()
    await pair.deliver()
    await pair.connect()
    await pair.agree()
    const { phrase } = pair.first
    expect(phrase?.name).toBe('agreed')
    expect(pair.second.phrase).toEqual(phrase)
    pair.first.restartIce()
    await pair.deliver()
    expect(pair.isAgreed).toBe(true)
    expect(pair.first.phrase).toBe(phrase)
    expect(pair.phrases).toEqual([phrase, phrase])
    pair.close()
  })
})
