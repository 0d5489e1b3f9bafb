import type { IconNode } from 'lucide'
import { Icon } from './icon.tsx'

export interface RoundButtonProps {
  icon: IconNode
  /** The name for screen readers and the tooltip. */
  label: string
  onPress: () => void
  testId?: string
  /** Drawn inverted: a device that is off, a panel that is open. */
  isMarked?: boolean
  isStop?: boolean
  /** Says that a panel is open; leave out for buttons without one. */
  isExpanded?: boolean
  isDisabled?: boolean
  /** Shown small on the button. */
  badge?: string | undefined
  class?: string
  keyHint?: string
}

/** A round control with an icon. */
export function RoundButton(props: RoundButtonProps) {
  const { icon, label, keyHint, badge } = props
  const classes = ['round', props.isStop && 'stop', props.isMarked && 'marked', props.class]
  return (
    <button
      type="button"
      class={classes.filter(Boolean).join(' ')}
      title={keyHint ? `${label} (${keyHint})` : label}
      aria-label={label}
      aria-expanded={props.isExpanded}
      disabled={props.isDisabled}
      data-testid={props.testId}
      onClick={props.onPress}
    >
      <Icon of={icon} />
      {badge && (
        <span class="badge" aria-hidden="true">
          {badge}
        </span>
      )}
    </button>
  )
}
