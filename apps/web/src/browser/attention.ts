import type { AttentionPort } from '../state/ports.ts'

/** Two soft notes, a fifth apart: frequency in hertz and start in seconds. */
const CHIME = [
  { frequency: 587.33, start: 0 },
  { frequency: 880, start: 0.18 },
] as const

/** Sound, notifications, and whether anybody is looking. */
export const browserAttention: AttentionPort = {
  isAway: () => document.hidden || !document.hasFocus(),

  onReturn(listener) {
    const check = () => {
      if (!document.hidden) listener()
    }
    document.addEventListener('visibilitychange', check)
    window.addEventListener('focus', check)
    return () => {
      document.removeEventListener('visibilitychange', check)
      window.removeEventListener('focus', check)
    }
  },

  chime() {
    const context = new AudioContext()
    for (const { frequency, start } of CHIME) {
      const at = context.currentTime + start
      const tone = context.createOscillator()
      const loudness = context.createGain()
      tone.frequency.value = frequency
      loudness.gain.setValueAtTime(0, at)
      loudness.gain.linearRampToValueAtTime(0.2, at + 0.02)
      loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.9)
      tone.connect(loudness).connect(context.destination)
      tone.start(at)
      tone.stop(at + 1)
      tone.addEventListener('ended', () => {
        if (start > 0) void context.close()
      })
    }
  },

  async askToNotify() {
    if (!('Notification' in window)) return false
    return (await Notification.requestPermission()) === 'granted'
  },

  notify(title, body) {
    if (!('Notification' in window) || Notification.permission !== 'granted') return
    try {
      const notification = new Notification(title, {
        body,
        tag: 'duet-arrival',
        icon: '/icon-192.png',
      })
      notification.addEventListener('click', () => {
        window.focus()
        notification.close()
      })
    } catch {
      // Chrome on Android allows notifications from service workers alone; sound and title remain.
    }
  },
}
