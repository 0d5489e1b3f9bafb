import { CircleAlert, Trash2 } from 'lucide'
import { useState } from 'preact/hooks'
import { captureFaultSentence } from '../../i18n/capture-fault-sentences.ts'
import type { RecordingsWords } from '../../i18n/recordings-en.ts'
import { dateAndTime, dateOf } from '../../state/people/said-when.ts'
import { lengthOf, type Recording } from '../../state/recordings/recording.ts'
import type { RecordingsModel } from '../../state/recordings/recordings-model.ts'
import { durationSentence } from '../../state/wording.ts'
import { useApp, useWords } from '../app-context.ts'
import { Icon } from '../icon.tsx'
import { RoundButton } from '../round-button.tsx'
import { Player } from './player.tsx'
import { RecordingFiles } from './recording-files.tsx'
import { useRecordingsWords } from './use-recordings-words.ts'

export interface RecordingRowProps {
  model: RecordingsModel
  recording: Recording
  onDelete: () => void
}

/** One recording: of whom, when, how long, and its files. */
export function RecordingRow({ model, recording, onDelete }: RecordingRowProps) {
  const words = useRecordingsWords()
  const common = useWords()
  const language = useApp().languages.language.value
  const [playing, setPlaying] = useState<string | null>(null)
  const { expiresAt, fault, files, room, state } = recording
  const when = dateAndTime(recording.startedAt, language)
  const title = titleOf(recording, words)
  const file = files.find(({ name }) => name === playing)
  return (
    <li class="card recording-row" data-testid="recording-row" data-state={state}>
      <div class="recording-head">
        <div class="recording-words">
          <h2>
            <bdi>{title || words.room(room)}</bdi>
          </h2>
          <p class="hint">
            <time dateTime={new Date(recording.startedAt).toISOString()}>{when}</time>
            {' · '}
            <span class="unbroken">
              {durationSentence(common, lengthOf(recording, model.now.value))}
            </span>
          </p>
          {title !== '' && (
            <p class="hint">
              <bdi>{words.room(room)}</bdi>
            </p>
          )}
        </div>
        {/* What still grows can't be deleted. */}
        {state !== 'recording' && (
          <RoundButton
            class="plain"
            icon={Trash2}
            label={words.deleteOf(when)}
            testId="delete-recording"
            onPress={onDelete}
          />
        )}
      </div>
      <State recording={recording} />
      {fault !== null && (
        <p class="recording-fault">
          <Icon of={CircleAlert} size={20} />
          {captureFaultSentence(fault, language)}
        </p>
      )}
      {file && <Player key={file.name} recording={recording} file={file} />}
      <RecordingFiles
        model={model}
        recording={recording}
        playing={playing}
        onPlay={(name) => {
          if (name === playing) setPlaying(null)
          else void model.enter(recording).then(() => setPlaying(name))
        }}
      />
      {expiresAt !== null && (
        <p class="recording-expiry">{words.keptUntil(dateOf(expiresAt, language))}</p>
      )}
    </li>
  )
}

/** What is said of one that is not simply ready. */
function State({ recording }: { recording: Recording }) {
  const words = useRecordingsWords()
  const { files, progress, state } = recording
  if (state === 'ready') return files.length === 0 ? <p class="hint">{words.nothing}</p> : null
  if (state !== 'merging') {
    return (
      <p class="recording-state" data-state={state}>
        {state === 'recording' && <span class="red-dot" aria-hidden="true" />}
        {words.states[state]}
      </p>
    )
  }
  return (
    <div class="recording-merging">
      <p class="recording-state" data-state={state}>
        {words.states.merging(Math.floor(progress * 100))}
      </p>
      <progress max={1} value={progress} aria-label={words.progress} />
    </div>
  )
}

/** Who was recorded; empty when nobody has a name. */
function titleOf({ names }: Recording, words: RecordingsWords): string {
  const [one = '', other = ''] = names.filter((name) => name !== '')
  return other === '' ? one : words.people(one, other)
}
