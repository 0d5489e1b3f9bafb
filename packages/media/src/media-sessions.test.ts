import { describe, expect, test } from 'bun:test'
import { DuetError } from '@duet/base'
import { ipFromBits } from '@duet/stun'
import { createIceCredentials } from './ice/ice-credentials.ts'
import { readFragment } from './sdp/fragment.ts'
import type { TestClient } from './testing/world.ts'
import { contents, numbers, worldsForTests } from './testing/worlds.ts'

const open = worldsForTests()

function codeOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof DuetError) return error.code
    throw error
  }
  return undefined
}

describe('addresses', () => {
  test('a client that moves keeps its media, in both directions', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    const ben = await world.connected('play')
    ann.sendVideo(0)
    await ann.move()
    await ben.move()
    await world.pass(50)
    ann.sendVideo(1)
    await world.pass(50)
    expect(contents(ben.receivedOf('video'))).toEqual([0, 1])
  })

  test('an address that made no authentic check is nobody', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    const ben = await world.connected('play')
    const stranger = await world.datagrams.bind({
      ip: ipFromBits(0xcb_00_71_09),
      port: 9,
      onDatagram: () => {},
    })
    ann.media.setPort(stranger)
    ann.sendVideo(0)
    await world.pass(20)
    expect(ben.received).toEqual([])
    expect(world.server.stats().dropped).toMatchObject({ 'unknown-address': 1 })
  })

  test('ICE restarts with new credentials; the old ones are forgotten', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    const ben = await world.connected('play')
    const own = createIceCredentials()
    const { etag } = ann.answer
    const answer = world.server.patch(
      ann.id,
      `a=ice-ufrag:${own.ufrag}\r\na=ice-pwd:${own.pwd}\r\n`,
    )
    if (answer.type !== 'restarted') throw new Error('it did not restart')
    expect(answer.etag).not.toBe(etag)
    expect(world.server.session(ann.id)?.etag).toBe(answer.etag)
    await ann.move()
    await world.pass(50)
    // The old credentials do not move it.
    ann.sendVideo(0)
    await world.pass(20)
    expect(ben.received).toEqual([])
    ann.media.restart(own, readFragment(answer.fragment).ice)
    await world.pass(50)
    ann.sendVideo(1, { isKeyFrame: true })
    await world.pass(50)
    expect(contents(ben.receivedOf('video'))).toEqual([1])
  })

  test('a restart tells the same addresses as the answer', async () => {
    const world = await open()
    const { media } = await world.client('play')
    const own = { kind: 'play', stream: 'room/ann', address: '198.51.100.1' } as const
    const candidates = ['203.0.113.7', '2001:db8::7']
    const answer = world.server.open({ ...own, sdp: media.description('actpass'), candidates })
    const ice = createIceCredentials()
    const patched = world.server.patch(
      answer.id,
      `a=ice-ufrag:${ice.ufrag}\r\na=ice-pwd:${ice.pwd}\r\n`,
    )
    const told = (text: string) => new Set(text.match(/(?<= )\S+(?= 8000 typ host)/g))
    expect(told(answer.sdp)).toEqual(new Set(candidates))
    expect(told(patched.type === 'restarted' ? patched.fragment : '')).toEqual(new Set(candidates))
  })

  test('other addresses of the server are told in answers from then on', async () => {
    const world = await open()
    const { media } = await world.client('play')
    const own = { kind: 'play', stream: 'room/ann', address: '198.51.100.1' } as const
    world.server.setCandidates(['203.0.113.9', '10.0.0.9'])
    const { sdp } = world.server.open({ ...own, sdp: media.description('actpass') })
    const told = sdp.match(/(?<= )\S+(?= 8000 typ host)/g)?.slice(0, 2)
    expect(told).toEqual(['203.0.113.9', '10.0.0.9'])
  })

  test('more candidates of the same client are no restart', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    const ice = ann.media.local
    const fragment = `a=ice-ufrag:${ice.ufrag}\r\na=ice-pwd:${ice.pwd}\r\n`
    expect(world.server.patch(ann.id, fragment)).toEqual({ type: 'trickled' })
  })
})

describe('ends', () => {
  test.each([
    ['its client says goodbye', (client: TestClient) => client.media.close(), 'publish ended', 100],
    ['nothing comes any more', (client: TestClient) => client.silence(), 'publish timeout', 31_000],
  ])('%s', async (_, act, expected, ms) => {
    const world = await open()
    const ann = await world.connected('publish')
    act(ann)
    await world.pass(ms)
    expect(world.ended).toEqual([expected])
    expect(world.server.stats()).toMatchObject({ sessions: 0, streams: 0 })
  })

  test('somebody ends it', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    expect(world.server.end(ann.id, 'kicked')).toBe(true)
    expect(world.server.end(ann.id, 'kicked')).toBe(false)
    await world.pass(50)
    expect(world.ended).toEqual(['publish kicked'])
    expect(ann.ended).toEqual(['closed'])
  })

  test('a handshake that is never finished', async () => {
    const world = await open()
    const client = await world.client('publish')
    client.silence()
    await world.pass(16_000)
    expect(world.ended).toEqual(['publish timeout'])
  })

  test('the server goes away', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    world.server.close()
    expect(world.ended).toEqual(['publish closed'])
    expect(codeOf(() => world.server.patch(ann.id, ''))).toBe('no-such-session')
  })
})

describe('refusals', () => {
  test('one publishes a stream at a time; one that fell silent makes way', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    const again = (): unknown =>
      world.server.open({
        kind: 'publish',
        stream: 'room/ann',
        sdp: ann.media.description('actpass'),
        address: '198.51.100.9',
      })
    expect(codeOf(again)).toBe('stream-busy')
    ann.silence()
    await world.pass(1_000)
    expect(codeOf(again)).toBe('stream-busy')
    await world.pass(1_200)
    expect(codeOf(again)).toBeUndefined()
    expect(world.ended).toEqual(['publish timeout'])
  })

  test.each([
    ['sessions', { sessions: 3 }],
    ['sessions of one address', { sessionsPerAddress: 3 }],
    ['unfinished sessions', { unfinishedSessions: 3 }],
    ['unfinished sessions of one address', { unfinishedPerAddress: 3 }],
  ])('%s are bounded', async (_, limits) => {
    const world = await open({ limits })
    for (const name of ['a', 'b', 'c']) await world.client('play', `room/${name}`)
    const refused = await world.client('play', 'room/d').catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'too-many-sessions' })
  })

  test('one address alone does not take all places of unfinished sessions', async () => {
    const world = await open({ limits: { unfinishedPerAddress: 3 } })
    for (const name of ['a', 'b', 'c']) await world.client('play', `room/${name}`)
    const sdp = world.clients[0]!.media.description('actpass')
    const request = { kind: 'play', stream: 'room/d', sdp } as const
    const codeFrom = (address: string) => codeOf(() => world.server.open({ ...request, address }))
    expect(codeFrom('198.51.100.1')).toBe('too-many-sessions')
    expect(codeFrom('198.51.100.2')).toBeUndefined()
    await world.until(() => world.clients.every(({ media }) => media.isConnected))
    expect(codeFrom('198.51.100.1')).toBeUndefined()
  })

  test('handshakes that are never finished make place again', async () => {
    const world = await open({ limits: { unfinishedSessions: 50 } })
    for (let round = 0; round < 3; round += 1) {
      for (const count of numbers(50)) {
        const client = await world.client('play', `room/${round}-${count}`)
        client.silence()
      }
      await world.pass(16_000)
    }
    expect(world.server.stats()).toMatchObject({ sessions: 0, streams: 0 })
  })

  test.each([
    ['no SDP', 'nonsense', 'bad-sdp'],
    ['one that is too long', `v=0${' '.repeat(70_000)}`, 'bad-sdp'],
  ])('%s', async (_, sdp, code) => {
    const world = await open()
    const request = { kind: 'play', stream: 'a/b', sdp, address: '198.51.100.1' } as const
    expect(codeOf(() => world.server.open(request))).toBe(code)
    expect(world.server.stats()).toMatchObject({ sessions: 0, streams: 0 })
  })

  test('a publisher that would only receive', async () => {
    const world = await open()
    const ben = await world.client('play', 'a/b')
    const sdp = ben.media.description('actpass')
    const request = { kind: 'publish', stream: 'c/d', sdp, address: '198.51.100.1' } as const
    expect(codeOf(() => world.server.open(request))).toBe('unanswerable-sdp')
  })
})

test('a player that never says anything costs no more than what is sent to it', async () => {
  const world = await open()
  const ann = await world.connected('publish')
  const ben = await world.connected('play')
  ben.silence()
  for (const count of numbers(2_000)) {
    ann.sendVideo(count)
    await world.pass(10)
  }
  const sent = world.server.session(ben.id)?.sentBytes ?? 0
  expect(sent).toBeGreaterThan(0)
  expect(sent).toBeLessThan(2_000 * 100)
  await world.pass(15_000)
  expect(world.ended).toContain('play timeout')
})
