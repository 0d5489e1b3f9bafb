import { systemClock } from '@duet/base'
import { effect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { browserDevices } from './browser/check/device-ports.ts'
import { browserNetwork } from './browser/check/network-ports.ts'
// Keeps the first pages in one chunk, as its comment says.
import './first-pages.tsx'
import { CHECK_WORDS } from './i18n/check-words.ts'
import type { LanguageModel } from './i18n/language.ts'
import { CheckModel } from './state/check/check-model.ts'
import { CheckPage } from './view/check/check-page.tsx'

/** `/check`. */
export function openCheckApp({ languages }: { languages: LanguageModel }): ComponentChildren {
  const model = new CheckModel({
    network: browserNetwork,
    devices: browserDevices,
    clock: systemClock,
  })
  effect(() => {
    document.title = `${CHECK_WORDS[languages.language.value].title} · Duet`
  })
  window.addEventListener('pagehide', () => model.close())
  // A page that comes back from the browser's cache has nothing that lives any more.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
  void model.start()
  return <CheckPage model={model} />
}
