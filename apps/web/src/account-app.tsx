import { systemClock } from '@duet/base'
import { createPhone } from '@duet/client'
import { effect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { browserAttention } from './browser/attention.ts'
import { callCastOpener } from './browser/call-cast.ts'
import { browserHistory, takeLinks } from './browser/history.ts'
import { browserMedia } from './browser/media.ts'
import { browserMemory } from './browser/memory.ts'
import { browserPush, browserPushApi } from './browser/push.ts'
import { browserRinging } from './browser/ringing.ts'
import { loadMediaParts } from './browser/media-parts.ts'
import type { PageConfig } from './config.ts'
// Keeps the first pages in one chunk, as its comment says.
import './first-pages.tsx'
import { htmlLanguage, type LanguageModel } from './i18n/language.ts'
import { PEOPLE_WORDS } from './i18n/people-words.ts'
import { AccountModel } from './state/people/account.ts'
import { ApiClient } from './state/people/api-client.ts'
import { guardPages } from './state/people/guard.ts'
import { pageAt } from './state/people/pages.ts'
import { Router } from './state/people/router.ts'
import { SignedIn } from './state/people/signed-in.ts'
import { CallsModel } from './state/ringing/calls-model.ts'
import type { RingingPorts } from './state/ringing/ports.ts'
import { PushModel } from './state/ringing/push-model.ts'
import { AccountContext, type Home } from './view/people/account-context.ts'
import { AccountRoot } from './view/people/account-root.tsx'
import { tabTitle } from './view/people/page-names.ts'

/** While the server does not answer, it is asked again so often, in milliseconds. */
const ASK_AGAIN_MS = 5_000

export interface AccountAppOptions {
  languages: LanguageModel
  config: PageConfig
}

/** The pages of accounts: one document for all of them, so that a call goes on from page to page. */
export function openAccountApp({ languages, config }: AccountAppOptions): ComponentChildren {
  const api = new ApiClient({ fetch: (path, init) => fetch(path, init) })
  const router = new Router(browserHistory)
  // Made with the first login: before it nothing rings.
  let ports: RingingPorts | undefined
  const push = new PushModel({
    port: browserPush(config.selfSigned),
    api: browserPushApi,
    language: () => htmlLanguage(languages.language.peek()),
  })
  const account = new AccountModel<Home>({
    api,
    router,
    begin(self, onEnded) {
      ports ??= browserRinging()
      const phone = createPhone({ url: socketUrl(), loadMediaParts })
      const calls = new CallsModel({
        phone,
        openCallCast: callCastOpener(config.addresses),
        languages,
        media: browserMedia,
        memory: browserMemory,
        timers: systemClock,
        attention: browserAttention,
        mark: (name) => performance.mark(name),
        go: (path) => router.go(path),
        ports,
      })
      void push.look()
      return new SignedIn({
        self,
        phone,
        calls,
        api,
        timers: systemClock,
        attention: browserAttention,
        onEnded,
      })
    },
  })
  guardPages(router, account)
  takeLinks((path) => {
    const url = new URL(path, location.origin)
    if (!pageAt(url)) return false
    router.go(path)
    return true
  })
  effect(() => {
    if (account.state.value.name !== 'unreachable') return undefined
    return systemClock.after(ASK_AGAIN_MS, () => void account.ask())
  })
  effect(() => {
    const state = account.state.value
    const home = state.name === 'signed-in' ? state.home : undefined
    const words = PEOPLE_WORDS[languages.language.value]
    document.title = tabTitle(router.page.value, words, home)
  })
  window.addEventListener('pagehide', () => account.close())
  // A page that comes back from the browser's cache has nothing that lives any more.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
  void account.ask()
  const { addresses } = config
  return (
    <AccountContext value={{ account, router, api, addresses, push }}>
      <AccountRoot />
    </AccountContext>
  )
}

function socketUrl(): string {
  const url = new URL('/ws', location.origin)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}
