import { UserRound } from 'lucide'
import { initialsOf } from '../../state/wording.ts'
import { Icon } from '../icon.tsx'

/** Stands for a person of whom nothing is seen yet; its rings move while it rings. */
export function CallerFace({ name, isRinging }: { name: string; isRinging: boolean }) {
  return (
    <div class="caller-face" data-ringing={isRinging} aria-hidden="true">
      {initialsOf(name) || <Icon of={UserRound} size={64} />}
    </div>
  )
}
