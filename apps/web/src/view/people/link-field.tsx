import { useWords } from '../app-context.ts'
import { CopyButton } from '../copy-button.tsx'

/** A link to send, with a button that copies it. */
export function LinkField({ url, label }: { url: string; label: string }) {
  const words = useWords()
  return (
    <div class="copy-row">
      <input
        class="made-link"
        type="text"
        readOnly
        value={url}
        aria-label={label}
        data-testid="made-link"
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyButton text={url} label={words.copyLink} testId="copy-made-link" class="primary" />
    </div>
  )
}
