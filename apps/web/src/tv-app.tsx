import { systemClock } from '@duet/base'
import { createCastReceiver } from '@duet/client'
import { effect, signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { tabMemory } from './browser/memory.ts'
import { keepAwake } from './browser/wake-lock.ts'
import type { PageConfig } from './config.ts'
// Keeps the first pages in one chunk, as its comment says.
import './first-pages.tsx'
import type { LanguageModel } from './i18n/language.ts'
import { TV_WORDS } from './i18n/tv-words.ts'
import { TvModel } from './state/cast/tv-model.ts'
import { TvPage } from './view/tv/tv-page.tsx'

export interface TvAppOptions {
  languages: LanguageModel
  config: PageConfig
}

/** `/tv`, with `?name=` for what this TV is called. */
export function openTvApp({ languages, config }: TvAppOptions): ComponentChildren {
  const page = new TvModel({
    origin: location.origin,
    addresses: config.addresses,
    name: new URLSearchParams(location.search).get('name') ?? undefined,
    createReceiver: createCastReceiver,
    memory: tabMemory,
    timers: systemClock,
    mark: (name) => performance.mark(name),
  })
  document.documentElement.classList.add('on-tv')
  effect(() => {
    document.title = `${page.name || TV_WORDS[languages.language.value].title} · Duet`
  })
  const stopWaking = keepAwake(signal(true))
  window.addEventListener('pagehide', () => {
    stopWaking()
    page.close()
  })
  // A page that comes back from the browser's cache has nothing that lives any more.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
  page.open()
  return <TvPage page={page} />
}
