import { signal, type ReadonlySignal } from '@preact/signals'
import { mediaFaultOf } from './media-fault.ts'
import type { MediaPort } from './ports.ts'

/** Transitions: off -> asking -> on -> off; asking -> off when the person chooses nothing. */
export type ScreenState =
  | { name: 'off' }
  | { name: 'asking' }
  | { name: 'on'; video: MediaStreamTrack; audio: MediaStreamTrack | undefined }

/** Shows a screen, a window or a tab instead of the camera, with its sound where the browser gives it. */
export class ScreenShare {
  readonly state: ReadonlySignal<ScreenState>
  readonly isPossible: boolean
  readonly #state = signal<ScreenState>({ name: 'off' })
  readonly #media: MediaPort
  readonly #onFail: () => void
  #turn = 0

  constructor(media: MediaPort, onFail: () => void) {
    this.#media = media
    this.#onFail = onFail
    this.isPossible = media.captureScreen !== undefined
    this.state = this.#state
  }

  /** Starts, or stops what runs. Never rejects. */
  async toggle(): Promise<void> {
    if (this.#state.peek().name === 'off') await this.#start()
    else this.stop()
  }

  stop(): void {
    this.#turn += 1
    const state = this.#state.peek()
    this.#state.value = { name: 'off' }
    if (state.name !== 'on') return
    state.video.stop()
    state.audio?.stop()
  }

  async #start(): Promise<void> {
    if (!this.#media.captureScreen) return
    const turn = ++this.#turn
    this.#state.value = { name: 'asking' }
    try {
      const tracks = await this.#media.captureScreen()
      const video = tracks.find((track) => track.kind === 'video')
      const audio = tracks.find((track) => track.kind === 'audio')
      if (turn !== this.#turn || !video) {
        for (const track of tracks) track.stop()
        return
      }
      this.#state.value = { name: 'on', video, audio }
      // The browser's own bar ends it.
      video.addEventListener('ended', () => {
        if (turn === this.#turn) this.stop()
      })
    } catch (error) {
      if (turn !== this.#turn) return
      this.#state.value = { name: 'off' }
      // Choosing nothing is no fault.
      if (mediaFaultOf(error) !== 'denied') this.#onFail()
    }
  }
}
