import type { Notice } from '../state/notices.ts'
import type { StageModel } from '../state/stage-model.ts'
import { useApp } from './app-context.ts'

/** A passing sentence; a press sends it away. */
export function Toast({ page }: { page: Pick<StageModel, 'notices'> }) {
  const { languages } = useApp()
  const notice = page.notices.current.value
  const action = page.notices.action.value
  const say = (sentence: Notice) => sentence(languages.words.value, languages.language.value)
  return (
    <div class="toast-place" role="status" aria-live="polite">
      {notice && (
        <button
          type="button"
          class="toast on-canvas"
          data-testid="toast"
          onClick={() => page.notices.dismiss()}
        >
          {say(notice)}
        </button>
      )}
      {action && (
        <button
          type="button"
          class="toast toast-action on-canvas"
          data-testid="toast-action"
          onClick={() => {
            page.notices.dismiss()
            action.press()
          }}
        >
          {say(action.label)}
        </button>
      )}
    </div>
  )
}
