import type { IconNode } from 'lucide'
import { Icon } from './icon.tsx'

export interface MenuItemProps {
  icon: IconNode
  label: string
  /** What it means, or why it can't be pressed. */
  hint?: string | undefined
  testId?: string
  isDisabled?: boolean
  onPress: () => void
}

/** One line of the menu. */
export function MenuItem({ icon, label, hint, testId, isDisabled, onPress }: MenuItemProps) {
  return (
    <button
      type="button"
      class="menu-item"
      data-testid={testId}
      // One that is disabled by its property would not be found by keys, and nor would its reason.
      aria-disabled={isDisabled || undefined}
      onClick={() => {
        if (!isDisabled) onPress()
      }}
    >
      <Icon of={icon} size={20} />
      <span>
        {label}
        {hint !== undefined && <span class="menu-hint">{hint}</span>}
      </span>
    </button>
  )
}
