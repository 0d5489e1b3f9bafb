import {
  Camera,
  CircleStop,
  MonitorUp,
  Pause,
  Play,
  SwitchCamera,
  Volume2,
  VolumeX,
  type IconNode,
} from 'lucide'
import type { CastModel } from '../../state/cast/cast-model.ts'
import { shownSentence } from '../../state/cast/cast-wording.ts'
import { Icon } from '../icon.tsx'
import { PageHeader } from '../page-header.tsx'
import { PageTitle } from '../page-title.tsx'
import { TrackVideo } from '../track-video.tsx'
import { CastNotice } from './cast-notice.tsx'
import { CastPhrase } from './cast-phrase.tsx'
import { ModeField } from './mode-field.tsx'
import { useCastWords } from './use-cast-words.ts'

/** What is shown on the TV, and everything that can be done with it. */
export function ShowPage({ model }: { model: CastModel }) {
  const { entry } = model
  const tvName = entry.tvName.value
  return (
    <div class="page">
      <PageHeader />
      <main class="column cast-show">
        <ShownState model={model} tvName={tvName} />
        <div class="cast-main">
          <PreviewOfShown model={model} />
          <Buttons model={model} />
          <CastNotice model={model} />
        </div>
        <div class="cast-side">
          <CastPhrase entry={entry} />
          <ModeField model={model} />
        </div>
      </main>
    </div>
  )
}

function ShownState({ model, tvName }: { model: CastModel; tvName: string }) {
  const words = useCastWords()
  const { entry, path } = model
  const state = entry.state.value
  const isOpen = state.name === 'paused' || (state.name === 'showing' && state.isConnected)
  const mode = isOpen ? path.mode.value : null
  const isOffline = isOpen && entry.signaling.value === 'offline'
  const hint = isOffline
    ? words.shown.offline
    : state.name === 'paused'
      ? words.shown.pausedHint
      : mode && words.path[mode]
  return (
    <div class="cast-head" data-look={isOpen ? 'found' : 'wait'}>
      <PageTitle>
        <span role="status" data-testid="cast-state" data-state={state.name}>
          {shownSentence(words, state, tvName)}
        </span>
      </PageTitle>
      {hint && (
        <p class="hint" data-testid="cast-path" data-path={mode}>
          {hint}
        </p>
      )}
      {path.isStuck.value && <p class="cast-notice">{words.shown.stuck}</p>}
    </div>
  )
}

function PreviewOfShown({ model }: { model: CastModel }) {
  const words = useCastWords()
  const shown = model.source.shown.value
  const isPaused = model.entry.state.value.name === 'paused'
  return (
    <div class="cast-preview" data-paused={isPaused}>
      {shown && <TrackVideo track={shown.video} label={words.preview} testId="cast-preview" />}
      {isPaused && (
        <p>
          <Icon of={Pause} size={20} />
          {words.isPaused}
        </p>
      )}
    </div>
  )
}

function Buttons({ model }: { model: CastModel }) {
  const words = useCastWords()
  const shown = model.source.shown.value
  if (!shown) return null
  const state = model.entry.state.value.name
  const isPaused = state === 'paused'
  const isScreen = shown.kind === 'screen'
  const isSoundOn = model.source.isSoundOn.value
  return (
    <div class="cast-buttons" role="group" aria-label={words.controls}>
      <Button
        icon={isPaused ? Play : Pause}
        label={isPaused ? words.resume : words.pause}
        testId="cast-pause"
        isDisabled={!isPaused && state !== 'showing'}
        onPress={() => model.togglePause()}
      />
      {model.canShowScreen && (
        <Button
          icon={MonitorUp}
          label={isScreen ? words.anotherScreen : words.toScreen}
          testId="cast-change"
          onPress={() => void model.change('screen')}
        />
      )}
      {(isScreen ? model.hasCamera.value : model.hasTwoCameras.value) && (
        <Button
          icon={isScreen ? Camera : SwitchCamera}
          label={isScreen ? words.toCamera : words.otherCamera}
          testId="cast-camera"
          onPress={() => void model.change('camera')}
        />
      )}
      {shown.audio && (
        <Button
          icon={isSoundOn ? Volume2 : VolumeX}
          label={isSoundOn ? words.soundOff : words.soundOn}
          testId="cast-sound"
          onPress={() => model.source.toggleSound()}
        />
      )}
      <button
        type="button"
        class="primary danger"
        data-testid="cast-stop"
        onClick={() => model.stop()}
      >
        <Icon of={CircleStop} size={20} />
        {words.stop}
      </button>
      {isScreen && !shown.audio && <p class="hint">{words.noSound}</p>}
    </div>
  )
}

interface ButtonProps {
  icon: IconNode
  label: string
  testId: string
  isDisabled?: boolean
  onPress: () => void
}

function Button({ icon, label, testId, isDisabled, onPress }: ButtonProps) {
  return (
    <button
      type="button"
      class="secondary"
      data-testid={testId}
      disabled={isDisabled}
      onClick={onPress}
    >
      <Icon of={icon} size={20} />
      {label}
    </button>
  )
}
