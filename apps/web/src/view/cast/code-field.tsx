import { useEffect, useRef } from 'preact/hooks'
import type { CastEntry } from '../../state/cast/cast-entry.ts'
import { useCastWords } from './use-cast-words.ts'

export interface CodeFieldProps {
  id: string
  entry: CastEntry
  onType: (text: string) => void
  isFaulty: boolean
  isReadOnly?: boolean
  /** With every change of it the field takes the focus. */
  asked?: number
  /** Takes the focus when a panel opens. */
  isFirst?: boolean
  testId: string
}

/** Where the code of the TV is typed. */
export function CodeField({ id, entry, onType, asked = 0, ...props }: CodeFieldProps) {
  const words = useCastWords()
  const ref = useRef<HTMLInputElement>(null)
  const answered = useRef(asked)
  useEffect(() => {
    if (asked === answered.current) return
    answered.current = asked
    ref.current?.focus()
    ref.current?.select()
  }, [asked])
  return (
    <div class="code-field">
      <label for={id}>{words.code}</label>
      <input
        ref={ref}
        id={id}
        type="text"
        inputMode="text"
        autoCapitalize="characters"
        autoComplete="off"
        autoCorrect="off"
        spellcheck={false}
        enterkeyhint="go"
        data-autofocus={props.isFirst}
        data-testid={props.testId}
        readOnly={props.isReadOnly}
        value={entry.text.value}
        aria-invalid={props.isFaulty}
        aria-describedby={`${id}-line`}
        onInput={(event) => {
          const field = event.currentTarget
          onType(field.value)
          // What is typed may be tidied to what stood there before, which draws nothing anew.
          if (field.value !== entry.text.peek()) field.value = entry.text.peek()
        }}
      />
    </div>
  )
}
