import { linkSentence, statusSentence } from '../state/wording.ts'
import type { StageModel } from '../state/stage-model.ts'
import { useApp } from './app-context.ts'

/** Where the call stands, in words, for eyes and screen readers alike. */
export function CallStatus({ page, class: classes }: { page: StageModel; class?: string }) {
  const { languages } = useApp()
  const words = languages.words.value
  const { model } = page
  const facts = {
    state: model.state.value,
    peer: model.peer.value,
    signaling: model.signaling.value,
  }
  const link = linkSentence(words, facts)
  return (
    <p
      class={`call-status ${classes ?? ''}`}
      data-testid="call-state"
      data-state={facts.state.name}
      role="status"
      aria-live="polite"
    >
      <span class="sentence">
        {page.isAskingForDevices.value
          ? words.askingForDevices
          : statusSentence(words, languages.language.value, facts)}
      </span>
      {link && <span class="second-sentence">{link}</span>}
    </p>
  )
}
