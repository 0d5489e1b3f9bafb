import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'bun:test'
import { FakeClock } from '@duet/base'
import type { CallEnded, PersonInfo, UserCallInfo } from '@duet/protocol'
import { browser, until } from './call-stage.ts'
import { Call } from './call.ts'
import { FakeMediaStream, FakePeerConnection } from './fake-peer-connection.ts'
import { FakeServer } from './fake-server.ts'
import type { LoadMediaParts } from './media-path/load-media-parts.ts'
import { Phone } from './phone.ts'
import type { UserCall } from './user-call.ts'

export const ANN = 1
export const BOB = 2
export const CID = 3

export const CALL = '0123456789abcdef0123456789abcdef'
export const OTHER_CALL = 'fedcba9876543210fedcba9876543210'

/** As Ann sees somebody. */
export function person(id: number, name: string, unread = 0): PersonInfo {
  return {
    id,
    name,
    displayName: name,
    presence: 'online',
    lastSeenAt: null,
    contact: 'accepted',
    isBlocked: false,
    unread,
  }
}

/** A call from one to the other. */
export function callOf(caller: number, callee: number, id = CALL): UserCallInfo {
  return { id, caller, callee, media: 'video', startedAt: 0 }
}

/** Ann's phone, its server, and a server for each leg's room. */
export class PhoneStage {
  readonly clock = new FakeClock()
  readonly server = new FakeServer()
  readonly rooms = new Map<string, FakeServer>()
  readonly told: string[] = []
  readonly phone: Phone

  constructor(loadMediaParts?: LoadMediaParts) {
    this.phone = new Phone(
      { url: 'wss://duet.example/ws', loadMediaParts },
      {
        clock: this.clock,
        openSocket: this.server.openSocket,
        createLeg: (options) => {
          const room = new FakeServer()
          this.rooms.set(options.room, room)
          return new Call(options, { clock: this.clock, openSocket: room.openSocket })
        },
      },
    )
    const { phone, told } = this
    phone.on('state', ({ name }) => told.push(name))
    phone.on('refused', (code) => told.push(`refused ${code}`))
    phone.on('message', ({ body }) => told.push(`message ${body}`))
    phone.on('call', (call) => {
      told.push(call ? `call ${call.direction} ${call.peer}` : 'no call')
      call?.on('leg', (leg) => told.push(leg ? 'leg' : 'no leg'))
      call?.on('state', (state) =>
        told.push(state.name === 'ended' ? `ended ${state.reason}` : state.name),
      )
    })
  }

  get call(): UserCall {
    if (!this.phone.call) throw new Error('there is no call')
    return this.phone.call
  }

  /** The server of the room of a leg of Ann's call. */
  room(leg: number, call = CALL): FakeServer {
    const room = this.rooms.get(`~${call}.${leg}`)
    if (!room) throw new Error(`leg ${leg} was not opened`)
    return room
  }

  /** Waits until the server heard so many requests of one kind. */
  async heard(type: Parameters<FakeServer['all']>[0], count = 1): Promise<void> {
    await until(`${count} ${type}`, () => this.server.all(type).length >= count)
  }

  /** The server answers `attend`; the first time, or again. */
  async attend(count = 1): Promise<void> {
    await this.heard('attend', count)
    this.server.say({
      type: 'attending',
      self: { id: ANN, name: 'ann', displayName: 'Ann', doNotDisturb: false },
      people: [person(CID, 'cid'), person(BOB, 'bob')],
      unreadToAll: 0,
      mayWriteToAll: true,
      missed: 0,
    })
    expect(this.phone.state.name).toBe('attending')
  }

  /** Ann calls Bob, and the server places it. */
  async place(): Promise<UserCall> {
    await this.attend()
    const call = this.phone.place(BOB, 'video')
    this.server.say({ type: 'call-placed', call: callOf(ANN, BOB), replyTo: this.server.received })
    expect(call.state).toEqual({ name: 'ringing', isRinging: false })
    return call
  }

  /** Bob calls Ann. */
  async ring(leg?: number): Promise<UserCall> {
    await this.attend()
    this.incoming(leg)
    return this.call
  }

  incoming(leg?: number, call = callOf(BOB, ANN)): void {
    this.server.say({ type: 'incoming-call', call, ...(leg === undefined ? {} : { leg }) })
  }

  end(reason: CallEnded['reason'], call = CALL): void {
    this.server.say({ type: 'call-ended', call, reason })
  }

  /** The server's process is another one; Ann's page comes back to it. */
  async restart(): Promise<void> {
    this.server.restart()
    const attends = this.server.all('attend').length
    await until('attend again', () => {
      this.clock.advance(100)
      return this.server.all('attend').length > attends
    })
  }
}

/** A new stage for each test of a file; afterwards the phone is closed, and nothing is left. */
export function usePhoneStage(loadMediaParts?: LoadMediaParts): { readonly current: PhoneStage } {
  let stage: PhoneStage | undefined
  const current = () => {
    if (!stage) throw new Error('a stage stands only during a test')
    return stage
  }
  beforeAll(() => {
    browser['RTCPeerConnection'] = FakePeerConnection
    browser['MediaStream'] = FakeMediaStream
  })
  afterAll(() => {
    delete browser['RTCPeerConnection']
    delete browser['MediaStream']
  })
  beforeEach(() => {
    FakePeerConnection.all = []
    stage = new PhoneStage(loadMediaParts)
  })
  afterEach(() => {
    const { clock, phone, rooms, server } = current()
    phone.close()
    expect(clock.pending).toBe(0)
    for (const each of [server, ...rooms.values()]) {
      expect(each.sockets.some(({ isOpen }) => isOpen)).toBe(false)
    }
    const states = FakePeerConnection.all.map(({ connectionState }) => connectionState)
    expect(states.every((state) => state === 'closed')).toBe(true)
  })
  return {
    get current() {
      return current()
    },
  }
}
