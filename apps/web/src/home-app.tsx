import { effect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { browserMemory } from './browser/memory.ts'
import type { FirstPagesOptions } from './first-pages.tsx'
// Keeps the first page in one chunk, as its comment says.
import './first-pages.tsx'
import { HOME_WORDS } from './i18n/home-words.ts'
import { HomeAccount } from './state/home-account.ts'
import { HomeModel } from './state/home-model.ts'
import { RECORDINGS_MEMORY_KEY } from './state/recordings/memory-key.ts'
import { HomePage } from './view/home-page.tsx'

/** `/`. */
export function openHomeApp({ languages, config }: FirstPagesOptions): ComponentChildren {
  effect(() => {
    document.title = `Duet · ${HOME_WORDS[languages.language.value].tagline}`
  })
  const account = new HomeAccount((path) => fetch(path))
  void account.ask()
  const home = new HomeModel(location.origin, (url) => location.assign(url))
  // An empty list is left when the last one was deleted.
  const hasRecordings = (browserMemory.get(RECORDINGS_MEMORY_KEY) ?? '[]') !== '[]'
  return (
    <HomePage
      home={home}
      account={account}
      hasRecordings={hasRecordings}
      hasRoot={config.root !== null}
    />
  )
}
