import { RefreshCw } from 'lucide'
import type { CheckModel } from '../../state/check/check-model.ts'
import { checkReport } from '../../state/check/check-report.ts'
import { CHECK_GROUPS, type CheckGroup } from '../../state/check/verdict.ts'
import { CopyButton } from '../copy-button.tsx'
import { Icon } from '../icon.tsx'
import { PageHeader } from '../page-header.tsx'
import { CheckRow } from './check-row.tsx'
import { DeviceTrials } from './device-trials.tsx'
import { useCheckWords } from './use-check-words.ts'

/** `/check`: tries everything that a call needs, from this browser. */
export function CheckPage({ model }: { model: CheckModel }) {
  const words = useCheckWords()
  return (
    <div class="page">
      <PageHeader />
      <main class="column check" id="content" data-testid="check">
        <div class="check-head">
          <h1>{words.title}</h1>
          <p class="lead">{words.lead}</p>
        </div>
        <Summary model={model} />
        {Object.keys(CHECK_GROUPS).map((group) => (
          <Group key={group} model={model} group={group as CheckGroup} />
        ))}
        <Report model={model} />
      </main>
    </div>
  )
}

/** How it stands, for eyes and screen readers alike. */
function Summary({ model }: { model: CheckModel }) {
  const words = useCheckWords()
  const { isRunning, done, total, failed } = model.progress.value
  const areDevicesLeft = CHECK_GROUPS.device.some((id) => model.stateOf(id).name === 'waiting')
  const state = isRunning ? 'running' : failed > 0 ? 'fails' : 'ok'
  return (
    <div class="check-summary" data-state={state} data-testid="check-summary">
      <div role="status">
        <p class="check-outcome">
          {isRunning
            ? words.running(done, total)
            : failed > 0
              ? words.someFail(failed)
              : words.allWell}
        </p>
        {!isRunning && areDevicesLeft && <p class="hint">{words.stillDevices}</p>}
      </div>
      {isRunning ? (
        <progress max={total} value={done} aria-label={words.lead} />
      ) : (
        <button
          type="button"
          class="secondary"
          data-testid="check-again"
          onClick={() => void model.start()}
        >
          <Icon of={RefreshCw} size={20} />
          {words.again}
        </button>
      )}
    </div>
  )
}

function Group({ model, group }: { model: CheckModel; group: CheckGroup }) {
  const words = useCheckWords()
  return (
    <section class="card check-group" aria-labelledby={`check-${group}`}>
      <h2 id={`check-${group}`}>{words.groups[group]}</h2>
      {group === 'device' && <DeviceTrials model={model} />}
      <ul class="check-rows">
        {CHECK_GROUPS[group].map((id) => (
          <CheckRow key={id} id={id} model={model} />
        ))}
      </ul>
    </section>
  )
}

function Report({ model }: { model: CheckModel }) {
  const words = useCheckWords()
  const text = checkReport(words, {
    origin: location.origin,
    userAgent: navigator.userAgent,
    now: Date.now(),
    result: model.result.value,
    stateOf: (id) => model.stateOf(id),
  })
  return (
    <div class="check-report">
      <CopyButton text={text} label={words.copy} testId="copy-report" />
      <p class="hint">{words.copyHint}</p>
    </div>
  )
}
