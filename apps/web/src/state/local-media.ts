import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import { CaptureSource } from './capture-source.ts'
import { mediaFaultOf } from './media-fault.ts'
import { mediaNoticeOf } from './media-notice.ts'
import type { CaptureKind, DeviceInfo, MediaPort, Memory } from './ports.ts'

/** A device is gone; `label` names the one that took its place, if any. */
export type DeviceLossHandler = (kind: CaptureKind, label: string | undefined) => void

const MEMORY_KEYS = {
  audioinput: 'duet.microphone',
  videoinput: 'duet.camera',
  audiooutput: 'duet.speaker',
} as const satisfies Record<MediaDeviceKind, string>

/** A person's microphone, camera and speaker, and what was chosen for each. */
export class LocalMedia {
  readonly microphone: CaptureSource
  readonly camera: CaptureSource
  readonly devices: ReadonlySignal<DeviceInfo[]>
  /** The microphone runs, but silence is sent. */
  readonly isMuted: ReadonlySignal<boolean>
  readonly speakerId: ReadonlySignal<string | undefined>
  /** What is wrong, as one code; null when nothing is. */
  readonly notice
  readonly #devices = signal<DeviceInfo[]>([])
  readonly #isMuted = signal(false)
  readonly #speakerId
  readonly #media: MediaPort
  readonly #memory: Memory
  readonly #onLoss: DeviceLossHandler
  readonly #stop: (() => void)[]
  /** What was open when everything was released. */
  #released: CaptureSource[] = []
  #isCameraResting = false

  constructor(media: MediaPort, memory: Memory, onLoss: DeviceLossHandler) {
    this.#media = media
    this.#memory = memory
    this.#onLoss = onLoss
    this.microphone = this.#source('audio')
    this.camera = this.#source('video')
    this.#speakerId = signal(memory.get(MEMORY_KEYS.audiooutput))
    this.devices = this.#devices
    this.isMuted = this.#isMuted
    this.speakerId = this.#speakerId
    this.notice = computed(() =>
      mediaNoticeOf(this.microphone.state.value, this.camera.state.value),
    )
    this.#stop = [
      media.onDeviceChange(() => void this.#refreshDevices()),
      effect(() => {
        const state = this.microphone.state.value
        if (state.name === 'on') state.track.enabled = !this.#isMuted.value
      }),
    ]
  }

  /** Opens both, asking the person once. Never rejects. */
  async start(): Promise<void> {
    await this.#openTogether()
    await this.#refreshDevices()
  }

  /** Opens again what failed. */
  async retry(): Promise<void> {
    const failed = [this.microphone, this.camera].filter(hasFailed)
    if (failed.length === 2) await this.#openTogether()
    else await Promise.all(failed.map((source) => source.open()))
    await this.#refreshDevices()
  }

  /** Mutes and unmutes; opens a microphone that is not there yet. */
  async toggleMicrophone(): Promise<void> {
    if (this.microphone.state.peek().name === 'on') {
      this.#isMuted.value = !this.#isMuted.peek()
      return
    }
    this.#isMuted.value = false
    await this.microphone.open()
    await this.#refreshDevices()
  }

  /** Stops the camera, so that its light goes out, or opens it again. */
  async toggleCamera(): Promise<void> {
    const { name } = this.camera.state.peek()
    if (name === 'on' || name === 'asking') {
      this.camera.close()
      return
    }
    await this.camera.open()
    await this.#refreshDevices()
  }

  /** Takes another device and remembers it; an empty id leaves the choice to the browser. */
  async choose(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    const id = deviceId || undefined
    this.#memory.set(MEMORY_KEYS[kind], deviceId)
    if (kind === 'audiooutput') this.#speakerId.value = id
    else await (kind === 'audioinput' ? this.microphone : this.camera).choose(id)
  }

  /** Stops an open camera for a while, as while a screen is shared. */
  restCamera(): void {
    if (this.camera.state.peek().name !== 'on') return
    this.#isCameraResting = true
    this.camera.close()
  }

  /** Opens the camera again if it was stopped for a while. */
  wakeCamera(): void {
    if (!this.#isCameraResting) return
    this.#isCameraResting = false
    void this.camera.open()
  }

  /** Opens again what was open when everything was released. */
  async resume(): Promise<void> {
    const sources = this.#released.splice(0)
    if (sources.length === 2) await this.#openTogether()
    else await Promise.all(sources.map((source) => source.open()))
  }

  /** Lets go of microphone and camera; `resume` takes them again. */
  release(): void {
    const open = [this.microphone, this.camera].filter(
      (source) => !isOff(source) || (source === this.camera && this.#isCameraResting),
    )
    if (open.length > 0) this.#released = open
    this.#isCameraResting = false
    batch(() => {
      this.microphone.close()
      this.camera.close()
    })
  }

  close(): void {
    this.release()
    for (const stop of this.#stop.splice(0)) stop()
  }

  #source(kind: CaptureKind): CaptureSource {
    const key = kind === 'audio' ? MEMORY_KEYS.audioinput : MEMORY_KEYS.videoinput
    return new CaptureSource({
      kind,
      media: this.#media,
      deviceId: this.#memory.get(key) || undefined,
      onLost: () => void this.#replace(kind),
    })
  }

  async #openTogether(): Promise<void> {
    const { microphone, camera } = this
    const turns = batch(() => ({ audio: microphone.begin(), video: camera.begin() }))
    const both = this.#media.capture({
      audio: microphone.constraints,
      video: camera.constraints,
    })
    const apart = both.then(
      (tracks) => ({
        audio: trackOf(tracks, 'audio'),
        video: trackOf(tracks, 'video'),
      }),
      (error: unknown) => this.#openApart(error),
    )
    await Promise.all([
      microphone.settle(
        turns.audio,
        apart.then(({ audio }) => audio),
      ),
      camera.settle(
        turns.video,
        apart.then(({ video }) => video),
      ),
    ])
  }

  /** After asking for both failed: for each alone, but never so that a refused question comes again. */
  async #openApart(error: unknown) {
    if (mediaFaultOf(error) !== 'denied') {
      return { audio: this.#captureOne('audio'), video: this.#captureOne('video') }
    }
    const [audio, video] = await Promise.all([
      this.#media.permission('audio'),
      this.#media.permission('video'),
    ])
    const refused = () => Promise.reject(error)
    return {
      audio: video === 'denied' && audio !== 'denied' ? this.#captureOne('audio') : refused(),
      video: audio === 'denied' && video !== 'denied' ? this.#captureOne('video') : refused(),
    }
  }

  async #captureOne(kind: CaptureKind): Promise<MediaStreamTrack> {
    const source = kind === 'audio' ? this.microphone : this.camera
    return trackOf(await this.#media.capture({ [kind]: source.constraints }), kind)
  }

  async #refreshDevices(): Promise<void> {
    this.#devices.value = await this.#media.devices()
  }

  /** A device was lost: takes the browser's next choice, and says so. */
  async #replace(kind: CaptureKind): Promise<void> {
    const source = kind === 'audio' ? this.microphone : this.camera
    await source.open()
    await this.#refreshDevices()
    const state = source.state.peek()
    this.#onLoss(kind, state.name === 'on' ? state.track.label : undefined)
  }
}

const isOff = (source: CaptureSource) => source.state.peek().name === 'off'
const hasFailed = (source: CaptureSource) => source.state.peek().name === 'failed'

function trackOf(tracks: MediaStreamTrack[], kind: CaptureKind): Promise<MediaStreamTrack> {
  const track = tracks.find((candidate) => candidate.kind === kind)
  return track
    ? Promise.resolve(track)
    : Promise.reject(new DOMException('no track', 'NotFoundError'))
}
