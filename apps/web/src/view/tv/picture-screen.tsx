import { ShieldAlert, Volume2, WifiOff } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import type { TvModel } from '../../state/cast/tv-model.ts'
import { pictureSentence } from '../../state/cast/tv-sentence.ts'
import { Icon } from '../icon.tsx'
import { PhraseLine } from './phrase-line.tsx'
import { useTvWords } from './use-tv-words.ts'

/** What lies over the picture. */
export function PictureScreen({ page }: { page: TvModel }) {
  const words = useTvWords()
  const name = page.senderName.value
  const state = page.state.value
  const sentence = pictureSentence(words, {
    state,
    senderName: name,
    hasFrame: page.hasFrame.value,
  })
  return (
    <div class="tv-over">
      <div class="tv-top">
        <p class="tv-chip tv-fades">{words.shows(name)}</p>
        <PhraseLine phrase={page.phrase} />
      </div>
      <p
        class="tv-middle"
        role="status"
        data-testid="tv-sentence"
        data-late={state.name === 'showing'}
      >
        {sentence}
      </p>
      <div class="tv-notes" role="status">
        {page.phrase.value?.name === 'failed' && (
          <p class="tv-chip tv-warning" data-testid="phrase-failed">
            <Icon of={ShieldAlert} />
            {words.phraseFailed}
          </p>
        )}
        {page.signaling.value !== 'online' && (
          <p class="tv-chip" data-testid="server-away">
            <Icon of={WifiOff} />
            {words.serverAway}
          </p>
        )}
      </div>
      {page.sound.value === 'blocked' && <SoundPrompt page={page} />}
    </div>
  )
}

/** The browser wants a press before it lets anything be heard; the button is where Enter goes. */
function SoundPrompt({ page }: { page: TvModel }) {
  const words = useTvWords()
  const ref = useRef<HTMLButtonElement>(null)
  useEffect(() => ref.current?.focus(), [])
  return (
    <div class="tv-sound">
      <p>{words.soundBlocked}</p>
      <button
        ref={ref}
        type="button"
        class="primary"
        data-testid="tap-to-hear"
        onClick={() => page.unblockSound()}
      >
        <Icon of={Volume2} />
        {words.soundPress}
      </button>
    </div>
  )
}
