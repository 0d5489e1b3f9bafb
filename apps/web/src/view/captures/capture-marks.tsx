import { X } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import type { Capture } from '@duet/client'
import type { CaptureModel } from '../../state/captures/capture-model.ts'
import { clockText } from '../../state/captures/clock-text.ts'
import { Icon } from '../icon.tsx'
import { useMoreWords } from '../use-more-words.ts'

/** A red dot and a word for all that is on, and what the other one is asked: never faded. */
export function CaptureMarks({ model, name }: { model: CaptureModel; name: string }) {
  const words = useMoreWords()
  const wish = model.wish.value
  const { active } = model.info.value
  return (
    <div class="capture-marks" role="status" data-testid="capture-marks">
      {active.map((capture) => (
        <Mark key={capture.id} model={model} capture={capture} />
      ))}
      {wish && (
        <span class="capture-mark wish" data-testid="capture-wish">
          <bdi>{words.waitingFor(name)}</bdi>
          <button
            type="button"
            class="quiet"
            data-testid="withdraw"
            onClick={() => model.withdraw()}
          >
            <Icon of={X} size={20} />
            {words.withdraw}
          </button>
        </span>
      )}
    </div>
  )
}

function Mark({ model, capture }: { model: CaptureModel; capture: Capture }) {
  const words = useMoreWords()
  const { id, purpose } = capture
  const since = model.since.value.get(id)
  const isRunning = since !== undefined
  const now = useNow(isRunning)
  return (
    <button
      type="button"
      class="capture-mark"
      data-testid={`${purpose}-mark`}
      data-state={capture.state}
      data-fault={capture.fault}
      title={words.openControls[purpose]}
      aria-haspopup="dialog"
      onClick={() => (model.opened.value = purpose)}
    >
      <span class="red-dot" aria-hidden="true" />
      <span>{isRunning ? words.on[purpose] : words.starting[purpose]}</span>
      {isRunning && (
        // Read once a second, it would leave no room for the call.
        <span class="capture-time" aria-hidden="true">
          {clockText(now - since)}
        </span>
      )}
    </button>
  )
}

/** The time, which moves on each second while it is wanted. */
function useNow(isWanted: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!isWanted) return undefined
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [isWanted])
  return now
}
