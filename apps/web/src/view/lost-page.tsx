import { House } from 'lucide'
import type { RoomNameFault } from '@duet/protocol'
import { ROOM_NAME_SENTENCES } from '../i18n/error-sentences.ts'
import { useApp } from './app-context.ts'
import { Icon } from './icon.tsx'
import { PageHeader } from './page-header.tsx'

/** An address that is no room's, and why. */
export function LostPage({ fault }: { fault: RoomNameFault }) {
  const { languages } = useApp()
  const words = languages.words.value
  return (
    <div class="page">
      <PageHeader />
      <main class="column outcome">
        <h1>{words.failedTitle}</h1>
        <p class="lead">{ROOM_NAME_SENTENCES[fault][languages.language.value]}</p>
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
