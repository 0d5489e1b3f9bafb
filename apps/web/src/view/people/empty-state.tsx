import type { ComponentChildren } from 'preact'

export interface EmptyStateProps {
  title: string
  text: string
  children?: ComponentChildren
}

/** Nothing is here yet: why, and what one can do about it. */
export function EmptyState({ title, text, children }: EmptyStateProps) {
  return (
    <div class="empty" data-testid="empty">
      <h2>{title}</h2>
      <p class="hint">{text}</p>
      {children}
    </div>
  )
}
