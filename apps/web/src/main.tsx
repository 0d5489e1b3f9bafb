import { effect } from '@preact/signals'
import { render, type ComponentChildren } from 'preact'
import { browserMemory } from './browser/memory.ts'
import { readConfig } from './config.ts'
import { callPage } from './first-pages.tsx'
import { htmlLanguage, LanguageModel } from './i18n/language.ts'
import { ThemeModel } from './state/theme.ts'
// The bundler turns it into the page's stylesheet.
import './styles/all.css'
import { AppContext } from './view/app-context.ts'

const languages = new LanguageModel(browserMemory, navigator.languages)
const themes = new ThemeModel(browserMemory)
const config = readConfig(document.querySelector('#duet-config')?.textContent)

addEventListener('storage', () => languages.handleMemoryChange())
effect(() => {
  document.documentElement.lang = htmlLanguage(languages.language.value)
})
effect(() => {
  document.documentElement.dataset['theme'] = themes.theme.value
})

/** Who follows a link to a call never sees it. */
async function homePage() {
  const { openHomeApp } = await import('./home-app.tsx')
  return openHomeApp({ languages, config })
}

/** Only these pages need to know people, so the call page does not wait for their script. */
async function accountPage() {
  const { openAccountApp } = await import('./account-app.tsx')
  return openAccountApp({ languages, config })
}

/** Nothing of calls is needed there. */
async function castPage() {
  const { openCastApp } = await import('./cast-app.tsx')
  return openCastApp({ languages, config })
}

/** A TV needs neither the call page nor people. */
async function tvPage() {
  const { openTvApp } = await import('./tv-app.tsx')
  return openTvApp({ languages, config })
}

/** What was recorded is looked at after calls. */
async function recordingsPage() {
  const { openRecordingsApp } = await import('./recordings-app.tsx')
  return openRecordingsApp({ languages })
}

/** Viewers need nothing of calls. */
async function livePage() {
  const { openLiveApp } = await import('./live-app.tsx')
  return openLiveApp({ languages })
}

/** Whoever checks does not call yet. */
async function checkPage() {
  const { openCheckApp } = await import('./check-app.tsx')
  return openCheckApp({ languages })
}

/** Where devices come that don't trust the certificate yet. */
async function trustPage() {
  const { openTrustApp } = await import('./trust-app.tsx')
  return openTrustApp({ languages, config })
}

function show(content: ComponentChildren) {
  const root = document.querySelector('#app')
  if (root) render(<AppContext value={{ languages, themes }}>{content}</AppContext>, root)
}

const { pathname } = location
if (pathname.startsWith('/r/')) show(callPage({ languages, config }))
else if (pathname === '/') show(await homePage())
else if (pathname === '/cast') show(await castPage())
else if (pathname === '/tv') show(await tvPage())
else if (pathname === '/check') show(await checkPage())
else if (pathname === '/trust') show(await trustPage())
else if (pathname === '/recordings') show(await recordingsPage())
else if (pathname.startsWith('/live/')) show(await livePage())
else show(await accountPage())
