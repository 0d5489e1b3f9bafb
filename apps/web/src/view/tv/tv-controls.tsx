import type { IconNode } from 'lucide'
import { Maximize, Minimize, RefreshCw, Square, Volume2, VolumeX } from 'lucide'
import type { TvModel } from '../../state/cast/tv-model.ts'
import { useWords } from '../app-context.ts'
import type { ScreenModes } from '../controls.tsx'
import { Icon } from '../icon.tsx'
import { LanguageButton } from '../language-button.tsx'
import { useTvWords } from './use-tv-words.ts'

/** The one row of buttons, each with its word: a remote control shows no tooltips. */
export function TvControls({ page, modes }: { page: TvModel; modes: ScreenModes }) {
  const words = useTvWords()
  const pages = useWords()
  const screen = page.screen.value
  const isHeard = page.sound.value === 'on'
  return (
    <nav class="tv-controls tv-fades" aria-label={words.controls}>
      {screen === 'picture' && (
        <TvButton
          icon={isHeard ? Volume2 : VolumeX}
          label={isHeard ? words.mute : words.unmute}
          testId="toggle-sound"
          onPress={() => page.toggleSound()}
        />
      )}
      {modes.toggleFullscreen && (
        <TvButton
          icon={modes.isFullscreen ? Minimize : Maximize}
          label={modes.isFullscreen ? pages.exitFullscreen : pages.fullscreen}
          testId="fullscreen"
          onPress={modes.toggleFullscreen}
        />
      )}
      {screen === 'code' && page.code.value !== null && (
        <TvButton
          icon={RefreshCw}
          label={words.newCode}
          testId="new-code"
          onPress={() => page.renewCode()}
        />
      )}
      {screen === 'picture' ? (
        <TvButton
          icon={Square}
          label={words.stop}
          testId="cast-stop"
          class="tv-stop"
          onPress={() => page.stop()}
        />
      ) : (
        <LanguageButton look="secondary" />
      )}
    </nav>
  )
}

interface TvButtonProps {
  icon: IconNode
  label: string
  testId: string
  class?: string
  onPress: () => void
}

function TvButton(props: TvButtonProps) {
  return (
    <button
      type="button"
      class={`secondary ${props.class ?? ''}`}
      data-testid={props.testId}
      onClick={props.onPress}
    >
      <Icon of={props.icon} />
      {props.label}
    </button>
  )
}
