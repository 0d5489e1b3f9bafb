import { useEffect } from 'preact/hooks'
import type { IdleModel } from '../state/idle-model.ts'

/** Every movement, touch and key wakes the controls. */
export function useIdleTouch(idle: IdleModel): void {
  useEffect(() => {
    const touch = () => idle.touch()
    const events = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const
    for (const event of events) window.addEventListener(event, touch)
    return () => {
      for (const event of events) window.removeEventListener(event, touch)
    }
  }, [idle])
}
