import { systemClock } from '@duet/base'
import { computed, effect } from '@preact/signals'
import { createCall, parseRoomLink } from '@duet/client'
import { render, type ComponentChildren } from 'preact'
import { browserAttention } from './browser/attention.ts'
import { environmentFacts } from './browser/environment.ts'
import { browserMedia } from './browser/media.ts'
import { browserMemory } from './browser/memory.ts'
import { keepAwake } from './browser/wake-lock.ts'
import { readConfig } from './config.ts'
import { htmlLanguage, LanguageModel } from './i18n/language.ts'
import { CallPageModel } from './state/call-page-model.ts'
import { obstacleOf } from './state/environment.ts'
import { roomNameFault } from './state/room-name-fault.ts'
import { HomeModel } from './state/home-model.ts'
import { ThemeModel } from './state/theme.ts'
// oxlint-disable-next-line import/no-unassigned-import -- the bundler turns it into the page's stylesheet
import './styles/all.css'
import { AppContext } from './view/app-context.ts'
import { CallPage } from './view/call-page.tsx'
import { HomeAccount } from './state/home-account.ts'
import { HomePage } from './view/home-page.tsx'
import { LostPage } from './view/lost-page.tsx'

const languages = new LanguageModel(browserMemory, navigator.languages)
const themes = new ThemeModel(browserMemory)
const config = readConfig(document.querySelector('#duet-config')?.textContent)
const go = (url: string) => location.assign(url)

effect(() => {
  document.documentElement.lang = htmlLanguage(languages.language.value)
})
effect(() => {
  document.documentElement.dataset['theme'] = themes.theme.value
})

/** The call page of the room in the address; undefined when that names no room. */
function openCallPage(): CallPageModel | undefined {
  const link = parseRoomLink(location.href)
  if (!link) return undefined
  const query = new URLSearchParams(location.search)
  const page = new CallPageModel({
    address: {
      origin: location.origin,
      room: link.room,
      key: link.key,
      isAutostart: query.get('autostart') === 'true',
      name: query.get('name') ?? undefined,
    },
    addresses: config.addresses,
    obstacle: obstacleOf(environmentFacts()),
    createCall,
    languages,
    media: browserMedia,
    memory: browserMemory,
    timers: systemClock,
    attention: browserAttention,
    mark: (name) => performance.mark(name),
    go,
  })
  const isTalking = computed(() => {
    const { name } = page.model.state.value
    return name === 'connecting' || name === 'connected' || name === 'reconnecting'
  })
  const stopWaking = keepAwake(isTalking)
  effect(() => {
    document.title = page.arrival.title.value ?? `${link.room} · Duet`
  })
  window.addEventListener('pagehide', () => {
    stopWaking()
    page.close()
  })
  // A page that comes back from the browser's cache has nothing that lives any more.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
  return page
}

function startPage() {
  effect(() => {
    document.title = `Duet · ${languages.words.value.tagline}`
  })
  const account = new HomeAccount((path) => fetch(path))
  void account.ask()
  return <HomePage home={new HomeModel(location.origin, go)} account={account} />
}

function callPage() {
  const page = openCallPage()
  if (!page) return <LostPage fault={roomNameFault(location.pathname)} />
  void page.open()
  return <CallPage page={page} />
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

function show(content: ComponentChildren) {
  const root = document.querySelector('#app')
  if (root) render(<AppContext value={{ languages, themes }}>{content}</AppContext>, root)
}

const { pathname } = location
if (pathname === '/') show(startPage())
else if (pathname.startsWith('/r/')) show(callPage())
else if (pathname === '/cast') show(await castPage())
else if (pathname === '/tv') show(await tvPage())
else show(await accountPage())
