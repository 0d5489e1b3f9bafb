import { UserRound, UsersRound } from 'lucide'
import type { UserPresence } from '@duet/protocol'
import { initialsOf } from '../../state/wording.ts'
import { Icon } from '../icon.tsx'

export interface AvatarProps {
  name: string
  presence?: UserPresence
  /** Stands for everyone. */
  isGroup?: boolean
}

/** A person's initials, with a dot that says where it is; the words beside it say the same. */
export function Avatar({ name, presence, isGroup = false }: AvatarProps) {
  return (
    <span class="person-avatar" data-presence={presence} aria-hidden="true">
      {isGroup ? (
        <Icon of={UsersRound} size={20} />
      ) : (
        initialsOf(name) || <Icon of={UserRound} size={20} />
      )}
    </span>
  )
}
