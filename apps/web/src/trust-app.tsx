import { effect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { PageConfig } from './config.ts'
// Keeps the first pages in one chunk, as its comment says.
import './first-pages.tsx'
import type { LanguageModel } from './i18n/language.ts'
import { TRUST_WORDS } from './i18n/trust-words.ts'
import { systemOf } from './state/trust/system.ts'
import { TrustPage } from './view/trust/trust-page.tsx'

export interface TrustAppOptions {
  languages: LanguageModel
  config: PageConfig
}

/** `/trust`. */
export function openTrustApp({ languages, config }: TrustAppOptions): ComponentChildren {
  effect(() => {
    document.title = `${TRUST_WORDS[languages.language.value].title} · Duet`
  })
  const system = systemOf(navigator.userAgent, navigator.maxTouchPoints)
  return <TrustPage root={config.root} best={config.addresses.best} system={system} />
}
