import { ShieldAlert } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import type { StageModel } from '../state/stage-model.ts'
import { useWords } from './app-context.ts'
import { Icon } from './icon.tsx'

/** Stands between the two while the check of the other side has failed: nothing is sent before a decision. */
export function MismatchDialog({ page }: { page: StageModel }) {
  const words = useWords()
  const ref = useRef<HTMLDialogElement>(null)
  const verification = page.model.verification.value
  const fault = verification.name === 'mismatch' ? verification.fault : undefined
  useEffect(() => {
    if (!fault) return undefined
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [fault])
  if (!fault) return null
  return (
    <dialog
      ref={ref}
      class="mismatch"
      data-testid="mismatch"
      data-fault={fault}
      aria-labelledby="mismatch-title"
      aria-describedby="mismatch-text"
      onCancel={(event) => event.preventDefault()}
    >
      <Icon of={ShieldAlert} size={32} />
      <h2 id="mismatch-title">{words.mismatchTitle}</h2>
      <p id="mismatch-text">{words.mismatch[fault]}</p>
      <div class="dialog-actions">
        <button
          type="button"
          class="primary"
          data-testid="mismatch-leave"
          onClick={() => page.leave()}
        >
          {words.leave}
        </button>
        <button
          type="button"
          class="secondary"
          data-testid="continue-unverified"
          onClick={() => page.call.continueUnverified()}
        >
          {words.goOnWithout}
        </button>
      </div>
    </dialog>
  )
}
