export interface SwitchProps {
  label: string
  hint?: string
  isOn: boolean
  testId: string
  onToggle: (isOn: boolean) => void
}

/** Something that is on or off, with what that means. */
export function Switch({ label, hint, isOn, testId, onToggle }: SwitchProps) {
  return (
    <div class="switch-place">
      <button
        type="button"
        class="switch-row"
        role="switch"
        aria-checked={isOn}
        aria-describedby={hint ? `${testId}-hint` : undefined}
        data-testid={testId}
        onClick={() => onToggle(!isOn)}
      >
        <span>{label}</span>
        <span class="switch" />
      </button>
      {hint && (
        <p class="hint" id={`${testId}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
