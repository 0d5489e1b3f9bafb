import { batch, computed, signal, type ReadonlySignal } from '@preact/signals'
import { mediaFaultOf, type MediaFault } from '../media-fault.ts'
import type { CastMediaPort } from './ports.ts'

export type SourceKind = 'screen' | 'camera'

/** Which of a phone's cameras. */
export type Facing = 'environment' | 'user'

export type SourceWish = { kind: 'screen' } | { kind: 'camera'; facing: Facing; deviceId?: string }

/** What is shown now. */
export interface ShownSource {
  kind: SourceKind
  video: MediaStreamTrack
  audio: MediaStreamTrack | undefined
}

/**
 * What came of a choice. nothing: the person chose nothing, or has decided otherwise since.
 * press: the browser wants another press.
 */
export type SourceChoice = 'chosen' | 'nothing' | 'press' | MediaFault

/** A TV is large; letters on paper want to be read. */
const CAMERA: MediaTrackConstraints = {
  width: { ideal: 1920 },
  height: { ideal: 1080 },
  frameRate: { ideal: 30 },
}

export interface CastSourceOptions {
  media: CastMediaPort
  /** The browser's own bar ended it, or the device is gone. It is released by then. */
  onEnded: (kind: SourceKind) => void
}

/** What a person shows: chooses it, changes it without a gap, lets it go. */
export class CastSource {
  /** Null while nothing is captured. */
  readonly shown: ReadonlySignal<ShownSource | null>
  /** The browser asks. */
  readonly isChoosing: ReadonlySignal<boolean>
  readonly isSoundOn: ReadonlySignal<boolean>
  readonly #shown = signal<ShownSource | null>(null)
  /** Counts changes of mind, so that a late answer of the browser is thrown away. */
  #turn = 0
  readonly #asked = signal(0)
  readonly #isSoundOn = signal(true)
  readonly #options: CastSourceOptions

  constructor(options: CastSourceOptions) {
    this.#options = options
    this.shown = this.#shown
    this.isChoosing = computed(() => this.#asked.value > 0)
    this.isSoundOn = this.#isSoundOn
  }

  /** Asks the browser, within the press that wants it; what was shown goes on until then. Never rejects. */
  async choose(wish: SourceWish): Promise<SourceChoice> {
    const turn = ++this.#turn
    this.#asked.value += 1
    try {
      const tracks = await this.#capture(wish)
      const video = tracks.find(({ kind }) => kind === 'video')
      if (turn !== this.#turn || !video) {
        for (const track of tracks) track.stop()
        return 'nothing'
      }
      const audio = tracks.find(({ kind }) => kind === 'audio')
      this.#take({ kind: wish.kind, video, audio })
      return 'chosen'
    } catch (error) {
      if (turn !== this.#turn) return 'nothing'
      this.#giveUpStopped()
      return choiceOf(error, wish.kind)
    } finally {
      this.#asked.value -= 1
    }
  }

  /** Silence for the TV, or the sound again. */
  toggleSound(): void {
    const audio = this.#shown.peek()?.audio
    this.#isSoundOn.value = !this.#isSoundOn.peek()
    if (audio) audio.enabled = this.#isSoundOn.peek()
  }

  /** Stops what is captured, and forgets what is asked. */
  release(): void {
    this.#turn += 1
    const former = this.#shown.peek()
    this.#shown.value = null
    if (former) stopTracks(former)
  }

  async #capture(wish: SourceWish): Promise<MediaStreamTrack[]> {
    const { media } = this.#options
    if (wish.kind === 'screen') {
      if (!media.captureScreen) throw new DOMException('no screens here', 'NotFoundError')
      return media.captureScreen()
    }
    const which = wish.deviceId
      ? { deviceId: { exact: wish.deviceId } }
      : { facingMode: { ideal: wish.facing } }
    const video = { ...CAMERA, ...which }
    try {
      return await media.capture({ video })
    } catch (error) {
      const former = this.#shown.peek()
      if (former?.kind !== 'camera' || mediaFaultOf(error) !== 'in-use') throw error
      // Two cameras of a phone can't be open at once: then the old one must go first.
      stopTracks(former)
      return media.capture({ video })
    }
  }

  /** The camera that went first is gone, and no other one came. */
  #giveUpStopped(): void {
    const former = this.#shown.peek()
    if (former?.video.readyState === 'ended') this.#ended(former)
  }

  #ended({ kind }: ShownSource): void {
    this.release()
    this.#options.onEnded(kind)
  }

  #take(next: ShownSource): void {
    const former = this.#shown.peek()
    batch(() => {
      this.#isSoundOn.value = true
      this.#shown.value = next
    })
    if (former) stopTracks(former)
    next.video.addEventListener('ended', () => {
      if (this.#shown.peek()?.video === next.video) this.#ended(next)
    })
  }
}

/** How browsers say that they open no picker without a press just before (Screen Capture §5.1). */
const PRESS_ERRORS = new Set(['InvalidStateError', 'InvalidAccessError'])

function choiceOf(error: unknown, kind: SourceKind): SourceChoice {
  if (error instanceof DOMException && PRESS_ERRORS.has(error.name)) return 'press'
  const fault = mediaFaultOf(error)
  // Choosing no screen is no fault.
  return fault === 'denied' && kind === 'screen' ? 'nothing' : fault
}

function stopTracks({ video, audio }: ShownSource): void {
  video.stop()
  audio?.stop()
}
