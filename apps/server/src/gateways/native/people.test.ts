import { describe, expect, test } from 'bun:test'
import { GRACE_MS, PROTOCOL_VERSION } from '@duet/protocol'
import { PEOPLE_LIMITS } from '../../people/limits.ts'
import type { FakeClient } from './fake-client.ts'
import { PeopleStage, settle, wordsOf } from './people-stage.ts'

describe('U1 U2 who speaks, and who attends', () => {
  test('U1 nobody is logged in -> not-signed-in for all of U, K and M; rooms work as ever', async () => {
    const stage = new PeopleStage()
    const client = stage.greet()
    const call = 'f'.repeat(32)
    for (const request of [
      { type: 'attend' },
      { type: 'place-call', to: 2, media: 'audio' },
      { type: 'call-ringing', call },
      { type: 'accept-call', call },
      { type: 'decline-call', call },
      { type: 'end-call', call },
      { type: 'rejoin-call', call },
      { type: 'send-message', to: 2, body: 'x', clientId: 'c' },
      { type: 'mark-read', with: 2, upTo: 1 },
    ]) {
      client.request(request)
    }
    await settle()
    expect(wordsOf(client)).toEqual(Array.from({ length: 9 }, () => 'error not-signed-in'))
    expect(client.events.map(({ replyTo }) => replyTo)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    client.join()
    await settle()
    expect(client.events.at(-1)?.type).toBe('joined')
    expect(stage.asked).toBe(0)
  })

  test('U2 a session that does not attend -> not-attending; attend again is answered again', async () => {
    const stage = new PeopleStage()
    const ann = stage.greet(1)
    ann.request({ type: 'place-call', to: 2, media: 'audio' })
    ann.request({ type: 'attend' })
    ann.request({ type: 'attend' })
    await settle()
    expect(wordsOf(ann)).toEqual(['error not-attending', 'attending', 'attending'])
    expect(ann.last('attending')).toMatchObject({
      self: { id: 1, name: 'user0001', displayName: '', doNotDisturb: false },
      people: [
        {
          id: 2,
          name: 'user0002',
          displayName: '',
          presence: 'offline',
          lastSeenAt: null,
          contact: 'none',
          isBlocked: false,
          unread: 0,
        },
        { id: 3 },
      ],
      unreadToAll: 0,
      mayWriteToAll: true,
      missed: 0,
    })
    expect(stage.board.load.devices).toBe(1)
    expect(stage.asked).toBe(1)
  })

  test('U1 requests that need to know who speaks wait for it, and all after them, in order', async () => {
    const stage = new PeopleStage()
    const { promise, resolve } = Promise.withResolvers<void>()
    stage.gate = promise
    const ann = stage.greet(1)
    ann.request({ type: 'leave' })
    ann.join()
    ann.chat('one')
    ann.request({ type: 'attend' })
    ann.request({ type: 'leave' })
    ann.ping()
    await settle()
    expect(wordsOf(ann)).toEqual(['left'])
    expect(ann.last('pong')).toBeDefined()
    resolve()
    await settle()
    expect(wordsOf(ann)).toEqual(['left', 'joined', 'attending', 'left'])
  })

  test('U1 a session that ends while it waits leaves nothing behind', async () => {
    const stage = new PeopleStage()
    const { promise, resolve } = Promise.withResolvers<void>()
    stage.gate = promise
    const ann = stage.greet(1)
    ann.request({ type: 'attend' })
    ann.join()
    ann.socket.hangUp()
    resolve()
    await settle()
    expect(stage.board.load).toEqual({ desks: 0, devices: 0, presences: 0, calls: 0 })
    expect(stage.hub.roomCount).toBe(0)
  })

  test('U1 a session that ends while its overview is read is no device afterwards', async () => {
    const stage = new PeopleStage()
    const { promise, resolve } = Promise.withResolvers<void>()
    stage.stores.gate = promise
    const ann = stage.greet(1)
    ann.request({ type: 'attend' })
    await settle()
    ann.socket.hangUp()
    resolve()
    await settle()
    expect(stage.board.load).toEqual({ desks: 0, devices: 0, presences: 0, calls: 0 })
  })

  test('E1 a lost database -> unavailable, and it works when it is back', async () => {
    const stage = new PeopleStage()
    stage.isStoreLost = true
    const ann = stage.greet(1)
    ann.join()
    ann.request({ type: 'attend' })
    await settle()
    expect(wordsOf(ann)).toEqual(['error unavailable', 'error unavailable'])
    stage.isStoreLost = false
    stage.stores.isLost = true
    ann.request({ type: 'attend' })
    await settle()
    stage.stores.isLost = false
    ann.request({ type: 'attend' })
    await settle()
    stage.stores.isLost = true
    ann.request({ type: 'send-message', to: 2, body: 'x', clientId: 'c' })
    ann.request({ type: 'place-call', to: 2, media: 'audio' })
    await settle()
    expect(wordsOf(ann).slice(2)).toEqual([
      'error unavailable',
      'attending',
      'error unavailable',
      'error unavailable',
    ])
  })

  test('U1 too much that waits ends the session', async () => {
    const stage = new PeopleStage()
    stage.gate = Promise.withResolvers<void>().promise
    const ann = stage.greet(1)
    ann.join()
    for (let time = 0; time < 600 && !ann.socket.closed; time++) {
      ann.chat('x')
      stage.clock.advance(25)
      if (time % 30 === 0) ann.ping()
    }
    expect(ann.socket.closed?.code).toBe(4508)
  })

  test('U1 a login that ends closes its sockets with 4401, attending or not, in time or not', async () => {
    const stage = new PeopleStage()
    const [attending, silent, other] = [
      await stage.attend(1, 10),
      stage.greet(1, 10),
      stage.greet(1, 11),
    ]
    const unopened = stage.stage.connect('192.0.2.1', new Headers({ cookie: '1/10' }))
    await settle()
    const { promise, resolve } = Promise.withResolvers<void>()
    stage.gate = promise
    const late = stage.greet(1, 10)
    late.request({ type: 'attend' })
    stage.board.loginsEnded(1, [10])
    for (const socket of [attending.socket, silent.socket, unopened]) {
      expect(socket.closed).toEqual({ code: 4401, by: 'server' })
    }
    resolve()
    await settle()
    expect(wordsOf(late)).toEqual(['error not-signed-in'])
    expect(other.socket.closed).toBeUndefined()
    expect(stage.board.load.devices).toBe(0)
    stage.board.userDeleted(1)
    expect(other.socket.closed?.code).toBe(4401)
  })
})

describe('L3 devices of one user', () => {
  test('L3 one too many is refused, or takes the place of one that is away', async () => {
    const stage = new PeopleStage()
    const clients: FakeClient[] = []
    for (let time = 0; time <= PEOPLE_LIMITS.maxDevicesPerUser; time++) {
      clients.push(await stage.attend(1))
    }
    const last = clients.at(-1)
    expect(last && wordsOf(last)).toEqual(['error rate-limited'])
    clients[3]?.socket.cut()
    last?.request({ type: 'attend' })
    await settle()
    expect(last?.events.at(-1)?.type).toBe('attending')
    clients[3]?.resume()
    expect(clients[3]?.last('welcome')['resumed']).toBe(false)
    expect(stage.board.load.devices).toBe(PEOPLE_LIMITS.maxDevicesPerUser)
  })
})

describe('U3 presence', () => {
  const presencesOf = (client: FakeClient) =>
    client.events.flatMap(
      ({ person }) => (person as { presence: string } | undefined)?.presence ?? [],
    )

  test('U3 closing one of two tabs changes nothing; a lost network is offline after the grace time', async () => {
    const stage = new PeopleStage()
    const ann = await stage.attend(1)
    const [tab, phone] = [await stage.attend(2), await stage.attend(2)]
    tab.socket.hangUp()
    phone.socket.cut()
    stage.stage.advance(GRACE_MS - 2_000, ann)
    expect(presencesOf(ann)).toEqual(['online'])
    stage.stage.advance(4_000, ann)
    expect(presencesOf(ann)).toEqual(['online', 'offline'])
  })

  test('S4 U3 a connection that comes back is the same device, and hears what it missed once', async () => {
    const stage = new PeopleStage()
    const [ann, ben] = [await stage.attend(1), await stage.attend(2)]
    ben.socket.cut()
    ann.request({ type: 'send-message', to: 2, body: 'hello', clientId: 'c' })
    await settle()
    stage.stage.advance(10_000, ann)
    const before = ben.events.map(({ type }) => type)
    ben.resume(ben.ack)
    expect(before).toEqual(['attending'])
    expect(wordsOf(ben)).toEqual(['message'])
    expect(presencesOf(ann)).toEqual(['online'])
    ben.resume(ben.ack)
    expect(wordsOf(ben)).toEqual([])
    expect(stage.board.load.devices).toBe(2)
  })
})

describe('M messages between users', () => {
  test('M1 M2 M5 kept and told, the same clientId once, read everywhere', async () => {
    const stage = new PeopleStage()
    const [ann, ben, phone] = [await stage.attend(1), await stage.attend(2), await stage.attend(2)]
    for (const body of ['hello', 'hello again']) {
      ann.request({ type: 'send-message', to: 2, body, clientId: 'c' })
    }
    await settle()
    expect(ann.last('message')).toMatchObject({
      message: { id: 1, from: 1, to: 2, body: 'hello', sentAt: stage.clock.now() },
      clientId: 'c',
    })
    for (const device of [ben, phone]) {
      expect(device.events.filter(({ type }) => type === 'message')).toMatchObject([
        { message: { id: 1, body: 'hello' } },
      ])
      expect(device.last('message')['clientId']).toBeUndefined()
    }
    ben.request({ type: 'mark-read', with: 1, upTo: 1 })
    await settle()
    expect(phone.last('messages-read')).toMatchObject({ with: 1, upTo: 1, unread: 0 })
  })

  test('M1 a false sender, an unknown reader, a text that is too long', async () => {
    const stage = new PeopleStage()
    const [ann, eve] = [await stage.attend(1), await stage.attend(3)]
    eve.request({ type: 'send-message', to: 2, body: 'x', clientId: 'a', from: 1, user: 1 })
    eve.request({ type: 'send-message', to: 99, body: 'x', clientId: 'b' })
    eve.request({ type: 'send-message', to: 2, body: 'x'.repeat(8_001), clientId: 'c' })
    eve.request({ type: 'send-message', to: '__proto__', body: 'x', clientId: 'd' })
    await settle()
    expect(wordsOf(eve).slice(1).toSorted()).toEqual([
      'error bad-field',
      'error bad-field',
      'error no-such-user',
      'message',
    ])
    expect(stage.stores.kept.map(({ from }) => from)).toEqual([3])
    expect(wordsOf(ann)).toEqual(['attending'])
  })

  test('S4 a session that began without a login stays nobody, whoever takes it up', async () => {
    const stage = new PeopleStage()
    const guest = stage.greet()
    guest.socket.cut()
    const { session } = guest.welcome
    guest.socket = stage.stage.connect('192.0.2.1', new Headers({ cookie: '1/1' }))
    guest.socket.say({ type: 'hello', version: PROTOCOL_VERSION, session, ack: 0 })
    guest.request({ type: 'attend' })
    await settle()
    expect(wordsOf(guest)).toEqual(['error not-signed-in'])
  })
})
