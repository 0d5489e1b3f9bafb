import { useEffect, useRef } from 'preact/hooks'
import type { RefObject } from 'preact'

/** A dialog over its page while it is there; afterwards the focus is where it was. */
export function useModal({ focusesItself = false } = {}): RefObject<HTMLDialogElement | null> {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    const before = document.activeElement
    dialog?.showModal()
    if (focusesItself) dialog?.focus()
    return () => {
      dialog?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return ref
}
