import type { ComponentChildren } from 'preact'
import type { ApiFault } from '../../i18n/api-sentences.ts'
import { FaultText } from './fault-text.tsx'
import { Form } from './form.tsx'
import { useModal } from '../use-modal.ts'

export interface QuestionDialogProps {
  title: string
  text: string
  action: string
  cancel: string
  isBusy?: boolean
  fault?: ApiFault | null
  onConfirm: () => void
  onCancel: () => void
  /** Further fields. */
  children?: ComponentChildren
}

/** Asks before something that can't be undone. */
export function QuestionDialog(props: QuestionDialogProps) {
  const ref = useModal()
  return (
    <dialog
      ref={ref}
      class="confirm"
      data-testid="confirm"
      aria-labelledby="confirm-title"
      aria-describedby="confirm-text"
      onCancel={(event) => {
        event.preventDefault()
        props.onCancel()
      }}
    >
      <Form onSubmit={props.onConfirm}>
        <h2 id="confirm-title" dir="auto">
          {props.title}
        </h2>
        <p id="confirm-text">{props.text}</p>
        {props.children}
        <FaultText fault={props.fault ?? null} />
        <div class="dialog-actions">
          <button type="button" class="secondary" data-testid="confirm-no" onClick={props.onCancel}>
            {props.cancel}
          </button>
          <button
            type="submit"
            class="primary danger"
            data-testid="confirm-yes"
            aria-busy={props.isBusy}
          >
            {props.action}
          </button>
        </div>
      </Form>
    </dialog>
  )
}
