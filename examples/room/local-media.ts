import { captureCamera, captureDesktop, release } from '../page/capture.ts'
import { showStream } from '../page/video.ts'

type Source = 'camera' | 'desktop'

/** What this page sends: nothing, or a stream from one of two sources with a microphone. */
export class LocalMedia {
  readonly #video: HTMLVideoElement
  #sent: { source: Source; stream: MediaStream } | undefined

  /** `video` shows what is sent. */
  constructor(video: HTMLVideoElement) {
    this.#video = video
  }

  get stream(): MediaStream | undefined {
    return this.#sent?.stream
  }

  get isDesktop(): boolean {
    return this.#sent?.source === 'desktop'
  }

  /** Opens camera and microphone. Rejects when the person or the browser refuses. */
  async start(): Promise<void> {
    this.#use('camera', await captureCamera())
  }

  /**
   * Sends from the other source, with the senders that `peer` has. Rejects when it is refused. The
   * new stream takes the place of the old one first, so that `stop` gives it back whatever happens.
   */
  async toggleDesktop(peer: () => RTCPeerConnection | undefined, onEnd: () => void): Promise<void> {
    const source: Source = this.isDesktop ? 'camera' : 'desktop'
    const stream = await (source === 'desktop' ? captureDesktop() : captureCamera())
    // The call may have ended while the person was asked.
    if (!this.#sent) return release(stream)
    this.#use(source, stream)
    // The browser has a button of its own that ends the sharing.
    if (source === 'desktop') stream.getVideoTracks()[0]?.addEventListener('ended', onEnd)
    const current = peer()
    try {
      for (const sender of current?.getSenders() ?? []) {
        const track = stream.getTracks().find(({ kind }) => kind === sender.track?.kind)
        if (track) await sender.replaceTrack(track)
      }
    } catch (error) {
      // Who leaves meanwhile is sent nothing; whoever comes next is sent the new stream.
      if (current?.signalingState !== 'closed') throw error
    }
  }

  stop(): void {
    release(this.#sent?.stream)
    this.#sent = undefined
    showStream(this.#video, undefined)
  }

  #use(source: Source, stream: MediaStream): void {
    release(this.#sent?.stream)
    this.#sent = { source, stream }
    showStream(this.#video, stream)
  }
}
