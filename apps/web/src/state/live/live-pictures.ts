import type { CancelTimer, Clock } from '@duet/base'
import { batch, signal, type ReadonlySignal } from '@preact/signals'
import type { LiveWay } from './live-model.ts'
import type { OpenPlayback, PlaybackPort } from './ports.ts'

/** A direct picture has come by then, in milliseconds. */
const WHEP_LIMIT_MS = 5_000

/** Pieces that do not come, or break off, are asked for again after this, in milliseconds. */
const RETRY_MS = 5_000

interface PicturesOptions {
  openPlayback: OpenPlayback
  timers: Clock
}

/** How both pictures come: over WHEP, and as pieces of HLS where that does not get through. */
export class LivePictures {
  readonly way: ReadonlySignal<LiveWay>
  /** What is played of both, the large one first; null where nothing came yet. */
  readonly streams: ReadonlySignal<readonly (MediaStream | null)[]>
  /** The playlist that is to be played; null for none. */
  readonly playlist: ReadonlySignal<string | null>
  /** A picture was seen. */
  readonly hasFrame: ReadonlySignal<boolean>
  /** The pieces did not get through; another attempt follows. */
  readonly hasFailed: ReadonlySignal<boolean>
  readonly #way = signal<LiveWay>(null)
  readonly #streams = signal<readonly (MediaStream | null)[]>([])
  readonly #playlist = signal<string | null>(null)
  readonly #hasFrame = signal(false)
  readonly #hasFailed = signal(false)
  readonly #options: PicturesOptions
  #playbacks: PlaybackPort[] = []
  #shown = ''
  #hls: string | null = null
  #cancel: CancelTimer = () => {}

  constructor(options: PicturesOptions) {
    this.#options = options
    this.way = this.#way
    this.streams = this.#streams
    this.playlist = this.#playlist
    this.hasFrame = this.#hasFrame
    this.hasFailed = this.#hasFailed
  }

  /** Shows these; nothing happens when they are shown already. */
  show(addresses: readonly string[], hls: string | null): void {
    const name = addresses.join('\n')
    this.#hls = hls
    if (this.#way.peek() === null || name !== this.#shown) {
      this.hide()
      this.#shown = name
      if (addresses.length === 0) this.#turnToPieces()
      else this.#open(addresses)
    } else if (this.#way.peek() === 'hls' && this.#playlist.peek() === null) this.#turnToPieces()
  }

  /** Nothing is to be seen any more. */
  hide(): void {
    this.#closePlaybacks()
    batch(() => {
      this.#way.value = null
      this.#streams.value = []
      this.#playlist.value = null
      this.#hasFrame.value = false
      this.#hasFailed.value = false
    })
  }

  /** A picture is on the screen. */
  frameSeen(): void {
    batch(() => {
      this.#hasFrame.value = true
      this.#hasFailed.value = false
    })
    if (this.#way.peek() === 'whep') this.#cancel()
  }

  /** The pieces can't be played, or do not come any more. */
  piecesFailed(): void {
    if (this.#way.peek() !== 'hls') return
    batch(() => {
      this.#playlist.value = null
      this.#hasFrame.value = false
      this.#hasFailed.value = true
    })
    this.#cancel()
    this.#cancel = this.#options.timers.after(RETRY_MS, () => this.#turnToPieces())
  }

  close(): void {
    this.hide()
  }

  #open(addresses: readonly string[]): void {
    this.#way.value = 'whep'
    this.#streams.value = addresses.map(() => null)
    this.#cancel = this.#options.timers.after(WHEP_LIMIT_MS, () => this.#turnToPieces())
    this.#playbacks = addresses.map((address, index) => {
      const playback = this.#options.openPlayback(address)
      playback.on('stream', (stream) => {
        this.#streams.value = this.#streams.peek().with(index, stream)
      })
      playback.on('state', ({ name }) => {
        if (name === 'ended') this.#turnToPieces()
      })
      return playback
    })
  }

  #turnToPieces(): void {
    this.#closePlaybacks()
    batch(() => {
      this.#way.value = 'hls'
      this.#streams.value = []
      this.#hasFrame.value = false
      this.#playlist.value = this.#hls
    })
  }

  #closePlaybacks(): void {
    this.#cancel()
    for (const playback of this.#playbacks.splice(0)) playback.close()
  }
}
