import type { CancelTimer, Clock } from '@duet/base'

/**
 * A browser begins at about 300 kbit/s and drops pictures that do not fit: the first one of a
 * camera with 1280x720 pixels comes a tenth of a second later than a smaller one.
 */
const START_SCALE = 2

/** By then the browser has measured the path, in milliseconds. */
const GROW_AFTER_MS = 2_000

/** How a video sender begins. */
export const SMALL_ENCODINGS: readonly RTCRtpEncodingParameters[] = [
  { scaleResolutionDownBy: START_SCALE },
]

/** Sends the first pictures small, so that they come at once, and the others in full size. */
export class SmallStart {
  readonly #clock: Clock
  readonly #onRefused: (error: unknown) => void
  #sender: RTCRtpSender | undefined
  #cancel: CancelTimer | undefined

  constructor(clock: Clock, onRefused: (error: unknown) => void) {
    this.#clock = clock
    this.#onRefused = onRefused
  }

  /** `sender` was made with `SMALL_ENCODINGS`. */
  begun(sender: RTCRtpSender): void {
    this.#sender = sender
  }

  /** Makes a sender small that was made by the peer's offer. */
  begin(sender: RTCRtpSender): void {
    this.#sender = sender
    this.#scale(START_SCALE)
  }

  /** Media flows: grows in a moment, once. */
  up(): void {
    this.#cancel ??= this.#clock.after(GROW_AFTER_MS, () => this.#scale(1))
  }

  /** Idempotent. */
  close(): void {
    this.#cancel?.()
    this.#sender = undefined
  }

  #scale(scale: number): void {
    const parameters = this.#sender?.getParameters()
    const encoding = parameters?.encodings?.[0]
    if (!parameters || !encoding) return
    encoding.scaleResolutionDownBy = scale
    this.#sender?.setParameters(parameters).catch(this.#onRefused)
  }
}
