import { Maximize, Minimize, Volume2, VolumeX } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import type { LiveModel, LiveScreen } from '../../state/live/live-model.ts'
import { useWords } from '../app-context.ts'
import type { ScreenModes } from '../controls.tsx'
import { Icon } from '../icon.tsx'
import { LanguageButton } from '../language-button.tsx'
import { Logo } from '../logo.tsx'
import { RoundButton } from '../round-button.tsx'
import { useIdleTouch } from '../use-idle-touch.ts'
import { useScreenModes } from '../use-screen-modes.ts'
import { LivePicture } from './live-picture.tsx'
import { useLiveWords } from './use-live-words.ts'

/** `/live/<room>`: both people as viewers see them. */
export function LivePage({ page }: { page: LiveModel }) {
  const words = useLiveWords()
  const videoRef = useRef<HTMLVideoElement>(null)
  const modes = useScreenModes(videoRef)
  useIdleTouch(page.idle)
  const screen = page.screen.value
  const isLive = screen === 'live'
  return (
    <main
      class="live on-canvas"
      data-testid="live"
      data-screen={screen}
      data-way={page.way.value ?? 'none'}
      data-quiet={isLive && page.idle.isIdle.value && page.sound.value !== 'blocked'}
    >
      <h1 class="visually-hidden">{words.title(page.room)}</h1>
      {page.way.value !== null && <LivePicture page={page} />}
      <header class="live-top">
        <a class="live-brand" href="/" aria-label="Duet">
          <Logo size={24} />
        </a>
        <span class="live-room">
          <bdi>{page.room}</bdi>
        </span>
        {isLive && (
          <span class="live-mark" data-testid="live-mark">
            <span class="red-dot" aria-hidden="true" />
            {words.live}
          </span>
        )}
        {isLive && page.way.value === 'hls' && (
          <span class="live-note" title={words.hlsExplain}>
            {words.hlsNote}
          </span>
        )}
      </header>
      <Sentence page={page} screen={screen} />
      <LiveControls page={page} modes={modes} isLive={isLive} />
      {isLive && page.sound.value === 'blocked' && <SoundPrompt page={page} />}
    </main>
  )
}

/** What is waited for; nothing while there is a picture. */
function Sentence({ page, screen }: { page: LiveModel; screen: LiveScreen }) {
  const words = useLiveWords()
  const hasFailed = page.pictures.hasFailed.value
  const hints: Partial<Record<LiveScreen, string>> = {
    waiting: words.waitingHint,
    over: words.overHint,
  }
  const sentence = screen === 'arriving' && hasFailed ? words.failed : sentenceOf(screen)
  function sentenceOf(name: LiveScreen): string {
    return name === 'live' ? '' : words[name]
  }
  return (
    <div class="live-middle" role="status" data-testid="live-sentence">
      {sentence !== '' && <p class="live-sentence">{sentence}</p>}
      {hints[screen] && <p class="live-hint">{hints[screen]}</p>}
    </div>
  )
}

interface LiveControlsProps {
  page: LiveModel
  modes: ScreenModes
  isLive: boolean
}

function LiveControls({ page, modes, isLive }: LiveControlsProps) {
  const words = useLiveWords()
  const common = useWords()
  const isHeard = page.sound.value === 'on'
  return (
    <nav class="live-controls" aria-label={words.controls}>
      {isLive && (
        <RoundButton
          icon={isHeard ? Volume2 : VolumeX}
          label={isHeard ? words.mute : words.unmute}
          testId="toggle-sound"
          isMarked={!isHeard}
          onPress={() => page.toggleSound()}
        />
      )}
      {isLive && modes.toggleFullscreen && (
        <RoundButton
          icon={modes.isFullscreen ? Minimize : Maximize}
          label={modes.isFullscreen ? common.exitFullscreen : common.fullscreen}
          testId="fullscreen"
          onPress={modes.toggleFullscreen}
        />
      )}
      {!isLive && <LanguageButton look="secondary" />}
    </nav>
  )
}

/** The browser wants a press before it lets anything be heard. */
function SoundPrompt({ page }: { page: LiveModel }) {
  const words = useLiveWords()
  const ref = useRef<HTMLButtonElement>(null)
  useEffect(() => ref.current?.focus(), [])
  return (
    <div class="live-sound">
      <button
        ref={ref}
        type="button"
        class="primary"
        data-testid="tap-to-hear"
        title={words.blocked}
        onClick={() => page.toggleSound()}
      >
        <Icon of={Volume2} />
        {words.tapToHear}
      </button>
    </div>
  )
}
