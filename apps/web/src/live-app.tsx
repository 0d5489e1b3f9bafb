import { systemClock } from '@duet/base'
import { play } from '@duet/client'
import { computed, effect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { browserVisibility } from './browser/visibility.ts'
import { keepAwake } from './browser/wake-lock.ts'
// Keeps the first pages in one chunk, as its comment says.
import './first-pages.tsx'
import type { LanguageModel } from './i18n/language.ts'
import { LIVE_WORDS } from './i18n/live-words.ts'
import { LiveModel } from './state/live/live-model.ts'
import { LivePage } from './view/live/live-page.tsx'

/** Longer than any answer takes that is worth waiting for, in milliseconds. */
const ASK_LIMIT_MS = 10_000

/** `/live/<room>`. */
export function openLiveApp({ languages }: { languages: LanguageModel }): ComponentChildren {
  const page = new LiveModel({
    room: roomOf(location.pathname),
    ask: askLive,
    openPlayback: (url) => play(new URL(url, location.href).href),
    timers: systemClock,
    visibility: browserVisibility,
  })
  const stopWaking = keepAwake(computed(() => page.screen.value === 'live'))
  effect(() => {
    document.title = `${LIVE_WORDS[languages.language.value].title(page.room)} · Duet`
  })
  window.addEventListener('pagehide', () => {
    stopWaking()
    page.close()
  })
  // A page that comes back from the browser's cache has nothing that lives any more.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
  return <LivePage page={page} />
}

/** A room that the server does not know is one where nobody is live. */
async function askLive(room: string): Promise<unknown> {
  const response = await fetch(`/api/live/${encodeURIComponent(room)}`, {
    cache: 'no-store',
    signal: AbortSignal.timeout(ASK_LIMIT_MS),
  })
  if (response.status === 404) return { state: 'idle' }
  return response.json()
}

/** The room in `/live/<room>`; as it stands where it is no proper text. */
function roomOf(path: string): string {
  const name = path.split('/')[2] ?? ''
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
