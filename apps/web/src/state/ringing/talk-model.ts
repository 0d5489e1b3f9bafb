import type { Clock } from '@duet/base'
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import { failSentence } from '../../i18n/error-sentences.ts'
import { CallModel } from '../call-model.ts'
import { Captures } from '../captures/captures.ts'
import { ChatModel } from '../chat-model.ts'
import { DetailsModel } from '../details-model.ts'
import { IdleModel } from '../idle-model.ts'
import type { LocalMedia } from '../local-media.ts'
import { MediaMoves } from '../media-moves.ts'
import type { Notices } from '../notices.ts'
import { OnTv, type OpenCallCast } from '../on-tv.ts'
import type { Outgoing } from '../outgoing.ts'
import type { OwnMedia } from '../own-media.ts'
import type { CallPort } from '../ports.ts'
import type { ScreenShare } from '../screen-share.ts'
import type { PanelName, StageModel } from '../stage-model.ts'

export interface TalkModelOptions {
  /** The connection that carries the call. */
  call: CallPort
  /** What this page calls the other person. */
  peerName: string
  /** What this user is called. */
  ownName: string
  openCallCast: OpenCallCast
  own: OwnMedia
  notices: Notices
  timers: Clock
  onFrame: () => void
  onLeave: () => void
}

/** By then all of the stage is there, with a first frame or without, in milliseconds. */
const LAY_OUT_AFTER_MS = 300

/** The in-call stage of a call between users, as long as one connection carries it. */
export class TalkModel implements StageModel {
  readonly call: CallPort
  readonly model: CallModel
  readonly local: LocalMedia
  readonly screen: ScreenShare
  readonly outgoing: Outgoing
  readonly chat: ChatModel
  readonly details: DetailsModel
  readonly mediaMoves: MediaMoves
  readonly captures: Captures
  readonly onTv: OnTv
  readonly notices: Notices
  readonly idle: IdleModel
  readonly panel: ReadonlySignal<PanelName | null>
  readonly isAskingForDevices = signal(false)
  /** False while nothing but the picture is to be drawn, so that its first frame comes at once. */
  readonly isLaidOut: ReadonlySignal<boolean>
  readonly #panel = signal<PanelName | null>(null)
  readonly #isLaidOut = signal(false)
  readonly #options: TalkModelOptions
  readonly #stop: (() => void)[]

  constructor(options: TalkModelOptions) {
    this.#options = options
    const { call, own, notices, timers } = options
    this.call = call
    this.local = own.local
    this.screen = own.screen
    this.outgoing = own.outgoing
    this.notices = notices
    this.panel = this.#panel
    this.isLaidOut = this.#isLaidOut
    this.idle = new IdleModel(timers)
    this.model = new CallModel(call, timers, options.peerName)
    this.chat = new ChatModel(
      call,
      computed(() => this.#panel.value === 'chat'),
      (line) =>
        notices.show((words) => `${line.name || words.otherPerson}: ${line.text.slice(0, 120)}`),
    )
    this.details = new DetailsModel(call, {
      model: this.model,
      isShown: computed(() => this.#panel.value === 'details'),
      timers,
    })
    this.captures = new Captures(this)
    this.mediaMoves = new MediaMoves(this)
    this.onTv = new OnTv(() =>
      options.openCallCast({ model: this.model, notices, name: options.ownName }),
    )
    this.#stop = [
      timers.after(LAY_OUT_AFTER_MS, () => (this.#isLaidOut.value = true)),
      call.on('refused', (code) =>
        notices.show((_words, language) => failSentence(code, language)),
      ),
      effect(() => {
        if (this.#panel.value !== null) notices.dismiss()
      }),
    ]
  }

  toggle(panel: PanelName): void {
    this.#panel.value = this.#panel.peek() === panel ? null : panel
  }

  openPanel(panel: PanelName): void {
    this.#panel.value = panel
  }

  closePanel(): void {
    this.#panel.value = null
  }

  toggleMicrophone(): void {
    void this.local.toggleMicrophone()
  }

  toggleCamera(): void {
    this.#options.own.toggleCamera()
  }

  frameSeen(): void {
    this.#options.onFrame()
    this.#isLaidOut.value = true
  }

  leave(): void {
    this.#options.onLeave()
  }

  /** Lets go of everything but the devices and the connection, which are others'. */
  close(): void {
    for (const stop of this.#stop.splice(0)) stop()
    this.onTv.close()
    this.chat.close()
    this.details.close()
    this.mediaMoves.close()
    this.captures.close()
    this.idle.close()
    this.model.close()
  }
}
