import { Check, Copy } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { useWords } from './app-context.ts'
import { Icon } from './icon.tsx'

/** How long the button says that it copied. */
const SAID_MS = 2_000

export interface CopyButtonProps {
  text: string
  label: string
  testId?: string
  class?: string
}

/** Copies a text and says so. */
export function CopyButton({ text, label, testId, class: classes = 'secondary' }: CopyButtonProps) {
  const words = useWords()
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return undefined
    const timer = setTimeout(() => setCopied(false), SAID_MS)
    return () => clearTimeout(timer)
  }, [isCopied])
  return (
    <button
      type="button"
      class={classes}
      data-testid={testId}
      onClick={() => void copyText(text).then(setCopied)}
    >
      <Icon of={isCopied ? Check : Copy} size={20} />
      <span aria-live="polite">{isCopied ? words.copied : label}</span>
    </button>
  )
}

/** Puts `text` on the clipboard, also where the page is not secure; false when it can't. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

/** The old way: the only one on plain HTTP and in some in-app browsers. */
function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'visually-hidden'
  document.body.append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  return isCopied
}
