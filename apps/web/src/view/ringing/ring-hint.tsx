import { BellOff, BellRing } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import type { RingSound } from '../../state/ringing/ports.ts'
import { Icon } from '../icon.tsx'
import { RingTest } from './ring-test.tsx'
import { usePressing } from './use-pressing.ts'
import { useRingingWords } from './use-ringing-words.ts'

/** So soon a browser has let a page be heard, if it does by itself; in milliseconds. */
const SETTLE_MS = 600

export interface RingHintProps {
  sound: RingSound
  /** While it rings: any press will do, and the buttons to answer need the room. */
  isBrief?: boolean
}

/** Says that this page can't be heard yet, with the press that changes it; nothing once it can. */
export function RingHint({ sound, isBrief = false }: RingHintProps) {
  const words = useRingingWords()
  const [isShown, setShown] = useState(false)
  const [isTesting, setTesting] = useState(false)
  const isPressing = usePressing()
  const isHeard = sound.isUnlocked.value
  // The first press lets the page be heard: what is pressed must not move away under the finger.
  const isDone = isHeard && !isPressing && !isTesting
  useEffect(() => {
    if (isDone) setShown(false)
    if (isHeard) return undefined
    const timer = setTimeout(() => setShown(true), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [isHeard, isDone])
  if (!isShown) return null
  return (
    <div class="ring-hint" data-testid="ring-hint" role="status">
      <Icon of={isHeard ? BellRing : BellOff} size={20} />
      <p>{isTesting ? words.ring.works : isBrief ? words.ring.silent : words.ring.hint}</p>
      {!isBrief && <RingTest sound={sound} onChange={setTesting} />}
    </div>
  )
}
