import { BellRing, BellOff } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import type { RingSound } from '../../state/ringing/ports.ts'
import { Icon } from '../icon.tsx'
import { RingTest } from './ring-test.tsx'
import { useRingingWords } from './use-ringing-words.ts'

/** So soon a browser has let a page be heard, if it does by itself; in milliseconds. */
const SETTLE_MS = 600

/** Says that this page can't be heard yet, with the press that changes it; nothing once it can. */
export function RingHint({ sound }: { sound: RingSound }) {
  const words = useRingingWords()
  const [isDue, setDue] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [])
  if (sound.isUnlocked.value || !isDue) return null
  return (
    <div class="ring-hint" data-testid="ring-hint" role="status">
      <Icon of={sound.isUnlocked.value ? BellRing : BellOff} size={20} />
      <p>{words.ring.hint}</p>
      <RingTest sound={sound} />
    </div>
  )
}
