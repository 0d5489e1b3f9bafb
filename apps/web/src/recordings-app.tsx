import { systemClock } from '@duet/base'
import { effect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { browserMemory } from './browser/memory.ts'
// Keeps the first pages in one chunk, as its comment says.
import './first-pages.tsx'
import type { LanguageModel } from './i18n/language.ts'
import { RECORDINGS_WORDS } from './i18n/recordings-words.ts'
import { HomeAccount } from './state/home-account.ts'
import { RecordingKeys } from './state/recordings/recording-keys.ts'
import { RecordingsApi } from './state/recordings/recordings-api.ts'
import { RecordingsModel } from './state/recordings/recordings-model.ts'
import { RecordingsPage } from './view/recordings/recordings-page.tsx'

/** `/recordings`. */
export function openRecordingsApp({ languages }: { languages: LanguageModel }): ComponentChildren {
  const model = new RecordingsModel({
    api: new RecordingsApi((path, init) => fetch(path, init)),
    keys: new RecordingKeys(browserMemory),
    timers: systemClock,
    isHidden: () => document.hidden,
  })
  const account = new HomeAccount((path) => fetch(path))
  void account.ask()
  effect(() => {
    document.title = `${RECORDINGS_WORDS[languages.language.value].title} · Duet`
  })
  window.addEventListener('pagehide', () => model.close())
  // A page that comes back from the browser's cache asks no more.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
  return <RecordingsPage model={model} account={account} />
}
