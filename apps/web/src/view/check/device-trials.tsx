import { Camera, CameraOff, Ear, EarOff, Volume2 } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import type { CheckModel } from '../../state/check/check-model.ts'
import { Icon } from '../icon.tsx'
import { useCheckWords } from './use-check-words.ts'

/** What a person has to look at, say and hear. */
export function DeviceTrials({ model }: { model: CheckModel }) {
  const words = useCheckWords()
  const { devices } = model
  const isSecure = model.stateOf('secure')
  const canCapture = isSecure.name === 'done' && isSecure.verdict.kind === 'ok'
  const isTrying = ['camera', 'microphone'].some(
    (id) => model.stateOf(id as 'camera').name === 'running',
  )
  const isOn = devices.camera.value !== undefined || devices.microphone.value !== undefined
  return (
    <div class="check-devices">
      <Picture model={model} />
      <Level model={model} />
      <div class="check-actions">
        {canCapture && (
          <button
            type="button"
            class="secondary"
            data-testid="try-devices"
            aria-busy={isTrying}
            disabled={isTrying}
            onClick={() => (isOn ? devices.stopCapture() : void devices.tryCapture())}
          >
            <Icon of={isOn ? CameraOff : Camera} size={20} />
            {isOn && !isTrying ? words.stopDevices : words.tryDevices}
          </button>
        )}
        <Speaker model={model} />
      </div>
    </div>
  )
}

function Picture({ model }: { model: CheckModel }) {
  const words = useCheckWords()
  const ref = useRef<HTMLVideoElement>(null)
  const track = model.devices.camera.value
  useEffect(() => {
    const video = ref.current
    if (!video || !track) return undefined
    video.srcObject = new MediaStream([track])
    video.play().catch(() => {})
    return () => {
      video.srcObject = null
    }
  }, [track])
  if (!track) return null
  return (
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- one's own picture, without sound
    <video
      ref={ref}
      class="check-picture mirrored"
      data-testid="check-picture"
      aria-label={words.picture}
      muted
      playsInline
    />
  )
}

/** Moves with one's own voice. */
function Level({ model }: { model: CheckModel }) {
  const words = useCheckWords()
  const { devices } = model
  if (!devices.microphone.value) return null
  const level = devices.level.value
  return (
    <div class="check-level">
      <p class="hint">{words.saySomething}</p>
      <div
        class="check-level-bar"
        role="meter"
        aria-label={words.level}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(level * 100)}
        style={{ '--level': level }}
        data-testid="check-level"
      >
        <i />
      </div>
    </div>
  )
}

function Speaker({ model }: { model: CheckModel }) {
  const words = useCheckWords()
  const { devices } = model
  const state = devices.speaker.value
  if (state === 'asked') {
    return (
      <fieldset class="check-question">
        <legend>{words.askHeard}</legend>
        <button
          type="button"
          class="primary"
          data-testid="heard"
          onClick={() => devices.sayHeard(true)}
        >
          <Icon of={Ear} size={20} />
          {words.heard}
        </button>
        <button
          type="button"
          class="secondary"
          data-testid="unheard"
          onClick={() => devices.sayHeard(false)}
        >
          <Icon of={EarOff} size={20} />
          {words.unheard}
        </button>
      </fieldset>
    )
  }
  const isPlaying = state === 'playing'
  return (
    <button
      type="button"
      class="secondary"
      data-testid="play-tone"
      aria-busy={isPlaying}
      disabled={isPlaying}
      onClick={() => void devices.playTone()}
    >
      <Icon of={Volume2} size={20} />
      {isPlaying ? words.playing : words.playTone}
    </button>
  )
}
