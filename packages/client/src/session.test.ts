import { describe, expect, test } from 'bun:test'
import { FakeClock, silentLogger } from '@duet/base'
import { MAX_UNACKNOWLEDGED, type Welcome } from '@duet/protocol'
import { Session, type SocketLike } from './session.ts'

type Frame = Record<string, unknown>

class FakeSocket implements SocketLike {
  onopen: ((event: Event) => void) | null = null
  onmessage: ((event: MessageEvent) => void) | null = null
  onclose: ((event: CloseEvent) => void) | null = null
  readonly sent: Frame[] = []
  closedWith: number | undefined

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Frame)
  }

  close(code?: number): void {
    this.closedWith = code
  }

  /** The server accepts. */
  open(): void {
    this.onopen?.({} as Event)
  }

  hear(message: unknown): void {
    const data = typeof message === 'string' ? message : JSON.stringify(message)
    this.onmessage?.({ data } as MessageEvent)
  }

  /** The server, or the network, closes. */
  end(code: number): void {
    this.onclose?.({ code } as CloseEvent)
  }
}

const WELCOME: Welcome = {
  type: 'welcome',
  version: 1,
  session: 'secret',
  resumed: false,
  ack: 0,
  iceServers: [],
  iceServersExpireAt: 0,
  pingIntervalMs: 5_000,
  graceMs: 30_000,
}

/** A session, its sockets, and what it told. */
class Stage {
  readonly clock = new FakeClock()
  readonly sockets: FakeSocket[] = []
  readonly told: string[] = []
  readonly session: Session

  constructor() {
    this.session = new Session({
      url: 'wss://duet.example/ws',
      logger: silentLogger,
      clock: this.clock,
      random: () => 0,
      openSocket: () => {
        const socket = new FakeSocket()
        this.sockets.push(socket)
        return socket
      },
    })
    this.session.on('state', (state) => this.told.push(state))
    this.session.on('lost', (unsaid) =>
      this.told.push(`lost ${unsaid.map(({ type }) => type).join()}`),
    )
    this.session.on('refused', (reason) => this.told.push(`refused ${reason}`))
    this.session.on('event', ({ type }) => this.told.push(type))
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }

  /** Opens and welcomes the latest socket. */
  welcome(differences: Partial<Welcome> = {}): this {
    this.socket.open()
    this.socket.hear({ ...WELCOME, ...differences })
    return this
  }
}

const join = { type: 'join', room: 'lake', tag: 't' } as const

describe('H5 the first connection', () => {
  test('H5 what was said before goes out with hello, and not again with welcome', () => {
    const stage = new Stage()
    stage.session.send(join)
    stage.socket.open()
    expect(stage.socket.sent).toMatchObject([{ type: 'hello' }, { type: 'join', seq: 1 }])
    expect(stage.socket.sent[0]).not.toContainKey('session')
    stage.socket.hear(WELCOME)
    expect(stage.socket.sent.length).toBe(2)
  })

  test('H5 what is said between hello and welcome goes out with welcome', () => {
    const stage = new Stage()
    stage.session.send(join)
    stage.socket.open()
    stage.session.send({ type: 'leave' })
    stage.socket.hear(WELCOME)
    expect(stage.socket.sent.slice(1)).toMatchObject([
      { type: 'join', seq: 1 },
      { type: 'leave', seq: 2 },
    ])
  })

  test('S4 S5 the next connection names the session, what it has, and a higher attempt', () => {
    const stage = new Stage().welcome()
    stage.socket.hear({ type: 'joined', seq: 1, ack: 0 })
    stage.session.send(join)
    stage.socket.end(1006)
    stage.clock.advance(50)
    stage.socket.open()
    const hello = { type: 'hello', session: 'secret', ack: 1, attempt: 2 }
    expect(stage.socket.sent).toMatchObject([hello])
    stage.socket.hear({ ...WELCOME, resumed: true })
    expect(stage.socket.sent.slice(1)).toMatchObject([{ type: 'join', seq: 1 }])
    expect(stage.told).toEqual(['online', 'joined', 'offline', 'online'])
  })
})

describe('S3 S4 lost sessions', () => {
  test('S4 the server forgot: told with what may not have arrived, and numbers begin anew', () => {
    const stage = new Stage().welcome()
    stage.session.send(join)
    stage.socket.end(1006)
    stage.clock.advance(50)
    stage.welcome({ session: 'another' })
    expect(stage.told).toEqual(['online', 'offline', 'online', 'lost join'])
    stage.session.send(join)
    expect(stage.socket.sent.at(-1)).toMatchObject({ type: 'join', seq: 1, ack: 0 })
  })

  test.each([
    ['S3 a hole', { type: 'left', seq: 5, ack: 0 }],
    ['S2 an acknowledgement of what was never said', { type: 'pong', ack: 9 }],
    ['E2 text that is no JSON', 'hello'],
    ['E2 a number', '5'],
    ['E2 null', 'null'],
  ])('%s -> a new session', (_what, frame) => {
    const stage = new Stage().welcome()
    stage.socket.hear(frame)
    expect(stage.sockets[0]?.closedWith).toBe(4000)
    stage.clock.advance(50)
    stage.socket.open()
    expect(stage.socket.sent).toEqual([{ type: 'hello', version: 1 }])
    expect(stage.told).toContain('lost ')
  })

  test('S8 too much said without an acknowledgement -> a new session', () => {
    const stage = new Stage().welcome()
    for (let count = 0; count <= MAX_UNACKNOWLEDGED; count++) stage.session.send({ type: 'leave' })
    expect(stage.told.at(-1)).toStartWith('lost leave')
  })

  test('S3 a duplicate is not told again', () => {
    const stage = new Stage().welcome()
    stage.socket.hear({ type: 'left', seq: 1, ack: 0 })
    stage.socket.hear({ type: 'left', seq: 1, ack: 0 })
    expect(stage.told).toEqual(['online', 'left'])
  })
})

describe('S7 silence', () => {
  test('S7 a socket that does not greet is given up', () => {
    const stage = new Stage()
    stage.clock.advance(8_100)
    expect(stage.sockets.length).toBe(2)
  })

  test('S7 a socket on which nothing comes is given up', () => {
    const stage = new Stage().welcome()
    stage.clock.advance(10_000)
    expect(stage.socket.sent.filter(({ type }) => type === 'ping').length).toBe(2)
    stage.clock.advance(5_000)
    expect(stage.told).toEqual(['online', 'offline'])
  })

  test('S7 a probe finds a dead socket in a moment, and leaves a living one', () => {
    const stage = new Stage().welcome()
    stage.session.probe()
    stage.clock.advance(1_000)
    stage.socket.hear({ type: 'pong', ack: 0 })
    stage.clock.advance(1_000)
    expect(stage.session.signaling).toBe('online')
    stage.session.probe()
    stage.clock.advance(1_500)
    expect(stage.session.signaling).toBe('offline')
  })

  test('S7 a probe ends a pause', () => {
    const stage = new Stage().welcome()
    stage.socket.end(1006)
    stage.session.probe()
    expect(stage.sockets.length).toBe(2)
  })
})

describe('E3 coming back', () => {
  test.each([
    [4503, 50],
    [1006, 50],
    [4429, 2_000],
    [4500, 2_000],
  ])('E3 after %i it comes back in %i ms', (code, ms) => {
    const stage = new Stage().welcome()
    stage.socket.end(code)
    stage.clock.advance(ms - 1)
    expect(stage.sockets.length).toBe(1)
    stage.clock.advance(1)
    expect(stage.sockets.length).toBe(2)
  })

  test.each([
    [4400, 'bad-frames'],
    [4406, 'unsupported-version'],
    [4409, 'session-taken'],
    [1009, 'bad-frames'],
  ])('E3 after %i it stays away', (code, reason) => {
    const stage = new Stage().welcome()
    stage.session.probe()
    stage.socket.end(code)
    expect(stage.told).toEqual(['online', 'offline', `refused ${reason}`])
    expect(stage.clock.pending).toBe(0)
    stage.session.send(join)
    expect(stage.sockets.length).toBe(1)
  })

  test('E3 pauses grow while nobody answers, and begin anew after a welcome', () => {
    const stage = new Stage()
    const pauses: number[] = []
    for (let count = 0; count < 8; count++) {
      const [before, at] = [stage.sockets.length, stage.clock.now()]
      stage.socket.end(1006)
      while (stage.sockets.length === before) stage.clock.advance(50)
      pauses.push(stage.clock.now() - at)
    }
    expect(pauses).toEqual([50, 250, 500, 1_000, 2_000, 4_000, 4_000, 4_000])
    stage.welcome()
    stage.socket.end(1006)
    stage.clock.advance(50)
    expect(stage.sockets.length).toBe(10)
  })
})

test.each(['opening', 'open', 'pausing', 'probing'])('close while %s leaves no timer', (when) => {
  const stage = new Stage()
  if (when !== 'opening') stage.welcome()
  if (when === 'pausing') stage.socket.end(1006)
  if (when === 'probing') stage.session.probe()
  stage.session.close()
  stage.session.close()
  expect(stage.clock.pending).toBe(0)
  expect(stage.session.isClosed).toBe(true)
  if (when !== 'pausing') expect(stage.socket.closedWith).toBe(1000)
  stage.socket.hear({ type: 'left', seq: 1, ack: 0 })
  expect(stage.told).not.toContain('left')
})
