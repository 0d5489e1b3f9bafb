import type { PushEventData } from './push-event.ts'
import { pushWords } from './push-words.ts'

/** A notification as the browser takes it; TypeScript's DOM library lacks some of its options. */
export interface CallNotification {
  title: string
  options: NotificationOptions & {
    actions?: { action: PushAction; title: string }[]
    vibrate?: number[]
    renotify?: boolean
  }
}

/** What a person can press in a notification of a call. */
export type PushAction = 'accept' | 'decline'

/** What is to be done about a push message. */
export type PushPlan =
  | { name: 'nothing' }
  /** Ring; when nobody did anything by `until`, it is `missed`. */
  | { name: 'ring'; show: CallNotification; until: number; missed: CallNotification }
  /** Without a sound: the call is over. */
  | { name: 'missed'; show: CallNotification }
  /** Takes away what rings. */
  | { name: 'close'; tag: string }

export interface PushCircumstances {
  /** Milliseconds since the epoch. */
  now: number
  /** Somebody looks at an account page, which rings by itself. */
  isPageVisible: boolean
}

/** A phone's pattern, in milliseconds on and off. */
const VIBRATION = [400, 200, 400, 800, 400, 200, 400, 800, 400, 200, 400]

/** What belongs to one call has this tag, so that the later one takes the place of the former. */
export function tagOf(call: string): string {
  return `duet-call-${call}`
}

/** Decides what a push message does to this browser. */
export function planOf(event: PushEventData, { now, isPageVisible }: PushCircumstances): PushPlan {
  const missed = missedNotification(event)
  if (event.type === 'over') {
    return event.isMissed
      ? { name: 'missed', show: missed }
      : { name: 'close', tag: tagOf(event.call) }
  }
  // Late: a ring for a call that nobody waits in any more would only annoy.
  if (now >= event.ringsUntil) return { name: 'missed', show: missed }
  if (isPageVisible) return { name: 'nothing' }
  return { name: 'ring', show: ringNotification(event), until: event.ringsUntil, missed }
}

function ringNotification(event: PushEventData & { type: 'ring' }): CallNotification {
  const words = pushWords(event.language)
  return {
    title: words.calling(event.name),
    options: {
      ...common(event),
      body: event.media === 'video' ? words.video : words.audio,
      requireInteraction: true,
      renotify: true,
      vibrate: VIBRATION,
      actions: [
        { action: 'accept', title: words.accept },
        { action: 'decline', title: words.decline },
      ],
      data: { call: event.call, isRinging: true, ringsUntil: event.ringsUntil },
    },
  }
}

function missedNotification(event: PushEventData): CallNotification {
  const words = pushWords(event.language)
  return {
    title: words.missed(event.name),
    options: {
      ...common(event),
      body: words.missedBody,
      silent: true,
      data: { call: event.call, isRinging: false },
    },
  }
}

function common({ call, language }: PushEventData) {
  return {
    tag: tagOf(call),
    lang: language,
    icon: '/icon-192.png',
    badge: '/icon-192.png',
  }
}
