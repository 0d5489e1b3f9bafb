import { useState } from 'preact/hooks'
import type { HomeAccount } from '../../state/home-account.ts'
import type { Recording } from '../../state/recordings/recording.ts'
import type { RecordingsModel } from '../../state/recordings/recordings-model.ts'
import { PageHeader } from '../page-header.tsx'
import { PageTitle } from '../page-title.tsx'
import { FaultText } from '../people/fault-text.tsx'
import { QuestionDialog } from '../people/question-dialog.tsx'
import { RecordingRow } from './recording-row.tsx'
import { useRecordingsWords } from './use-recordings-words.ts'

export interface RecordingsPageProps {
  model: RecordingsModel
  account: HomeAccount
}

/** `/recordings`: what was recorded, to play, to keep and to delete. */
export function RecordingsPage({ model, account }: RecordingsPageProps) {
  const words = useRecordingsWords()
  return (
    <div class="page">
      <PageHeader />
      <main class="column recordings">
        <PageTitle>{words.title}</PageTitle>
        <Content model={model} />
        {account.state.value === 'signed-out' && model.state.value.name !== 'off' && (
          <p class="hint recordings-login">
            {words.logInHint}{' '}
            <a class="text-link" href="/login">
              {words.logIn}
            </a>
          </p>
        )}
      </main>
    </div>
  )
}

function Content({ model }: { model: RecordingsModel }) {
  const words = useRecordingsWords()
  const state = model.state.value
  switch (state.name) {
    case 'loading':
      return (
        <p class="hint" role="status">
          {words.loading}
        </p>
      )
    case 'off':
      return (
        <p class="hint" role="status">
          {words.off}
        </p>
      )
    case 'failed':
      return (
        <div class="failed">
          <FaultText fault={state.fault} />
          <button type="button" class="secondary" onClick={() => void model.load()}>
            {words.retry}
          </button>
        </div>
      )
    case 'ready':
      return <List model={model} recordings={state.recordings} />
  }
}

function List({ model, recordings }: { model: RecordingsModel; recordings: readonly Recording[] }) {
  const words = useRecordingsWords()
  const [deleting, setDeleting] = useState<Recording | null>(null)
  const [hasDeleted, setDeleted] = useState(false)
  const confirm = async (recording: Recording) => {
    if (!(await model.delete(recording))) return
    setDeleting(null)
    setDeleted(true)
  }
  return (
    <>
      {recordings.length === 0 ? (
        <div class="empty" data-testid="empty">
          <h2>{words.emptyTitle}</h2>
          <p class="hint">{words.empty}</p>
          <a class="button primary" href="/">
            {words.startCall}
          </a>
        </div>
      ) : (
        <>
          <p class="hint">{words.lead}</p>
          <ul class="recording-list" aria-label={words.title}>
            {recordings.map((recording) => (
              <RecordingRow
                key={recording.id}
                model={model}
                recording={recording}
                onDelete={() => {
                  model.deletion.clear()
                  setDeleted(false)
                  setDeleting(recording)
                }}
              />
            ))}
          </ul>
        </>
      )}
      <p class="hint" role="status">
        {hasDeleted && words.deleted}
      </p>
      {deleting && (
        <QuestionDialog
          title={words.deleteTitle}
          text={words.deleteText}
          action={words.delete}
          cancel={words.cancel}
          isBusy={model.deletion.isBusy.value}
          fault={model.deletion.fault.value}
          onConfirm={() => void confirm(deleting)}
          onCancel={() => setDeleting(null)}
        />
      )}
    </>
  )
}
