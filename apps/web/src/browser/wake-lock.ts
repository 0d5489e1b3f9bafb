import { effect, type ReadonlySignal } from '@preact/signals'

/** Keeps the screen lit while `isNeeded`; browsers drop the lock with every change of tab, so it is taken again. */
export function keepAwake(isNeeded: ReadonlySignal<boolean>): () => void {
  if (!('wakeLock' in navigator)) return () => {}
  return effect(() => {
    if (!isNeeded.value) return
    let lock: WakeLockSentinel | undefined
    let isOver = false
    const take = async () => {
      if (document.hidden) return
      try {
        const taken = await navigator.wakeLock.request('screen')
        if (isOver) await taken.release()
        else lock = taken
      } catch {
        // Refused on low battery: the call goes on, the screen may darken.
      }
    }
    const retake = () => void take()
    document.addEventListener('visibilitychange', retake)
    void take()
    return () => {
      isOver = true
      document.removeEventListener('visibilitychange', retake)
      void lock?.release()
    }
  })
}
