import { FakeClock } from '@duet/base'
import { until } from '../call-stage.ts'
import { FakePeerConnection } from '../fake-peer-connection.ts'
import { LocalMedia } from '../local-media.ts'
import { FakeMediaServer } from './fake-media-server.ts'
import type { MediaSessionState } from './media-session-state.ts'
import { Playback, type PlayOptions } from './playback.ts'
import { Publication, type PublicationParts } from './publication.ts'

/** A media server, and sessions with it whose time stands still. For tests; wants `useBrowser()`. */
export class MediaStage {
  readonly clock = new FakeClock()
  readonly server = new FakeMediaServer()
  readonly media = new LocalMedia()
  readonly told: string[] = []

  publish(options: Partial<PublicationParts> = {}, url = 'https://media.example/whip/a/b') {
    const all = { media: this.media, ...options }
    const publication = new Publication(url, all, this.#environment)
    publication.on('state', (state) => this.#tell(state))
    return publication
  }

  play(options: PlayOptions = {}, url = 'https://media.example/whep/a/b') {
    const playback = new Playback(url, options, this.#environment)
    playback.on('state', (state) => this.#tell(state))
    playback.on('stream', () => this.told.push('stream'))
    return playback
  }

  /** The connection that was made last. */
  get connection(): FakePeerConnection {
    const connection = FakePeerConnection.all.at(-1)
    if (!connection) throw new Error('there is no connection')
    return connection
  }

  /** The `count`th connection has its answer. */
  answered(count = 1): Promise<unknown> {
    return until(`answer ${count}`, () => {
      return FakePeerConnection.all.length >= count && this.connection.remoteDescription
    })
  }

  /** Lets everything that waits for nothing but its turn happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  /** Lets time pass in small steps. */
  async pass(ms: number): Promise<void> {
    await this.settle()
    for (let passed = 0; passed < ms; passed += 250) {
      this.clock.advance(250)
      await this.settle()
    }
  }

  get #environment() {
    return { clock: this.clock, fetch: this.server.fetch, random: () => 0 }
  }

  #tell(state: MediaSessionState): void {
    this.told.push(state.name === 'ended' ? `ended ${state.reason}` : state.name)
  }
}
