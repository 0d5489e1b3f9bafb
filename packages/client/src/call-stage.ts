import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'bun:test'
import { FakeClock } from '@duet/base'
import type { Description, Signal } from '@duet/protocol'
import { Call } from './call.ts'
import type { CallOptions } from './call-options.ts'
import { FakeMediaStream, FakePeerConnection } from './fake-peer-connection.ts'
import { FakeServer } from './fake-server.ts'
import { Keyring } from './keyring.ts'

const KEY = 'a-key-of-a-link-1234'
export const ROOM = 'lake'

/** What whoever holds the link can prove and hide. */
export const ring = new Keyring(KEY, ROOM)

/** The globals of a browser. */
export const browser = globalThis as Record<string, unknown>

/** Waits until `get` gives something; what is waited for here is cryptography. */
export async function until<Value>(what: string, get: () => Value | undefined | null | false) {
  const deadline = performance.now() + 2_000
  while (performance.now() < deadline) {
    const value = get()
    if (value !== undefined && value !== null && value !== false) return value
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error(`did not happen: ${what}`)
}

export const bob = { id: 'b1', name: 'Bob', tag: 'run-b' }

/** Ann's call, her server, and a peer connection for Bob. */
export class Stage {
  readonly clock = new FakeClock()
  readonly server = new FakeServer()
  readonly told: string[] = []
  readonly call: Call
  bob = FakePeerConnection.ofPeer()

  /** `more`: of the options of the call. */
  constructor(key: string | undefined = KEY, more: Partial<CallOptions> = {}) {
    const options = { url: 'wss://duet.example/ws', room: ROOM, name: 'Ann', key, ...more }
    this.call = new Call(options, { clock: this.clock, openSocket: this.server.openSocket })
    this.call.on('state', ({ name }) => this.told.push(name))
    this.call.on('peergone', (reason) => this.told.push(`gone ${reason}`))
    this.call.on('peerarrived', (name) => this.told.push(`arrived ${name}`))
    this.call.on('refused', (code) => this.told.push(`refused ${code}`))
    this.call.on('chat', ({ from, text }) => this.told.push(`${from}: ${text}`))
    this.call.on('remotestream', (stream) => this.told.push(stream ? 'stream' : 'no stream'))
  }

  /** Ann's present connection. */
  get ann(): FakePeerConnection {
    const connection = FakePeerConnection.all.at(-1)
    if (!connection) throw new Error('there is no connection')
    return connection
  }

  description(index: number) {
    return until(`description ${index}`, () => this.server.all('description').at(index))
  }

  async join(): Promise<void> {
    this.call.join()
    await until('join', () => this.server.all('join').length > 0)
  }

  async joinAlone(): Promise<Description> {
    await this.join()
    this.server.say({ type: 'joined', room: ROOM, self: 'a1', peers: [] })
    const { description } = await this.description(0)
    return description
  }

  /** Bob's offer, with its proof. */
  async bobOffers(): Promise<Signal> {
    await this.bob.setLocalDescription()
    const description = this.bob.localDescription as Description
    return { type: 'description', description, auth: await ring.sign(description, null) }
  }

  async bobAnswers(offer: Description): Promise<void> {
    await this.bob.setRemoteDescription(offer)
    await this.bob.setLocalDescription()
    const description = this.bob.localDescription as Description
    const auth = await ring.sign(description, offer)
    this.server.say({ type: 'description', description, auth, from: bob.id })
  }

  /** Ann was first; Bob came, and media flows. */
  async talkAsFirst(): Promise<void> {
    const offer = await this.joinAlone()
    this.server.say({ type: 'peer-joined', peer: bob })
    await this.bobAnswers(offer)
    await until('verified', () => this.call.verification.name === 'verified')
    await until('stream', () => this.told.includes('stream'))
    this.ann.connect()
    expect(this.call.state.name).toBe('connected')
  }

  /** Bob was first; Ann came, and media flows. */
  async talkAsSecond(): Promise<void> {
    await this.join()
    const signals = [await this.bobOffers()]
    this.server.say({
      type: 'joined',
      room: ROOM,
      self: 'a1',
      peers: [{ ...bob, isAway: false, signals }],
    })
    const { description } = await this.description(0)
    await this.bob.setRemoteDescription(description)
    await until('stream', () => this.told.includes('stream'))
    this.ann.connect()
    expect(this.call.state.name).toBe('connected')
  }

  /** Pings come for `ms`, so that the path lives. */
  live(ms: number): void {
    for (let passed = 0; passed < ms; passed += 250) {
      this.ann.channel.hear({ type: 'ping', intervalMs: 250 })
      this.clock.advance(250)
    }
  }

  /** Nothing comes until silence is noticed. */
  async fallSilent(): Promise<void> {
    for (let tick = 0; this.call.state.name === 'connected' && tick < 12; tick++) {
      this.clock.advance(250)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(this.call.state.name).toBe('reconnecting')
  }

  async online(): Promise<void> {
    this.server.isReachable = true
    await until('online', () => {
      this.clock.advance(100)
      return this.call.signaling === 'online'
    })
  }
}

/** The globals of a browser for the tests of a file. */
export function useBrowser(): void {
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
  })
}

/** Fails when a connection is open. */
export function expectNoConnection(): void {
  const states = FakePeerConnection.all.map(({ connectionState }) => connectionState)
  expect(states.every((state) => state === 'closed')).toBe(true)
}

/**
 * A new stage for each test of a file, with a key unless it is empty; afterwards the call is
 * closed, and nothing is left.
 */
export function useStage(key: string | undefined = KEY): { readonly current: Stage } {
  let stage: Stage | undefined
  const current = () => {
    if (!stage) throw new Error('a stage stands only during a test')
    return stage
  }
  useBrowser()
  beforeEach(() => {
    stage = new Stage(key)
  })
  afterEach(() => {
    const { call, clock, server } = current()
    call.close()
    expect(clock.pending).toBe(0)
    expect(server.sockets.some(({ isOpen }) => isOpen)).toBe(false)
    expectNoConnection()
  })
  return {
    get current() {
      return current()
    },
  }
}
