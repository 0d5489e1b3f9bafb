import { House } from 'lucide'
import { FAIL_SENTENCES } from '../i18n/error-sentences.ts'
import { useApp } from './app-context.ts'
import { Icon } from './icon.tsx'
import { PageHeader } from './page-header.tsx'

/** An address that is no room's. */
export function LostPage() {
  const { languages } = useApp()
  const words = languages.words.value
  return (
    <div class="page">
      <PageHeader />
      <main class="column outcome">
        <h1>{words.failedTitle}</h1>
        <p class="lead">{FAIL_SENTENCES['bad-room-name'][languages.language.value]}</p>
        <div class="actions">
          <a class="button primary" href="/">
            <Icon of={House} size={20} />
            {words.home}
          </a>
        </div>
      </main>
    </div>
  )
}
