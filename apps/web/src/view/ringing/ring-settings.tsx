import { useEffect } from 'preact/hooks'
import type { PushModel, PushState } from '../../state/ringing/push-model.ts'
import type { RingSound } from '../../state/ringing/ports.ts'
import { RingTest } from './ring-test.tsx'
import { useRingingWords } from './use-ringing-words.ts'

export interface RingSettingsProps {
  sound: RingSound
  push: PushModel
}

/** How calls reach this browser: heard while a page is open, and by notification while none is. */
export function RingSettings({ sound, push }: RingSettingsProps) {
  const words = useRingingWords()
  useEffect(() => void push.look(), [push])
  return (
    <section class="ring-settings" aria-labelledby="ring-settings-title">
      <h2 id="ring-settings-title">{words.ring.title}</h2>
      <p class="hint">{sound.isUnlocked.value ? words.ring.works : words.ring.hint}</p>
      <RingTest sound={sound} />
      <PushSetting push={push} />
    </section>
  )
}

/** Ringing while no page is open: on, off, or an honest sentence on why not. */
function PushSetting({ push }: { push: PushModel }) {
  const words = useRingingWords()
  const state = push.state.value
  const isOn = state.name === 'on'
  return (
    <div class="push-setting" data-testid="push" data-state={pushCode(state)}>
      <h3>{words.push.title}</h3>
      <p class="hint" role="status">
        {pushSentence(state, words.push)}
      </p>
      {(state.name === 'off' || state.name === 'failed') && (
        <button
          type="button"
          class="secondary"
          data-testid="push-on"
          onClick={() => void push.turnOn()}
        >
          {words.push.turnOn}
        </button>
      )}
      {isOn && (
        <button
          type="button"
          class="secondary"
          data-testid="push-off"
          onClick={() => void push.turnOff()}
        >
          {words.push.turnOff}
        </button>
      )}
    </div>
  )
}

function pushCode(state: PushState): string {
  return state.name === 'impossible' ? state.obstacle : state.name
}

function pushSentence(state: PushState, words: ReturnType<typeof useRingingWords>['push']): string {
  switch (state.name) {
    case 'looking':
      return ''
    case 'impossible':
      return words.obstacles[state.obstacle]
    case 'off':
      return words.off
    case 'asking':
      return words.asking
    case 'on':
      return words.on
    case 'failed':
      return words.failed
  }
}
