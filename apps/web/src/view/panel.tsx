import { X } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useWords } from './app-context.ts'
import { RoundButton } from './round-button.tsx'

export interface PanelProps {
  title: string
  isOpen: boolean
  /** Stays in the page while closed, unseen: what is focused or said in it must find it there. */
  isKept?: boolean
  onClose: () => void
  children: ComponentChildren
  class?: string
}

/** A sheet beside the picture, or over its lower part on a small screen. */
export function Panel(props: PanelProps) {
  return props.isOpen || props.isKept ? <Sheet {...props} /> : null
}

function Sheet({ title, isOpen, onClose, children, class: classes }: PanelProps) {
  const words = useWords()
  const ref = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!isOpen) return undefined
    const before = document.activeElement
    const first = ref.current?.querySelector<HTMLElement>('[data-autofocus]') ?? ref.current
    first?.focus()
    const sheet = ref.current
    return () => {
      const isOutside = before instanceof HTMLElement && !sheet?.contains(before)
      if (isOutside && before.isConnected) before.focus()
      else if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    }
  }, [isOpen])
  return (
    <aside
      ref={ref}
      class={`panel ${classes ?? ''}`}
      data-open={isOpen}
      aria-label={title}
      tabIndex={-1}
    >
      {isOpen && (
        <header>
          <h2>{title}</h2>
          <RoundButton icon={X} label={words.close} class="plain" onPress={onClose} />
        </header>
      )}
      {children}
    </aside>
  )
}
