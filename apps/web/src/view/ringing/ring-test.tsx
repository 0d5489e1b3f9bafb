import { Volume2, VolumeX } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import type { RingSound } from '../../state/ringing/ports.ts'
import { Icon } from '../icon.tsx'
import { useRingingWords } from './use-ringing-words.ts'

/** Once through, in milliseconds. */
const TEST_MS = 3_000

type Test = { name: 'silent' } | { name: 'ringing'; stop: () => void } | { name: 'refused' }

export interface RingTestProps {
  sound: RingSound
  /** Told when the test begins to be heard, and when it is over. */
  onChange?: (isRinging: boolean) => void
}

/** Rings once on a press, which also lets the page be heard from then on. */
export function RingTest({ sound, onChange }: RingTestProps) {
  const words = useRingingWords()
  const [test, setTest] = useState<Test>({ name: 'silent' })
  useEffect(() => {
    onChange?.(test.name === 'ringing')
    if (test.name !== 'ringing') return undefined
    const timer = setTimeout(() => setTest({ name: 'silent' }), TEST_MS)
    return () => {
      clearTimeout(timer)
      test.stop()
    }
  }, [test])
  const press = async () => {
    if (test.name === 'ringing') return setTest({ name: 'silent' })
    const isHeard = await sound.unlock()
    setTest(isHeard ? { name: 'ringing', stop: sound.ring() } : { name: 'refused' })
  }
  const isRinging = test.name === 'ringing'
  return (
    <>
      <button type="button" class="secondary" data-testid="test-ring" onClick={() => void press()}>
        <Icon of={isRinging ? VolumeX : Volume2} size={20} />
        {isRinging ? words.ring.stop : words.ring.test}
      </button>
      {test.name === 'refused' && (
        <p class="hint fault" role="status">
          {words.ring.refused}
        </p>
      )}
    </>
  )
}
