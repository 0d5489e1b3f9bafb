import type { ComponentChildren } from 'preact'
import { useModal } from '../use-modal.ts'

export interface StageDialogProps {
  /** The id of its heading, which is read with it. */
  title: string
  testId: string
  /** Escape sends it away; without, it stays until it is answered. */
  onClose?: () => void
  children: ComponentChildren
}

/** Stands over a call. No button has the focus at first: who is typing must not answer by it. */
export function StageDialog({ title, testId, onClose, children }: StageDialogProps) {
  const ref = useModal({ focusesItself: true })
  return (
    <dialog
      ref={ref}
      class="capture-dialog"
      data-testid={testId}
      aria-labelledby={title}
      tabIndex={-1}
      onCancel={(event) => {
        event.preventDefault()
        onClose?.()
      }}
    >
      {children}
    </dialog>
  )
}
