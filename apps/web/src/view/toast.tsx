import type { StageModel } from '../state/stage-model.ts'
import { useApp } from './app-context.ts'

/** A passing sentence; a press sends it away. */
export function Toast({ page }: { page: Pick<StageModel, 'notices'> }) {
  const { languages } = useApp()
  const notice = page.notices.current.value
  return (
    <div class="toast-place" role="status" aria-live="polite">
      {notice && (
        <button
          type="button"
          class="toast on-canvas"
          data-testid="toast"
          onClick={() => page.notices.dismiss()}
        >
          {notice(languages.words.value, languages.language.value)}
        </button>
      )}
    </div>
  )
}
