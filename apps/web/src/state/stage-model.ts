import type { ReadonlySignal } from '@preact/signals'
import type { CallModel } from './call-model.ts'
import type { Captures } from './captures/captures.ts'
import type { ChatModel } from './chat-model.ts'
import type { DetailsModel } from './details-model.ts'
import type { IdleModel } from './idle-model.ts'
import type { LocalMedia } from './local-media.ts'
import type { MediaMoves } from './media-moves.ts'
import type { Notices } from './notices.ts'
import type { OnTv } from './on-tv.ts'
import type { Outgoing } from './outgoing.ts'
import type { CallPort } from './ports.ts'
import type { ScreenShare } from './screen-share.ts'

/** What lies over the call; one thing at a time. */
export type PanelName = 'chat' | 'devices' | 'details' | 'verified' | 'help' | 'more' | 'tv'

/** What the in-call stage shows and does, whichever way the two came together. */
export interface StageModel {
  readonly call: CallPort
  readonly model: CallModel
  readonly local: LocalMedia
  readonly screen: ScreenShare
  readonly outgoing: Outgoing
  readonly chat: ChatModel
  readonly onTv: OnTv
  readonly details: DetailsModel
  readonly mediaMoves: MediaMoves
  readonly captures: Captures
  readonly notices: Notices
  readonly idle: IdleModel
  readonly panel: ReadonlySignal<PanelName | null>
  /** True while the stage stands, but the browser still asks about the devices. */
  readonly isAskingForDevices: ReadonlySignal<boolean>
  /** Opens a panel, or closes it when it is open. */
  toggle(panel: PanelName): void
  /** Opens a panel; nothing happens when it is open. */
  openPanel(panel: PanelName): void
  closePanel(): void
  /** Mutes or unmutes, or opens the microphone. */
  toggleMicrophone(): void
  /** Camera on or off; while a screen is shared the camera rests. */
  toggleCamera(): void
  /** The remote picture showed a frame. */
  frameSeen(): void
  /** Leaves the call. */
  leave(): void
}

/** True while the other person is there, heard or not. */
export function isTogetherIn({ model }: StageModel): boolean {
  const { name } = model.state.value
  return name === 'connected' || name === 'reconnecting'
}
