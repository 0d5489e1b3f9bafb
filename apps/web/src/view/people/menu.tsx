import { EllipsisVertical } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { RoundButton } from '../round-button.tsx'

export interface MenuProps {
  label: string
  testId?: string
  children: ComponentChildren
}

/** A few actions behind one button. */
export function Menu({ label, testId, children }: MenuProps) {
  const [isOpen, setOpen] = useState(false)
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen) return undefined
    ref.current?.querySelector<HTMLElement>('.popup button')?.focus()
    const closeOutside = (event: Event) => {
      if (event.target instanceof Node && !ref.current?.contains(event.target)) setOpen(false)
    }
    document.addEventListener('pointerdown', closeOutside)
    document.addEventListener('focusin', closeOutside)
    return () => {
      document.removeEventListener('pointerdown', closeOutside)
      document.removeEventListener('focusin', closeOutside)
    }
  }, [isOpen])
  const close = () => {
    setOpen(false)
    ref.current?.querySelector<HTMLElement>(':scope > button')?.focus()
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- Escape closes from within
    <div
      ref={ref}
      class="menu-place"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen) return
        event.stopPropagation()
        close()
      }}
    >
      <RoundButton
        class="plain"
        icon={EllipsisVertical}
        label={label}
        {...(testId !== undefined && { testId })}
        isExpanded={isOpen}
        onPress={() => setOpen(!isOpen)}
      />
      {isOpen && (
        // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events -- a press of any button within closes it
        <div class="popup" onClick={close}>
          {children}
        </div>
      )}
    </div>
  )
}
