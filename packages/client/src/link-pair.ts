import { expect } from 'bun:test'
import { FakeClock, silentLogger } from '@duet/base'
import type { Signal } from '@duet/protocol'
import type { FakePeerConnection } from './fake-peer-connection.ts'
import { LocalMedia } from './local-media.ts'
import { PeerLink } from './peer-link.ts'
import type { PeerLinkOptions } from './peer-link-options.ts'
import type { SafetyPhrase } from './safety-phrase.ts'

/** Two links without a key, and the way between them. For tests. */
export class LinkPair {
  readonly clock = new FakeClock()
  /** Descriptions in the order in which they were sent. */
  readonly said: string[] = []
  /** Candidates as they were sent. */
  readonly candidates: string[] = []
  readonly phrases: (SafetyPhrase | null)[] = []
  readonly media = [new LocalMedia(), new LocalMedia()] as const
  readonly first: PeerLink
  readonly second: PeerLink
  /** What each is told to show. */
  readonly streams = [[], []] as [MediaStream[], MediaStream[]]
  readonly #parts: Partial<PeerLinkOptions>
  #onTheWay: (() => void)[] = []

  /** `parts`: of the options of both links. */
  constructor(parts: Partial<PeerLinkOptions> = {}) {
    this.#parts = parts
    this.first = this.#link('first', this.media[0], () => this.second)
    this.second = this.#link('second', this.media[1], () => this.first)
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

  /** Both are connected, and what one says on the data channel the other one hears. */
  async connect(): Promise<void> {
    const [one, other] = this.connections
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const { channel } = from
      channel.send = (text) => {
        this.#onTheWay.push(() => to.channel.hear(JSON.parse(text) as object))
      }
    }
    one.connect()
    other.connect()
    await this.deliver()
  }

  /** Both have a phrase; what is waited for is cryptography. */
  async agree(): Promise<void> {
    while (this.phrases.length < 2) await this.deliver()
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

  #link(name: string, media: LocalMedia, other: () => PeerLink): PeerLink {
    return new PeerLink({
      configuration: { iceTransportPolicy: 'relay' },
      media,
      keyring: undefined,
      clock: this.clock,
      logger: silentLogger,
      sendSignal: (signal: Signal) => {
        if (signal.type === 'description') this.said.push(`${name} ${signal.description.type}`)
        if (signal.type === 'candidate' && signal.candidate) {
          this.candidates.push(signal.candidate.candidate)
        }
        this.#onTheWay.push(() => other().handleSignal(signal))
      },
      canServerReachPeer: () => true,
      isPeerDuet: () => true,
      onRemoteStream: (stream) => this.streams[name === 'first' ? 0 : 1].push(stream),
      onVerification: () => {},
      onPhrase: (phrase) => this.phrases.push(phrase),
      onPeerMedia: () => {},
      onBye: () => {},
      onUp: () => {},
      onDown: () => {},
      loadMediaParts: undefined,
      hasMediaServer: () => false,
      requestMedia: () => Promise.resolve(null),
      onMediaPath: () => {},
      ...this.#parts,
    })
  }
}

/** Lets everything that waits for nothing but its turn happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}
