import { Clapperboard, Download, PhoneIncoming, PhoneMissed, PhoneOutgoing, Trash2 } from 'lucide'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { HistoryCall } from '../../state/people/api-types.ts'
import { CALL_FILTERS, HistoryModel, isOutgoing } from '../../state/people/history-model.ts'
import { titleOf } from '../../state/people/people-model.ts'
import { callSentence } from '../../state/people/people-wording.ts'
import { momentOf } from '../../state/people/said-when.ts'
import { useWords } from '../app-context.ts'
import { Icon } from '../icon.tsx'
import { RoundButton } from '../round-button.tsx'
import { useAccount, usePeopleWords, useSaid, type Home } from './account-context.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { EmptyState } from './empty-state.tsx'
import { FaultText } from './fault-text.tsx'
import { LoadedView } from './loaded-view.tsx'
import { PageHeading } from './page-heading.tsx'

/** `/calls`: the history. */
export function CallsPage({ home }: { home: Home }) {
  const { api } = useAccount()
  const words = usePeopleWords()
  const model = useMemo(() => new HistoryModel(home.phone, api), [home])
  useEffect(() => () => model.close(), [model])
  const load = model.load.value
  const calls = model.calls.value
  return (
    <main class="column" id="content">
      <PageHeading>{words.calls.title}</PageHeading>
      <LoadedView
        state={load.name === 'ready' ? { name: 'ready', value: calls } : load}
        onRetry={() => void model.open()}
      >
        {() =>
          calls.length === 0 ? (
            <EmptyState title={words.calls.emptyTitle} text={words.calls.empty}>
              <a class="button primary" href="/people">
                {words.calls.toPeople}
              </a>
            </EmptyState>
          ) : (
            <History home={home} model={model} />
          )
        }
      </LoadedView>
    </main>
  )
}

function History({ home, model }: { home: Home; model: HistoryModel }) {
  const words = usePeopleWords().calls
  const { recordings } = useWords()
  const [isDeletingAll, setDeletingAll] = useState(false)
  const [deleting, setDeleting] = useState<HistoryCall | null>(null)
  const shown = model.shown.value
  return (
    <>
      <Filter model={model} />
      {shown.length === 0 && (
        <div class="empty">
          <p class="hint" role="status">
            {words.emptyFilter}
          </p>
          <button type="button" class="secondary" onClick={() => (model.filter.value = 'all')}>
            {words.showAll}
          </button>
        </div>
      )}
      <ul class="history" aria-label={words.title}>
        {shown.map((call) => (
          <HistoryRow key={call.id} home={home} call={call} onDelete={() => setDeleting(call)} />
        ))}
      </ul>
      {model.hasMore.value && (
        <button
          type="button"
          class="secondary more"
          aria-busy={model.more.isBusy.value}
          onClick={() => void model.showMore()}
        >
          {words.more}
        </button>
      )}
      <FaultText fault={model.more.fault.value} />
      <div class="history-actions">
        <a class="button quiet" href="/recordings" data-testid="to-recordings">
          <Icon of={Clapperboard} size={20} />
          {recordings}
        </a>
        <a
          class="button quiet"
          href="/api/calls/export?format=csv"
          download
          data-testid="export-csv"
        >
          <Icon of={Download} size={20} />
          {words.exportCsv}
        </a>
        <a class="button quiet" href="/api/calls/export" download data-testid="export-json">
          <Icon of={Download} size={20} />
          {words.exportJson}
        </a>
        <button
          type="button"
          class="quiet"
          data-testid="delete-all"
          onClick={() => setDeletingAll(true)}
        >
          <Icon of={Trash2} size={20} />
          {words.deleteAll}
        </button>
      </div>
      {isDeletingAll && (
        <ConfirmDialog
          title={words.deleteAllTitle}
          text={words.deleteAllText}
          action={words.deleteAll}
          isBusy={model.deletion.isBusy.value}
          fault={model.deletion.fault.value}
          onConfirm={() => void model.deleteAll().then((isGone) => isGone && setDeletingAll(false))}
          onCancel={() => setDeletingAll(false)}
        />
      )}
      {deleting && (
        <ConfirmDialog
          title={words.deleteOneTitle}
          text={words.deleteOneText}
          action={words.deleteOne}
          isBusy={model.deletion.isBusy.value}
          fault={model.deletion.fault.value}
          onConfirm={() =>
            void model.delete(deleting.id).then((isGone) => isGone && setDeleting(null))
          }
          onCancel={() => setDeleting(null)}
        />
      )}
    </>
  )
}

function Filter({ model }: { model: HistoryModel }) {
  const words = usePeopleWords().calls
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">{words.filter}</legend>
      {CALL_FILTERS.map((filter) => (
        <label key={filter}>
          <input
            type="radio"
            name="filter"
            value={filter}
            checked={model.filter.value === filter}
            onChange={() => (model.filter.value = filter)}
          />
          <span>{words[filter]}</span>
        </label>
      ))}
    </fieldset>
  )
}

interface HistoryRowProps {
  home: Home
  call: HistoryCall
  onDelete: () => void
}

function HistoryRow({ home, call, onDelete }: HistoryRowProps) {
  const said = useSaid()
  const words = useWords()
  const { calls } = said.words
  const isOut = isOutgoing(call)
  const icon = call.isMissed ? PhoneMissed : isOut ? PhoneOutgoing : PhoneIncoming
  const name = titleOf(call.with) || said.words.unnamed
  const isThere = home.people.byId(call.with.id) !== undefined
  return (
    <li
      class="history-row"
      data-testid="history-row"
      data-missed={call.isMissed}
      data-reason={call.reason}
    >
      <a class="history-link" href={`/calls/${call.id}`} title={calls.details}>
        <span class="history-icon">
          <Icon of={icon} size={20} />
          <span class="visually-hidden">{isOut ? calls.directionOut : calls.directionIn}</span>
        </span>
        <span class="person-words">
          <span class="person-name">
            <bdi>{name}</bdi>
          </span>
          <span class="person-status">
            <time dateTime={new Date(call.startedAt).toISOString()}>
              {momentOf(call.startedAt, home.now.value, said)}
            </time>
            {' · '}
            <span class="history-end">{callSentence(call, words, said.words)}</span>
            {call.text && (
              <>
                {': '}
                <bdi>{call.text}</bdi>
              </>
            )}
          </span>
        </span>
      </a>
      {isThere && (
        <RoundButton
          class="plain accent"
          icon={PhoneOutgoing}
          label={calls.callBack(name)}
          testId="call-back"
          onPress={() => home.calls.call(call.with.id, call.media)}
        />
      )}
      <RoundButton
        class="plain"
        icon={Trash2}
        label={calls.deleteOne}
        testId="delete-call"
        onPress={onDelete}
      />
    </li>
  )
}
