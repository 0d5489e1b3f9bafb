import { showStream } from '../page/video.ts'

/**
 * A video with sound. Browsers play sound by themselves only on pages that were touched, or that use
 * a microphone: elsewhere the picture begins without it, and a button brings it.
 */
export class SoundingVideo {
  readonly #video: HTMLVideoElement
  readonly #button: HTMLButtonElement

  /** The button is hidden at first. */
  constructor(video: HTMLVideoElement, button: HTMLButtonElement) {
    this.#video = video
    this.#button = button
    button.addEventListener('click', () => void this.#play())
  }

  /** Shows a stream, whose tracks may come one after the other; or none. */
  show(stream: MediaStream | undefined): void {
    const isShown = stream !== undefined && this.#video.srcObject === stream
    if (!isShown) {
      showStream(this.#video, stream)
      this.#button.hidden = true
    }
    // Another track of a stream that waits for a press changes nothing.
    if (stream && this.#button.hidden) void this.#play()
  }

  /** The browser may think otherwise by now. */
  tryAgain(): void {
    if (!this.#button.hidden) void this.#play()
  }

  async #play(): Promise<void> {
    const video = this.#video
    video.muted = false
    try {
      await video.play()
      this.#button.hidden = true
    } catch (error) {
      // Any other reason, such as a newer stream, mends itself.
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return
      video.muted = true
      this.#button.hidden = false
      await video.play().catch(() => undefined)
    }
  }
}
