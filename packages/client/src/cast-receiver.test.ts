import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import type { Description } from '@duet/protocol'
import { bob as ben, expectNoConnection, until, useBrowser } from './call-stage.ts'
import { CastReceiver } from './cast-receiver.ts'
import { FakePeerConnection } from './fake-peer-connection.ts'
import { FakeServer } from './fake-server.ts'

useBrowser()

const SECRET = 'the secret of one TV'

let clock: FakeClock
let server: FakeServer
let receiver: CastReceiver
let told: string[]

beforeEach(() => {
  clock = new FakeClock()
  server = new FakeServer()
  told = []
  const options = { url: 'wss://duet.example/ws', secret: SECRET, name: 'Living room' }
  receiver = new CastReceiver(options, { clock, openSocket: server.openSocket })
  receiver.on('state', ({ name }) => told.push(name))
  receiver.on('code', (code) => told.push(`code ${code ?? 'none'}`))
  receiver.on('secret', () => told.push('another secret'))
  receiver.on('sendergone', (reason, name) => told.push(`${name} ${reason}`))
})

afterEach(() => {
  receiver.close()
  expect(clock.pending).toBe(0)
  expectNoConnection()
})

const connection = () => FakePeerConnection.all.at(-1) as FakePeerConnection

function seat(peers: object[] = []): void {
  const joined = { type: 'joined', room: '~tv.k7phqx', self: 't1', code: 'K7PHQX' } as const
  server.say({ ...joined, peers: peers as never[] })
}

async function open(times = 1): Promise<void> {
  receiver.open()
  await asked(times)
  seat()
}

function asked(times: number) {
  return until(`open-cast ${times}`, () => server.all('open-cast').length === times)
}

/** Ben entered the code and offers. */
async function enter({ dialect }: { dialect?: string } = {}): Promise<FakePeerConnection> {
  const theirs = FakePeerConnection.ofPeer()
  server.say({ type: 'peer-joined', peer: { ...ben, ...(dialect ? { dialect } : {}) } })
  await theirs.setLocalDescription()
  const description = theirs.localDescription as Description
  server.say({ type: 'description', description, from: ben.id })
  await until('answer', () => server.all('description').length > 0)
  connection().connect()
  return theirs
}

const send = (video: boolean) =>
  connection().channel.hear({ type: 'media', audio: false, video, screen: true })

describe('T1 T2 the code', () => {
  test('opening -> ready, with the code that the server says; nothing is offered', async () => {
    await open()
    expect([told, receiver.code]).toEqual([['code K7PHQX', 'ready'], 'K7PHQX'])
    expect(server.all('open-cast')[0]).toMatchObject({ secret: SECRET, name: 'Living room' })
    expect(server.all('description')).toEqual([])
  })

  test('another page with the secret -> another secret, and another code', async () => {
    await open()
    server.say({ type: 'dismissed', reason: 'displaced' })
    expect(receiver.state.name).toBe('opening')
    clock.advance(0)
    await asked(2)
    expect(server.all('open-cast')[1]?.secret).not.toBe(SECRET)
    expect(server.all('open-cast')[1]?.secret).toBe(receiver.secret)
    expect(told).toContain('another secret')
  })

  test('the code is taken -> another secret', async () => {
    receiver.open()
    await asked(1)
    server.say({ type: 'error', code: 'code-taken', message: '' })
    clock.advance(0)
    await asked(2)
    expect(server.all('open-cast')[1]?.secret).not.toBe(SECRET)
  })

  test('no code to be had now -> asked for again, with the same secret', async () => {
    receiver.open()
    await asked(1)
    server.say({ type: 'error', code: 'rate-limited', message: '' })
    expect(receiver.state.name).toBe('opening')
    clock.advance(5_000)
    await asked(2)
    server.say({ type: 'left' })
    seat()
    expect(server.all('open-cast')[1]?.secret).toBe(SECRET)
    expect(told.at(-1)).toBe('ready')
  })

  test('renewCode() -> another secret, and the sender is put out', async () => {
    await open()
    await enter()
    receiver.renewCode()
    expect(told).toContain('Bob stopped')
    server.say({ type: 'left' })
    await asked(2)
    expect(server.all('open-cast')[1]?.secret).not.toBe(SECRET)
    expect(server.heard.map(({ type }) => type)).toEqual([
      'open-cast',
      'description',
      'dismiss',
      'leave',
      'open-cast',
    ])
  })
})

describe('T3 T4 T7 a sender', () => {
  test('ready -> connecting -> showing <-> paused', async () => {
    await open()
    await enter()
    expect([receiver.state.name, receiver.senderName]).toEqual(['connecting', 'Bob'])
    send(false)
    expect(receiver.state.name).toBe('connecting')
    send(true)
    expect(receiver.state.name).toBe('showing')
    send(false)
    expect(receiver.state.name).toBe('paused')
    send(true)
    expect(told).toEqual(['code K7PHQX', 'ready', 'connecting', 'showing', 'paused', 'showing'])
  })

  test('a sender on an older dialect says nothing of what it sends: showing', async () => {
    await open()
    await enter({ dialect: 'cast' })
    expect(receiver.state.name).toBe('showing')
  })

  test.each(['left', 'lost'] as const)('showing -> the sender %s -> ready', async (reason) => {
    await open()
    await enter()
    send(true)
    server.say({ type: 'peer-left', peer: ben.id, reason })
    expect(told.slice(-2)).toEqual([`Bob ${reason}`, 'ready'])
    expect([receiver.code, receiver.senderName]).toEqual(['K7PHQX', ''])
  })

  test('stop() -> ready; the sender hears it from the server and on the channel', async () => {
    await open()
    await enter()
    send(true)
    const { channel } = connection()
    receiver.stop()
    expect(told.slice(-2)).toEqual(['Bob stopped', 'ready'])
    await until('dismiss', () => server.all('dismiss').length === 1)
    expect(server.all('dismiss')).toEqual([{ type: 'dismiss', peer: ben.id }])
    expect(channel.sent.at(-1)).toEqual({ type: 'bye' })
    // The server says it, too, and it is not told twice.
    server.say({ type: 'peer-left', peer: ben.id, reason: 'left' })
    expect(told.filter((each) => each === 'Bob stopped')).toHaveLength(1)
    receiver.stop()
    expect(server.all('dismiss')).toHaveLength(1)
  })

  test('stop() that the server never heard -> the sender is put out as soon as it is seen again', async () => {
    await open()
    await enter()
    send(true)
    server.cut()
    receiver.stop()
    expect(receiver.state.name).toBe('ready')
    server.restart()
    await until('back', () => {
      clock.advance(100)
      return server.all('open-cast').length === 2
    })
    seat([{ ...ben, id: 'b2', isAway: false, signals: [] }])
    await until('dismiss', () => server.all('dismiss').some(({ peer }) => peer === 'b2'))
    expect([receiver.state.name, receiver.senderName]).toEqual(['ready', ''])
    // It entered the code again: that is another stay.
    server.say({ type: 'peer-left', peer: 'b2', reason: 'left' })
    server.say({ type: 'peer-joined', peer: { ...ben, id: 'b3', tag: 'run-b3' } })
    expect([receiver.state.name, receiver.senderName]).toEqual(['connecting', 'Bob'])
  })

  test('the page was loaded anew while somebody was there -> connecting, and it is offered', async () => {
    receiver.open()
    await asked(1)
    seat([{ ...ben, isAway: false, signals: [] }])
    expect(receiver.state.name).toBe('connecting')
    expect(server.all('description')).toEqual([])
  })

  test('showing -> nothing comes -> reconnecting within two seconds', async () => {
    await open()
    await enter()
    send(true)
    connection().channel.hear({ type: 'ping', intervalMs: 250 })
    for (let tick = 0; tick < 8 && receiver.state.name === 'showing'; tick++) {
      clock.advance(250)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(receiver.state.name).toBe('reconnecting')
  })
})
