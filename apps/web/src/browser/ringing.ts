import { effect } from '@preact/signals'
import type { NotificationPress, RingingPorts } from '../state/ringing/ports.ts'
import { createRingSound } from './ring-sound.ts'
import { keepAwake } from './wake-lock.ts'

/** How long each of the two titles stands, in milliseconds. */
const TITLE_MS = 1_000

/** Everything that ringing needs of this browser. */
export function browserRinging(): RingingPorts {
  return {
    sound: createRingSound(),

    vibrate(pattern) {
      // Refused before the first gesture on the page, silently but for a line in the console.
      if ('vibrate' in navigator && navigator.userActivation.hasBeenActive) {
        navigator.vibrate(pattern)
      }
    },

    flashTitle(title) {
      let own = document.title
      let shown = ''
      const turn = () => {
        // Another page was gone to meanwhile.
        if (document.title !== shown) own = document.title
        shown = document.title === own ? title.peek() : own
        document.title = shown
      }
      const stop = effect(() => {
        void title.value
        shown = ''
        turn()
      })
      const timer = setInterval(turn, TITLE_MS)
      return () => {
        clearInterval(timer)
        stop()
        if (document.title === title.peek()) document.title = own
      }
    },

    keepAwake,

    isVisible: () => !document.hidden,

    onVisible(listener) {
      const check = () => {
        if (!document.hidden) listener()
      }
      document.addEventListener('visibilitychange', check)
      return () => document.removeEventListener('visibilitychange', check)
    },

    onNotificationPress(listener) {
      const opened = takePressFromAddress()
      if (opened) queueMicrotask(() => listener(opened))
      const handle = ({ data }: MessageEvent) => {
        const press = pressOf(data)
        if (press) listener(press)
      }
      // Absent in insecure contexts, whatever the types say.
      const worker = navigator.serviceWorker as ServiceWorkerContainer | undefined
      worker?.addEventListener('message', handle)
      return () => worker?.removeEventListener('message', handle)
    },

    report(call, figures) {
      const body = JSON.stringify(figures)
      const headers = { 'content-type': 'application/json' }
      // History without figures is still history: a failure is nobody's concern.
      fetch(`/api/calls/${call}/report`, { method: 'PUT', headers, body, keepalive: true }).catch(
        () => {},
      )
    },
  }
}

/** What the notification that opened this page says; said once, so that a reload does not pick up again. */
function takePressFromAddress(): NotificationPress | undefined {
  const url = new URL(location.href)
  const call = url.searchParams.get('call')
  if (call === null) return undefined
  const isAccept = url.searchParams.get('accept') === '1'
  url.searchParams.delete('call')
  url.searchParams.delete('accept')
  history.replaceState(history.state, '', url)
  return { call, isAccept }
}

function pressOf(data: unknown): NotificationPress | undefined {
  if (typeof data !== 'object' || data === null || !('duetCall' in data)) return undefined
  const { duetCall, isAccept } = data as { duetCall: unknown; isAccept?: unknown }
  return typeof duetCall === 'string' ? { call: duetCall, isAccept: isAccept === true } : undefined
}
