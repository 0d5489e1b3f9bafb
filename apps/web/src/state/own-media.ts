import { effect } from '@preact/signals'
import { LocalMedia } from './local-media.ts'
import type { Notices } from './notices.ts'
import { Outgoing } from './outgoing.ts'
import type { CallPort, MediaPort, Memory } from './ports.ts'
import { ScreenShare } from './screen-share.ts'

/** Takes what is sent: a call. */
export type MediaTarget = Pick<CallPort, 'setTrack' | 'setMuted'>

export interface OwnMediaOptions {
  media: MediaPort
  memory: Memory
  notices: Notices
}

/** What a person sends in a call: microphone, camera, screen, and which of them now. */
export class OwnMedia {
  readonly local: LocalMedia
  readonly screen: ScreenShare
  readonly outgoing: Outgoing
  readonly #notices: Notices
  readonly #stop: (() => void)[]

  constructor({ media, memory, notices }: OwnMediaOptions) {
    this.#notices = notices
    this.local = new LocalMedia(media, memory, (kind, label) =>
      notices.show((words) => {
        const device = kind === 'audio' ? words.microphone : words.camera
        return label === undefined ? words.deviceLost(device) : words.deviceReplaced(device, label)
      }),
    )
    this.screen = new ScreenShare(media, () => notices.show((words) => words.screenFailed))
    this.outgoing = new Outgoing(this.local, this.screen, media)
    this.#stop = [
      // Only one picture is sent: the camera is off while the screen is on.
      effect(() => {
        if (this.screen.state.value.name === 'on') this.local.restCamera()
        else this.local.wakeCamera()
      }),
    ]
  }

  /** Gives `target` what is sent, now and with every change, until the returned function is called. */
  sendTo(target: MediaTarget): () => void {
    const send = (sent: Promise<void>) => {
      sent.catch(() => this.#notices.show((words) => words.sendFailed))
    }
    const stop = [
      effect(() => send(target.setTrack('audio', this.outgoing.audio.value))),
      effect(() => {
        const { track, isScreen } = this.outgoing.video.value
        send(target.setTrack('video', track, { screen: isScreen }))
      }),
      effect(() => target.setMuted(this.local.isMuted.value)),
    ]
    return () => stop.forEach((end) => end())
  }

  /** Camera on or off; while a screen is shared the camera rests. */
  toggleCamera(): void {
    if (this.screen.state.peek().name !== 'on') void this.local.toggleCamera()
  }

  /** Stops the screen and lets the devices go; `local.resume` takes them again. */
  release(): void {
    this.screen.stop()
    this.local.release()
  }

  /** Lets everything go; final. */
  close(): void {
    for (const stop of this.#stop.splice(0)) stop()
    this.screen.stop()
    this.outgoing.close()
    this.local.close()
  }
}
