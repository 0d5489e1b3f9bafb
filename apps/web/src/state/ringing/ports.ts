import type { CallId } from '@duet/protocol'
import type { Phone, UserCall } from '@duet/client'
import type { ReadonlySignal } from '@preact/signals'
import type { CallFigures } from './figure-log.ts'

/** What the pages need of a phone, so that a fake can take its place. */
export type PhonePort = Pick<Phone, keyof Phone>

/** What the pages need of a call between users. */
export type UserCallPort = Pick<UserCall, keyof UserCall>

/** Plays the sounds of ringing. */
export interface RingSound {
  /** False until the browser lets this page be heard: it wants a gesture first. */
  readonly isUnlocked: ReadonlySignal<boolean>
  /** Asks the browser for leave to be heard; call it from a person's gesture. False: refused. */
  unlock(): Promise<boolean>
  /** Rings until the returned function is called, which silences it at once. */
  ring(): () => void
  /** What a caller hears meanwhile, until the returned function is called. */
  ringback(): () => void
}

/** What a person pressed in a notification of a call. */
export interface NotificationPress {
  call: CallId
  /** Pick up at once; false: only look. */
  isAccept: boolean
}

/** What ringing needs of the browser. */
export interface RingingPorts {
  sound: RingSound
  /** Milliseconds on and off; an empty pattern ends it. Nothing happens where there is no motor. */
  vibrate(pattern: number[]): void
  /** Shows a title in turns with the page's own, until the returned function is called. */
  flashTitle(title: ReadonlySignal<string>): () => void
  /** Keeps the screen lit while `isNeeded`. */
  keepAwake(isNeeded: ReadonlySignal<boolean>): () => void
  /** True while somebody may see the page. */
  isVisible(): boolean
  onVisible(listener: () => void): () => void
  /** Also told of a press that opened this page. */
  onNotificationPress(listener: (press: NotificationPress) => void): () => void
  /** Keeps this side's figures of a call with the server, also while the page is being closed. */
  report(call: CallId, figures: CallFigures): void
}
