import { CircleAlert } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

/** What stands in the way, in one sentence, with the one button that helps. */
export function NoticeCard({ text, children }: { text: string; children: ComponentChildren }) {
  return (
    <div class="notice-card" role="status" data-testid="notice">
      <Icon of={CircleAlert} size={20} />
      <p>{text}</p>
      {children}
    </div>
  )
}
