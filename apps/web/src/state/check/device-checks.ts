import type { CancelTimer, Clock } from '@duet/base'
import { signal, type ReadonlySignal } from '@preact/signals'
import type { DevicePorts } from './ports.ts'
import type { TellVerdict } from './network-checks.ts'
import { fails, ok, untried } from './verdict.ts'

/** A microphone that heard nothing for so long is silent, in milliseconds. */
const LISTEN_MS = 10_000

/** Louder than a quiet room, of 1. */
const SPEECH_LEVEL = 0.25

/** Where the speaker's check stands. asked: whether the tone was heard. */
export type SpeakerState = 'quiet' | 'playing' | 'asked'

/** The checks that need a person: camera, microphone and speaker. */
export class DeviceChecks {
  readonly camera: ReadonlySignal<MediaStreamTrack | undefined>
  readonly microphone: ReadonlySignal<MediaStreamTrack | undefined>
  readonly speaker: ReadonlySignal<SpeakerState>
  /** What the microphone hears, 0 to 1. */
  readonly level = signal(0)
  readonly #camera = signal<MediaStreamTrack | undefined>(undefined)
  readonly #microphone = signal<MediaStreamTrack | undefined>(undefined)
  readonly #speaker = signal<SpeakerState>('quiet')
  readonly #ports: DevicePorts
  readonly #clock: Clock
  readonly #begin: (id: 'camera' | 'microphone' | 'speaker') => void
  readonly #tell: TellVerdict
  #stopListening: () => void = () => {}
  #isClosed = false

  constructor(
    ports: DevicePorts,
    options: {
      clock: Clock
      begin: (id: 'camera' | 'microphone' | 'speaker') => void
      tell: TellVerdict
    },
  ) {
    this.#ports = ports
    this.#clock = options.clock
    this.#begin = options.begin
    this.#tell = options.tell
    this.camera = this.#camera
    this.microphone = this.#microphone
    this.speaker = this.#speaker
  }

  /** Opens camera and microphone, one after the other: what is wrong with one, is not with the other. */
  async tryCapture(): Promise<void> {
    this.#release()
    await this.#tryCamera()
    if (!this.#isClosed) await this.#tryMicrophone()
  }

  /** Turns both off; what was found stays. */
  stopCapture(): void {
    this.#release()
  }

  /** Plays a tone; then the person says whether it was heard. */
  async playTone(): Promise<void> {
    if (this.#speaker.peek() === 'playing') return
    this.#begin('speaker')
    this.#speaker.value = 'playing'
    await this.#ports.playTone()
    if (this.#speaker.peek() === 'playing') this.#speaker.value = 'asked'
  }

  /** Whether the person heard the tone. */
  sayHeard(isHeard: boolean): void {
    this.#speaker.value = 'quiet'
    this.#tell('speaker', isHeard ? ok() : fails('speaker-unheard'))
  }

  /** Lets go of camera and microphone. Final and idempotent. */
  close(): void {
    this.#isClosed = true
    this.#release()
  }

  async #tryCamera(): Promise<void> {
    this.#begin('camera')
    const opened = await this.#ports.open('camera')
    if ('fault' in opened) return this.#tell('camera', fails(`camera-${opened.fault}`))
    const { track } = opened
    if (this.#isClosed) return track.stop()
    this.#camera.value = track
    const name = track.label
    const seen = await this.#ports.lookAt(track)
    if (!seen || seen.isDark) return this.#tell('camera', fails('camera-dark', { name }))
    const { width, height } = seen
    this.#tell('camera', ok('device', { name, width, height }))
  }

  async #tryMicrophone(): Promise<void> {
    this.#begin('microphone')
    const opened = await this.#ports.open('microphone')
    if ('fault' in opened) return this.#tell('microphone', fails(`microphone-${opened.fault}`))
    const { track } = opened
    if (this.#isClosed) return track.stop()
    this.#microphone.value = track
    await this.#listenTo(track)
  }

  /** Until something was heard, or for long enough; the level moves on. */
  #listenTo(track: MediaStreamTrack): Promise<void> {
    return new Promise((resolve) => {
      let cancel: CancelTimer | undefined
      let isHeard = false
      let isMeasured = false
      const stopWatching = this.#ports.watchLevel(track, (level) => {
        this.level.value = level
        isMeasured = true
        if (isHeard || level < SPEECH_LEVEL) return
        isHeard = true
        cancel?.()
        this.#tell('microphone', ok('device', { name: track.label }))
        resolve()
      })
      cancel = this.#clock.after(LISTEN_MS, () => {
        if (!isMeasured) this.#tell('microphone', untried('microphone-unmeasured'))
        else if (!isHeard)
          this.#tell('microphone', fails('microphone-silent', { name: track.label }))
        resolve()
      })
      this.#stopListening = () => {
        stopWatching()
        cancel?.()
        resolve()
      }
    })
  }

  #release(): void {
    this.#stopListening()
    this.#stopListening = () => {}
    this.#camera.peek()?.stop()
    this.#microphone.peek()?.stop()
    this.#camera.value = undefined
    this.#microphone.value = undefined
    this.level.value = 0
  }
}
