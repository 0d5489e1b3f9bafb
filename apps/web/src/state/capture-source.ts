import { signal, type ReadonlySignal } from '@preact/signals'
import { mediaFaultOf, type MediaFault } from './media-fault.ts'
import type { CaptureKind, MediaPort } from './ports.ts'

/**
 * One of a person's own devices. Transitions:
 *
 *     off -> asking -> on | failed;  on | failed -> off | asking
 *     on -> on                        (another device, without a gap)
 */
export type SourceState =
  | { name: 'off' }
  | { name: 'asking' }
  | { name: 'on'; track: MediaStreamTrack }
  | { name: 'failed'; fault: MediaFault }

/** A larger picture costs more than a face needs. */
const CONSTRAINTS: Record<CaptureKind, MediaTrackConstraints> = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
}

export interface CaptureSourceOptions {
  kind: CaptureKind
  media: MediaPort
  /** The device chosen before; undefined for the browser's own choice. */
  deviceId: string | undefined
  /** The device is gone: unplugged, or taken by the system. The source is off by then. */
  onLost: () => void
}

/** A microphone or a camera: opens it, changes it, lets it go. */
export class CaptureSource {
  readonly state: ReadonlySignal<SourceState>
  readonly deviceId: ReadonlySignal<string | undefined>
  readonly #state = signal<SourceState>({ name: 'off' })
  readonly #deviceId
  readonly #options: CaptureSourceOptions
  /** Counts changes of mind, so that a late answer of the browser is thrown away. */
  #turn = 0

  constructor(options: CaptureSourceOptions) {
    this.#options = options
    this.#deviceId = signal(options.deviceId)
    this.state = this.#state
    this.deviceId = this.#deviceId
  }

  /** What to ask `getUserMedia` for; a missing device is no error, another one is taken. */
  get constraints(): MediaTrackConstraints {
    const id = this.#deviceId.peek()
    const constraints = CONSTRAINTS[this.#options.kind]
    return id === undefined ? constraints : { ...constraints, deviceId: { ideal: id } }
  }

  /** Opens the device. Never rejects: the state says what came of it. */
  async open(): Promise<void> {
    await this.settle(this.begin(), this.#capture())
  }

  /** Says that the browser is being asked; returns the turn that `settle` needs. */
  begin(): number {
    if (this.#state.peek().name !== 'on') this.#state.value = { name: 'asking' }
    return ++this.#turn
  }

  /** Takes the browser's answer, unless the person has decided otherwise since. */
  async settle(turn: number, answer: Promise<MediaStreamTrack>): Promise<void> {
    try {
      const track = await answer
      if (turn === this.#turn) this.#take(track)
      else track.stop()
    } catch (error) {
      if (turn === this.#turn) this.#end({ name: 'failed', fault: mediaFaultOf(error) })
    }
  }

  /** Chooses another device, and opens it when one is open now. */
  async choose(deviceId: string | undefined): Promise<void> {
    this.#deviceId.value = deviceId
    if (this.#state.peek().name === 'off') return
    const turn = this.begin()
    // Two cameras of a phone can't be open at once: then the old one must go first.
    await this.settle(
      turn,
      this.#capture().catch((error: unknown) => {
        if (turn !== this.#turn || mediaFaultOf(error) !== 'in-use') throw error
        this.#end({ name: 'asking' })
        return this.#capture()
      }),
    )
  }

  /** Stops the device; its light goes out. */
  close(): void {
    this.#turn += 1
    this.#end({ name: 'off' })
  }

  async #capture(): Promise<MediaStreamTrack> {
    const { kind, media } = this.#options
    const [track] = await media.capture({ [kind]: this.constraints })
    if (!track) throw new DOMException('no track', 'NotFoundError')
    return track
  }

  #take(track: MediaStreamTrack): void {
    this.#end({ name: 'on', track })
    track.addEventListener('ended', () => {
      const state = this.#state.peek()
      if (state.name !== 'on' || state.track !== track) return
      this.close()
      this.#options.onLost()
    })
  }

  #end(next: SourceState): void {
    const state = this.#state.peek()
    this.#state.value = next
    if (state.name === 'on') state.track.stop()
  }
}
