import { computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import type { LocalMedia } from './local-media.ts'
import type { MediaPort } from './ports.ts'
import type { ScreenShare } from './screen-share.ts'

/** What a call sends as its picture. */
export interface OutgoingVideo {
  track: MediaStreamTrack | null
  isScreen: boolean
}

/** What is sent now: the camera or the screen, the microphone or its mix with the screen's sound. */
export class Outgoing {
  readonly audio: ReadonlySignal<MediaStreamTrack | null>
  readonly video: ReadonlySignal<OutgoingVideo>
  readonly #audio = signal<MediaStreamTrack | null>(null)
  readonly #stop: () => void

  constructor(local: LocalMedia, screen: ScreenShare, media: MediaPort) {
    this.audio = this.#audio
    const cameraTrack = computed(() => {
      const camera = local.camera.state.value
      return camera.name === 'on' ? camera.track : null
    })
    const microphoneTrack = computed(() => {
      const microphone = local.microphone.state.value
      return microphone.name === 'on' ? microphone.track : null
    })
    const screenSound = computed(() => {
      const state = screen.state.value
      return state.name === 'on' ? state.audio : undefined
    })
    this.video = computed(() => {
      const state = screen.state.value
      return state.name === 'on'
        ? { track: state.video, isScreen: true }
        : { track: cameraTrack.value, isScreen: false }
    })
    this.#stop = effect(() => {
      const voice = microphoneTrack.value
      const sound = screenSound.value
      if (!sound || !voice) {
        this.#audio.value = voice ?? sound ?? null
        return
      }
      const mix = media.mix([voice, sound])
      this.#audio.value = mix.track
      return () => mix.close()
    })
  }

  close(): void {
    this.#stop()
  }
}
