import { systemClock } from '@duet/base'
import { createCall, parseRoomLink } from '@duet/client'
import { computed, effect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { browserAttention } from './browser/attention.ts'
import { callCastOpener } from './browser/call-cast.ts'
import { environmentFacts } from './browser/environment.ts'
import { browserMedia } from './browser/media.ts'
import { browserMemory } from './browser/memory.ts'
import { loadMediaParts } from './browser/media-parts.ts'
import { keepAwake } from './browser/wake-lock.ts'
import type { PageConfig } from './config.ts'
import type { LanguageModel } from './i18n/language.ts'
import { CallPageModel } from './state/call-page-model.ts'
import { obstacleOf } from './state/environment.ts'
import { roomNameFault } from './state/room-name-fault.ts'
import { CallPage } from './view/call-page.tsx'
import { LostPage } from './view/lost-page.tsx'

// The page that nobody waits for. What is loaded later imports this file, although it needs little
// of it and finds all of it loaded: otherwise the bundler cuts it into a chunk for every set of
// files that share something, which compresses worse by a twentieth.

export interface FirstPagesOptions {
  languages: LanguageModel
  config: PageConfig
}

/** `/r/<room>`. */
export function callPage(options: FirstPagesOptions): ComponentChildren {
  const page = openCallPage(options)
  if (!page) return <LostPage fault={roomNameFault(location.pathname)} />
  void page.open()
  return <CallPage page={page} />
}

/** The call page of the room in the address; undefined when that names no room. */
function openCallPage({ languages, config }: FirstPagesOptions): CallPageModel | undefined {
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
    createCall: (options) => createCall({ ...options, loadMediaParts }),
    openCallCast: callCastOpener(config.addresses),
    languages,
    media: browserMedia,
    memory: browserMemory,
    timers: systemClock,
    attention: browserAttention,
    mark: (name) => performance.mark(name),
    go: (url) => location.assign(url),
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
