import { FakeClock, silentLogger } from '@duet/base'
import { createCaptureBook } from '../captures/capture-book.ts'
import type { LocalMedia } from '../local-media.ts'
import type { PathReport } from '../path-report.ts'
import type { MediaPathMessage } from './media-path-state.ts'
import type { MediaParts } from './load-media-parts.ts'
import { MediaSwitch } from './media-switch.ts'
import { MediaPath, type MediaPathInfo } from './media-path.ts'
import type { MediaGrant, ServerLeg, ServerLegOptions } from './server-leg.ts'

/** As the server grants it. */
export const GRANT: MediaGrant = {
  publish: { url: 'https://duet.example/whip/lake/a', token: 'p' },
  play: { url: 'https://duet.example/whep/lake/b', token: 'q' },
}

/** A way through the server on which comes what its test says. For tests. */
export class FakeServerLeg implements Pick<ServerLeg, keyof ServerLeg> {
  readonly stream = { name: 'from the server' } as unknown as MediaStream
  readonly told: string[] = []
  readonly options: ServerLegOptions
  isClosed = false

  constructor(options: ServerLegOptions) {
    this.options = options
  }

  awaitServer(): void {
    this.told.push('await server')
  }

  awaitDirect(): void {
    this.told.push('await direct')
  }

  mediaChanged(kind: string): Promise<void> {
    this.told.push(`${kind} changed`)
    return Promise.resolve()
  }

  sample(): Promise<PathReport | null> {
    return Promise.resolve({ mode: 'server' } as PathReport)
  }

  close(): void {
    this.isClosed = true
  }

  /** What was waited for is there. */
  arrive(): void {
    this.options.onArrived()
  }

  lose(): void {
    this.options.onLost()
  }
}

/** What moves media, over ways that are added to `legs`. */
export function mediaPartsWith(legs: FakeServerLeg[]): MediaParts {
  return {
    createCaptureBook,
    createMediaSwitch: (options) =>
      new MediaSwitch(options, (legOptions) => {
        const leg = new FakeServerLeg(legOptions)
        legs.push(leg)
        return leg as unknown as ServerLeg
      }),
    createStreamExchange: () => {
      throw new Error('there is a peer connection')
    },
  }
}

/** One of two sides, and what it was made to do. */
export class FakeSide {
  readonly path: MediaPath
  readonly legs: FakeServerLeg[] = []
  readonly infos: MediaPathInfo[] = []
  readonly streams: (MediaStream | null)[] = []
  /** What it says to the other side, and that did not hear it yet. */
  readonly way: MediaPathMessage[] = []
  isDirectActive = true
  hasMediaServer = true
  canLoad = true
  grant: MediaGrant | null = GRANT
  requests = 0
  /** Told of each change, after it stands in `infos`. */
  onChange = (): void => {}

  constructor(clock: FakeClock, { isFirst, isOld = false }: { isFirst: boolean; isOld?: boolean }) {
    this.path = new MediaPath({
      connection: {} as RTCPeerConnection,
      media: {} as LocalMedia,
      clock,
      logger: silentLogger,
      loadMediaParts: isOld ? undefined : () => this.#load(),
      hasMediaServer: () => this.hasMediaServer,
      requestMedia: () => {
        this.requests += 1
        return Promise.resolve(this.grant)
      },
      send: (message) => this.way.push(message) > 0,
      isPeerFirst: () => !isFirst,
      setDirectActive: (isActive) => (this.isDirectActive = isActive),
      onStream: () => void this.streams.push(this.path.stream),
      onChange: (info) => {
        this.infos.push(info)
        this.onChange()
      },
    })
  }

  /** The way through the server that is open; throws when there is none. */
  get leg(): FakeServerLeg {
    const leg = this.legs.findLast(({ isClosed }) => !isClosed)
    if (!leg) throw new Error('no way through the server is open')
    return leg
  }

  get hasLeg(): boolean {
    return this.legs.some(({ isClosed }) => !isClosed)
  }

  #load() {
    if (!this.canLoad) return Promise.reject(new Error('the network does not give it'))
    return Promise.resolve(mediaPartsWith(this.legs))
  }
}

/** Two sides of one data channel. For tests. */
export class MediaPathStage {
  readonly clock = new FakeClock()
  readonly ann = new FakeSide(this.clock, { isFirst: true })
  readonly ben: FakeSide

  constructor({ isBenOld = false } = {}) {
    this.ben = new FakeSide(this.clock, { isFirst: false, isOld: isBenOld })
  }

  /** The channel is open, and both know of each other. */
  async open(): Promise<void> {
    this.ann.path.open()
    this.ben.path.open()
    await this.deliver()
  }

  /** Whatever is said is heard. */
  async deliver(): Promise<void> {
    await settle()
    for (let round = 0; round < 50; round++) {
      const [byAnn, byBen] = [this.ann.way.splice(0), this.ben.way.splice(0)]
      for (const message of byAnn) this.ben.path.handle(message)
      for (const message of byBen) this.ann.path.handle(message)
      await settle()
      if (byAnn.length + byBen.length === 0) return
    }
    throw new Error('they never stop talking')
  }

  /** Both are at the server. */
  async moveToServer(): Promise<void> {
    this.ann.path.move('server')
    await this.deliver()
    this.ann.leg.arrive()
    this.ben.leg.arrive()
    await this.deliver()
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 250) {
      this.clock.advance(250)
      await this.deliver()
    }
  }

  close(): void {
    this.ann.path.close()
    this.ben.path.close()
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
