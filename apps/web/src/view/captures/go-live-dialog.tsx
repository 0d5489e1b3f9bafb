import { Eye, EyeOff } from 'lucide'
import { useMemo, useState } from 'preact/hooks'
import type { LiveLayout } from '@duet/client'
import { LIVE_LAYOUTS } from '../../state/live/live-answer.ts'
import type { CaptureModel } from '../../state/captures/capture-model.ts'
import { LivePlan } from '../../state/captures/live-plan.ts'
import { RoundButton } from '../round-button.tsx'
import { useMoreWords } from '../use-more-words.ts'
import { StageDialog } from './stage-dialog.tsx'

/** How both are shown, and where else: then the other one is asked. */
export function GoLiveDialog({ model, name }: { model: CaptureModel; name: string }) {
  const words = useMoreWords()
  const plan = useMemo(() => new LivePlan(), [])
  const close = () => (model.isPlanning.value = false)
  return (
    <StageDialog title="go-live-title" testId="go-live-dialog" onClose={close}>
      <form
        class="go-live-form"
        noValidate
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault()
          const options = plan.read()
          if (options) model.ask('live', options)
        }}
      >
        <h2 id="go-live-title">{words.goLiveTitle}</h2>
        <p>{words.goLiveText(name)}</p>
        <LayoutField plan={plan} />
        <PushFields plan={plan} />
        <p class="hint">{words.throughServer}</p>
        <div class="dialog-actions">
          <button type="button" class="secondary" data-testid="go-live-cancel" onClick={close}>
            {words.cancel}
          </button>
          <button type="submit" class="primary" data-testid="go-live-ask">
            {words.askAndGoLive(name)}
          </button>
        </div>
      </form>
    </StageDialog>
  )
}

function LayoutField({ plan }: { plan: LivePlan }) {
  const words = useMoreWords()
  return (
    <fieldset class="layouts">
      <legend>{words.layout}</legend>
      {LIVE_LAYOUTS.map((layout) => (
        <label key={layout} class="layout">
          <input
            type="radio"
            name="layout"
            value={layout}
            data-testid={`layout-${layout}`}
            checked={plan.layout.value === layout}
            onChange={() => (plan.layout.value = layout)}
          />
          <LayoutPicture layout={layout} />
          <span>{words.layouts[layout]}</span>
        </label>
      ))}
    </fieldset>
  )
}

/** Two people as the layout shows them. */
function LayoutPicture({ layout }: { layout: LiveLayout }) {
  const isInset = layout === 'inset'
  return (
    <svg class="layout-picture" viewBox="0 0 96 54" aria-hidden="true">
      {isInset ? (
        <>
          <Head x={44} y={54} size={1.25} />
          <rect class="layout-small" x="64" y="29" width="28" height="21" rx="3" />
          <Head x={78} y={50} size={0.5} />
        </>
      ) : (
        <>
          <path class="layout-line" d="M48 0V54" />
          <Head x={24} y={54} size={0.95} />
          <Head x={72} y={54} size={0.95} />
        </>
      )}
    </svg>
  )
}

/** Head and shoulders, standing on the point. */
function Head({ x, y, size }: { x: number; y: number; size: number }) {
  return (
    <g class="layout-person" transform={`translate(${x} ${y}) scale(${size})`}>
      <circle cy="-24" r="8" />
      <path d="M-15 0c0-9 6-14 15-14s15 5 15 14z" />
    </g>
  )
}

function PushFields({ plan }: { plan: LivePlan }) {
  const words = useMoreWords()
  const [isShown, setShown] = useState(false)
  const fault = plan.fault.value
  const isAddressWrong = fault === 'badPushAddress'
  const isKeyWrong = fault === 'badPushKey'
  return (
    <details class="push">
      <summary data-testid="push-elsewhere">{words.elsewhere}</summary>
      <div class="push-fields">
        <div class="field">
          <label for="push-address">{words.pushAddress}</label>
          <input
            id="push-address"
            type="text"
            inputMode="url"
            dir="ltr"
            autoComplete="off"
            autoCapitalize="none"
            spellcheck={false}
            data-testid="push-address"
            value={plan.address.value}
            aria-invalid={isAddressWrong}
            aria-describedby="push-address-hint"
            onInput={(event) => (plan.address.value = event.currentTarget.value)}
          />
          <p
            id="push-address-hint"
            class={isAddressWrong ? 'hint fault' : 'hint'}
            aria-live="polite"
          >
            {isAddressWrong ? words.badPushAddress : words.pushAddressHint}
          </p>
        </div>
        <div class="field">
          <label for="push-key">{words.pushKey}</label>
          <div class="password-row">
            <input
              id="push-key"
              {...(isShown ? TEXT : PASSWORD)}
              dir="ltr"
              // No name and no password of a person: nothing is to be remembered or filled in.
              autoComplete="new-password"
              autoCapitalize="none"
              spellcheck={false}
              data-testid="push-key"
              value={plan.key.value}
              aria-invalid={isKeyWrong}
              aria-describedby="push-key-hint"
              onInput={(event) => (plan.key.value = event.currentTarget.value)}
            />
            <RoundButton
              class="plain"
              icon={isShown ? EyeOff : Eye}
              label={isShown ? words.hideKey : words.showKey}
              onPress={() => setShown(!isShown)}
            />
          </div>
          <p id="push-key-hint" class={isKeyWrong ? 'hint fault' : 'hint'} aria-live="polite">
            {isKeyWrong ? words.badPushKey : words.pushKeyHint}
          </p>
        </div>
      </div>
    </details>
  )
}

/** The types know fields of one kind only. */
const TEXT = { type: 'text' } as const
const PASSWORD = { type: 'password' } as const
