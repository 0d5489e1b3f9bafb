import type { VisibilityPort } from '../state/live/ports.ts'

/** Whether this page can be seen. */
export const browserVisibility: VisibilityPort = {
  isHidden: () => document.hidden,

  onShown(listener) {
    const look = () => {
      if (!document.hidden) listener()
    }
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  },
}
