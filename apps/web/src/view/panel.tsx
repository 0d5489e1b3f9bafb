import { X } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useWords } from './app-context.ts'
import { RoundButton } from './round-button.tsx'

export interface PanelProps {
  title: string
  isOpen: boolean
  onClose: () => void
  children: ComponentChildren
  class?: string
}

/** A sheet beside the picture, or over its lower part on a small screen. */
export function Panel(props: PanelProps) {
  return props.isOpen ? <OpenPanel {...props} /> : null
}

function OpenPanel({ title, onClose, children, class: classes }: PanelProps) {
  const words = useWords()
  const ref = useRef<HTMLElement>(null)
  useEffect(() => {
    const before = document.activeElement
    const first = ref.current?.querySelector<HTMLElement>('[data-autofocus]') ?? ref.current
    first?.focus()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return (
    <aside ref={ref} class={`panel ${classes ?? ''}`} aria-label={title} tabIndex={-1}>
      <header>
        <h2>{title}</h2>
        <RoundButton icon={X} label={words.close} class="plain" onPress={onClose} />
      </header>
      {children}
    </aside>
  )
}
