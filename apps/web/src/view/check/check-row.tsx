import { Check, ChevronDown, Circle, LoaderCircle, Minus, TriangleAlert } from 'lucide'
import type { CheckModel } from '../../state/check/check-model.ts'
import { sentenceOf, stateWord } from '../../state/check/check-report.ts'
import type { CheckId, CheckState } from '../../state/check/verdict.ts'
import { Icon } from '../icon.tsx'
import { useCheckWords } from './use-check-words.ts'

const SIGNS = {
  ok: Check,
  fails: TriangleAlert,
  untried: Minus,
  running: LoaderCircle,
  waiting: Circle,
}

/** One check: how it stands, and where it fails what to do. */
export function CheckRow({ id, model }: { id: CheckId; model: CheckModel }) {
  const words = useCheckWords()
  const state = model.stateOf(id)
  const kind = state.name === 'done' ? state.verdict.kind : state.name
  const sentence = sentenceOf(words, state)
  return (
    <li class="check-row" data-testid={`check-${id}`} data-state={kind}>
      <span class="check-sign" title={stateWord(words, state)}>
        <Icon of={SIGNS[kind]} size={20} />
      </span>
      <div class="check-words">
        <p class="check-line">
          <span class="check-label">{words.labels[id]}</span>
          <span class="visually-hidden">{`: ${stateWord(words, state)}. `}</span>
          {sentence && <span class="check-sentence">{sentence}</span>}
        </p>
        <Advice state={state} />
      </div>
    </li>
  )
}

function Advice({ state }: { state: CheckState }) {
  const words = useCheckWords()
  if (state.name !== 'done' || state.verdict.kind !== 'fails') return null
  const { why, change, operator } = words.faults[state.verdict.fault]
  return (
    <>
      <dl class="check-advice">
        <dt>{words.why}</dt>
        <dd>{why}</dd>
        <dt>{words.change}</dt>
        <dd>{change}</dd>
      </dl>
      <details class="check-operator">
        <summary>
          <Icon of={ChevronDown} size={20} />
          {words.forOperator}
        </summary>
        <p>{operator}</p>
      </details>
    </>
  )
}
