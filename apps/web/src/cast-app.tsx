import { systemClock } from '@duet/base'
import { createCastSender } from '@duet/client'
import { computed, effect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { castMedia } from './browser/cast-media.ts'
import { environmentFacts } from './browser/environment.ts'
import { browserMemory } from './browser/memory.ts'
import { keepAwake } from './browser/wake-lock.ts'
import type { PageConfig } from './config.ts'
// Keeps the first pages in one chunk, as its comment says.
import './first-pages.tsx'
import { CAST_WORDS } from './i18n/cast-words.ts'
import type { LanguageModel } from './i18n/language.ts'
import { CastModel } from './state/cast/cast-model.ts'
import { shownSentence } from './state/cast/cast-wording.ts'
import { obstacleOf } from './state/environment.ts'
import { CastPage } from './view/cast/cast-page.tsx'

/** As the call page keeps it. */
const NAME_KEY = 'duet.name'

export interface CastAppOptions {
  languages: LanguageModel
  config: PageConfig
}

/** The page that shows something on a TV. */
export function openCastApp({ languages, config }: CastAppOptions): ComponentChildren {
  const model = new CastModel({
    origin: location.origin,
    addresses: config.addresses,
    obstacle: obstacleOf(environmentFacts()),
    name: browserMemory.get(NAME_KEY) ?? '',
    createSender: createCastSender,
    media: castMedia,
    clock: systemClock,
    mark: (name) => performance.mark(name),
  })
  takeCode(model)
  window.addEventListener('hashchange', () => takeCode(model))
  const isShown = computed(() => model.phase.value === 'show')
  const stopWaking = keepAwake(isShown)
  effect(() => {
    const words = CAST_WORDS[languages.language.value]
    const { state, tvName } = model.entry
    const what = isShown.value ? shownSentence(words, state.value, tvName.value) : words.title
    document.title = `${what} · Duet`
  })
  window.addEventListener('pagehide', () => {
    stopWaking()
    model.close()
  })
  // A page that comes back from the browser's cache has nothing that lives any more.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
  return <CastPage model={model} />
}

/** The code that the TV's QR code puts into the address, which does not keep it. */
function takeCode(model: CastModel): void {
  const code = location.hash.slice(1)
  if (code === '') return
  history.replaceState(null, '', `${location.pathname}${location.search}`)
  model.type(code)
}
