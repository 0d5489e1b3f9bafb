import { createElement } from 'preact'
import type { IconNode } from 'lucide'

/** Draws one lucide icon; decorative, so its button carries the name. */
export function Icon({ of, size = 24 }: { of: IconNode; size?: number }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {of.map(([tag, attributes]) => createElement(tag, attributes))}
    </svg>
  )
}
