import { afterAll, beforeAll, expect, test } from 'bun:test'
import { FakeClock, silentLogger } from '@duet/base'
import type { Signal } from '@duet/protocol'
import { browser } from './call-stage.ts'
import { FakeMediaStream, FakePeerConnection } from './fake-peer-connection.ts'
import { LocalMedia } from './local-media.ts'
import { PeerLink } from './peer-link.ts'

beforeAll(() => {
  browser['RTCPeerConnection'] = FakePeerConnection
  browser['MediaStream'] = FakeMediaStream
})
afterAll(() => {
  delete browser['RTCPeerConnection']
  delete browser['MediaStream']
})

/** Two links without a key, and the way between them. */
class Pair {
  readonly clock = new FakeClock()
  /** Descriptions in the order in which they were sent. */
  readonly said: string[] = []
  readonly first: PeerLink
  readonly second: PeerLink
  #onTheWay: (() => void)[] = []

  constructor() {
    this.first = this.#link('first', () => this.second)
    this.second = this.#link('second', () => this.first)
  }

  get connections(): [FakePeerConnection, FakePeerConnection] {
    const { first, second } = this
    return [first.connection, second.connection] as unknown as [
      FakePeerConnection,
      FakePeerConnection,
    ]
  }

  /** Both hold the same two descriptions. */
  get isAgreed(): boolean {
    const [one, other] = this.connections
    return (
      one.localDescription?.sdp === other.remoteDescription?.sdp &&
      other.localDescription?.sdp === one.remoteDescription?.sdp
    )
  }

  /** What is on the way arrives, and what is said to it. */
  async deliver(): Promise<void> {
    await settle()
    while (this.#onTheWay.length > 0) {
      for (const arrive of this.#onTheWay.splice(0)) arrive()
      await settle()
    }
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 250) {
      this.clock.advance(250)
      await this.deliver()
    }
  }

  close(): void {
    this.first.close()
    this.second.close()
    expect(this.clock.pending).toBe(0)
  }

  #link(name: string, other: () => PeerLink): PeerLink {
    return new PeerLink({
      configuration: {},
      media: new LocalMedia(),
      keyring: undefined,
      clock: this.clock,
      logger: silentLogger,
      sendSignal: (signal: Signal) => {
        if (signal.type === 'description') this.said.push(`${name} ${signal.description.type}`)
        this.#onTheWay.push(() => other().handleSignal(signal))
      },
      canServerReachPeer: () => true,
      isPeerDuet: () => true,
      onRemoteStream: () => {},
      onVerification: () => {},
      onPeerMedia: () => {},
      onBye: () => {},
      onUp: () => {},
      onDown: () => {},
    })
  }
}

/** Lets everything that waits for nothing but its turn happen. */
async function settle() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test('G5 two pages of Duet without a key whose first path fails on both sides agree', async () => {
  const pair = new Pair()
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
  const pair = new Pair()
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
