import { effect } from '@preact/signals'
import type { MediaPathInfo } from '@duet/client'
import type { CallModel } from './call-model.ts'
import type { Captures } from './captures/captures.ts'
import type { Notice, NoticeAction, Notices } from './notices.ts'
import type { CallPort } from './ports.ts'

export interface MediaMovesOptions {
  call: CallPort
  model: CallModel
  notices: Notices
  captures: Pick<Captures, 'isOn'>
}

/** Moves a call through the server and back, and tells when somebody or something else did. */
export class MediaMoves {
  readonly #options: MediaMovesOptions
  readonly #stop: (() => void)[]
  #last: MediaPathInfo['name'] = 'direct'
  /** It was moved there for a recording or a broadcast, and goes back with its end. */
  #isForCapture = false
  /** What was said last of the way there. */
  #told: Notice | undefined

  constructor(options: MediaMovesOptions) {
    this.#options = options
    this.#stop = [
      effect(() => this.#follow(options.model.mediaPath.value)),
      effect(() => {
        if (options.captures.isOn.value) this.#explained()
      }),
    ]
  }

  /** True when it is possible now, or the way back is. */
  get isPossible(): boolean {
    const { by, isOffered, isThroughServer } = this.#options.model.mediaPath.value
    // Where nobody moved it there, there is no way back.
    return isOffered || (isThroughServer && by !== null)
  }

  /** True while the call has to stay there: it is recorded, or shown live. */
  get isHeld(): boolean {
    return this.#options.captures.isOn.value
  }

  /** True when the way through the server is agreed on. */
  get isToServer(): boolean {
    return isToServer(this.#options.model.mediaPath.value.name)
  }

  /** There, or back. */
  toggle(): void {
    this.#options.call.moveMedia(this.isToServer ? 'direct' : 'server')
  }

  goBack(): void {
    this.#options.call.moveMedia('direct')
  }

  close(): void {
    for (const stop of this.#stop.splice(0)) stop()
  }

  /** The peer’s way there may be heard of before what it is for. */
  #explained(): void {
    if (!isToServer(this.#last) || this.#told !== this.#options.notices.current.peek()) return
    this.#isForCapture = true
    this.#options.notices.dismiss()
  }

  #follow({ by, name, why }: MediaPathInfo): void {
    const { call } = this.#options
    const last = this.#last
    this.#last = name
    if (by === null || name === last) return
    const isMoved = isToServer(name) !== isToServer(last)
    // Asked of the call itself: it moves before it tells why.
    if (isMoved && isToServer(name)) this.#isForCapture = call.capture.active.length > 0
    // Who agreed to that was told of the way that it takes.
    if (this.#isForCapture && why === 'pressed') return
    if (isToServer(name)) {
      // What one does oneself is told when it is done.
      if (by === 'peer' ? isMoved : name === 'server') this.#tellOfServer(by)
    } else if (isMoved) this.#tellOfReturn(by, why)
  }

  #tellOfServer(by: 'self' | 'peer'): void {
    const goBack: NoticeAction = {
      label: ({ goDirectly }) => goDirectly,
      press: () => this.goBack(),
    }
    const name = this.#peerName()
    const notice: Notice = (words) =>
      by === 'peer' ? words.movedToServer(name) : words.throughServerNow
    this.#told = notice
    this.#options.notices.show(notice, goBack)
  }

  #tellOfReturn(by: 'self' | 'peer', why: MediaPathInfo['why']): void {
    const { notices } = this.#options
    const name = this.#peerName()
    if (why === 'failed') notices.show((words) => words.serverFailed)
    else if (why === 'lost') notices.show((words) => words.serverLost)
    else if (by === 'peer') notices.show((words) => words.movedToDirect(name))
    else notices.dismiss()
  }

  #peerName(): string {
    return this.#options.model.peer.peek()?.name ?? ''
  }
}

function isToServer(name: MediaPathInfo['name']): boolean {
  return name === 'entering' || name === 'server'
}
