import type { ComponentChildren } from 'preact'

export interface Option<Value extends string> {
  value: Value
  title: string
  hint?: string
}

export interface OptionFieldProps<Value extends string> {
  legend: string
  /** Of the radio buttons, and the beginning of their test ids. */
  name: string
  options: readonly Option<Value>[]
  chosen: Value
  onChoose: (value: Value) => void
  /** Two short ones, side by side on the smallest screens as well. */
  isPair?: boolean
  children?: ComponentChildren
}

/** One of a few things, each with a sentence. */
export function OptionField<Value extends string>(props: OptionFieldProps<Value>) {
  const { legend, name, options, chosen, onChoose, isPair, children } = props
  return (
    <fieldset class="cast-field">
      <legend>{legend}</legend>
      {children}
      <div class={isPair ? 'options pair' : 'options'}>
        {options.map(({ value, title, hint }) => (
          <label key={value} class="option">
            <input
              type="radio"
              name={name}
              value={value}
              data-testid={`${name}-${value}`}
              checked={chosen === value}
              onChange={() => onChoose(value)}
            />
            <strong>{title}</strong>
            {hint && <small>{hint}</small>}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
