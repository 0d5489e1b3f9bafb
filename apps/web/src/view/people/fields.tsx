import { Eye, EyeOff } from 'lucide'
import { useState } from 'preact/hooks'
import { apiSentence, type ApiFault } from '../../i18n/api-sentences.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../icon.tsx'
import { usePeopleWords } from './account-context.ts'

export interface FieldProps {
  id: string
  label: string
  value: string
  onType: (text: string) => void
  autocomplete: string
  hint?: string | undefined
  /** What is wrong with this field. */
  fault?: ApiFault | null | undefined
  testId?: string
  maxLength?: number
  isRequired?: boolean
}

/** A line of text with its name, and what is wrong with it. */
export function TextField(props: FieldProps) {
  const { id, label, value, onType } = props
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={id}
        type="text"
        dir="auto"
        value={value}
        autoComplete={props.autocomplete}
        autoCapitalize="none"
        autoCorrect="off"
        spellcheck={false}
        required={props.isRequired}
        maxLength={props.maxLength}
        aria-invalid={!!props.fault}
        aria-describedby={`${id}-hint`}
        data-testid={props.testId}
        onInput={(event) => onType(event.currentTarget.value)}
      />
      <FieldHint {...props} />
    </div>
  )
}

/** The types know fields of one kind only. */
const TEXT = { type: 'text' } as const
const PASSWORD = { type: 'password' } as const

/** A password, which can be shown. */
export function PasswordField(props: FieldProps) {
  const { id, label, value, onType } = props
  const words = usePeopleWords().login
  const [isShown, setShown] = useState(false)
  const [hasCapsLock, setCapsLock] = useState(false)
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))
  const toggleLabel = isShown ? words.hidePassword : words.showPassword
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="password-row">
        <input
          id={id}
          name={id}
          {...(isShown ? TEXT : PASSWORD)}
          value={value}
          autoComplete={props.autocomplete}
          autoCapitalize="none"
          autoCorrect="off"
          spellcheck={false}
          required={props.isRequired}
          aria-invalid={!!props.fault}
          aria-describedby={`${id}-hint`}
          data-testid={props.testId}
          onInput={(event) => onType(event.currentTarget.value)}
          onKeyDown={watchCapsLock}
          onKeyUp={watchCapsLock}
          onBlur={() => setCapsLock(false)}
        />
        <button
          type="button"
          class="quiet icon-only"
          aria-label={toggleLabel}
          title={toggleLabel}
          aria-pressed={isShown}
          onClick={() => setShown(!isShown)}
        >
          <Icon of={isShown ? EyeOff : Eye} size={20} />
        </button>
      </div>
      <FieldHint {...props} hint={hasCapsLock ? words.capsLock : props.hint} />
    </div>
  )
}

function FieldHint({ id, hint, fault }: FieldProps) {
  const { languages } = useApp()
  const text = fault ? apiSentence(fault, languages.language.value) : hint
  return (
    <p
      id={`${id}-hint`}
      class={fault ? 'hint fault' : 'hint'}
      aria-live="polite"
      data-code={fault?.code}
    >
      {text}
    </p>
  )
}
