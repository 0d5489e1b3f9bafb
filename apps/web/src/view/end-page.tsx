import { House, Phone } from 'lucide'
import type { CallPageModel } from '../state/call-page-model.ts'
import { durationSentence } from '../state/wording.ts'
import { useWords } from './app-context.ts'
import { CallStatus } from './call-status.tsx'
import { Icon } from './icon.tsx'
import { PageHeader } from './page-header.tsx'
import { PageTitle } from './page-title.tsx'

/** What happened, how long it was, and how to call again. */
export function EndPage({ page }: { page: CallPageModel }) {
  const words = useWords()
  const state = page.model.state.value
  const talkedMs = page.model.talkedMs.value
  const title =
    state.name === 'failed'
      ? words.failedTitle
      : state.name === 'ended' && state.reason === 'session-taken'
        ? words.sessionTakenTitle
        : words.endedTitle
  return (
    <div class="page">
      <PageHeader />
      <main class="column outcome">
        <PageTitle>{title}</PageTitle>
        <CallStatus page={page} class="lead" />
        {talkedMs > 0 && (
          <p data-testid="duration">{words.duration(durationSentence(words, talkedMs))}</p>
        )}
        {talkedMs === 0 && state.name === 'ended' && <p>{words.noTalk}</p>}
        <p class="hint">{words.released}</p>
        {page.captures.model.value?.hasRecorded.value && (
          <a class="text-link" href="/recordings" data-testid="to-recordings">
            {words.recordings}
          </a>
        )}
        <div class="actions">
          <button
            type="button"
            class="primary"
            data-testid="call-again"
            disabled={page.isReturning.value}
            onClick={() => void page.callAgain()}
          >
            <Icon of={Phone} size={20} />
            {words.callAgain}
          </button>
          <button type="button" class="secondary" data-testid="home" onClick={() => page.goHome()}>
            <Icon of={House} size={20} />
            {words.home}
          </button>
        </div>
      </main>
    </div>
  )
}
