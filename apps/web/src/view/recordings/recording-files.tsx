import { Download, Play, X } from 'lucide'
import type { RecordingsWords } from '../../i18n/recordings-en.ts'
import {
  partOf,
  sizeText,
  type Recording,
  type RecordingFile,
} from '../../state/recordings/recording.ts'
import { fileAddress } from '../../state/recordings/recordings-api.ts'
import type { RecordingsModel } from '../../state/recordings/recordings-model.ts'
import { durationSentence } from '../../state/wording.ts'
import { useWords } from '../app-context.ts'
import { Icon } from '../icon.tsx'
import { RoundButton } from '../round-button.tsx'
import { useRecordingsWords } from './use-recordings-words.ts'

export interface RecordingFilesProps {
  model: RecordingsModel
  recording: Recording
  /** The name of the file that is played. */
  playing: string | null
  onPlay: (name: string) => void
}

/** The files of a recording, each to play and to download. */
export function RecordingFiles({ model, recording, playing, onPlay }: RecordingFilesProps) {
  const words = useRecordingsWords()
  const common = useWords()
  const { files, state } = recording
  // A file that still grows is no file to play.
  if (files.length === 0 || state === 'recording') return null
  return (
    <ul class="recording-files">
      {files.map((file) => {
        const label = fileLabel(recording, file, words)
        const isPlaying = file.name === playing
        return (
          <li key={file.name} class="recording-file" data-testid="recording-file">
            <RoundButton
              class="plain accent"
              icon={isPlaying ? X : Play}
              label={isPlaying ? words.hide : words.playFile(label)}
              isExpanded={isPlaying}
              testId="play-recording"
              onPress={() => onPlay(file.name)}
            />
            <span class="recording-file-words">
              <bdi>{label}</bdi>
              <span class="hint">
                {durationSentence(common, file.durationMs)} · {sizeText(file.bytes)}
              </span>
            </span>
            <a
              class="quiet icon-only"
              href={fileAddress(recording, file, { isDownload: true })}
              download={file.name}
              title={words.download}
              aria-label={words.downloadFile(label, sizeText(file.bytes))}
              data-testid="download-recording"
              onClick={(event) => {
                if (model.isEntered(recording)) return
                event.preventDefault()
                const link = event.currentTarget
                void model.enter(recording).then(() => {
                  // What is refused is not asked for again and again.
                  if (model.isEntered(recording)) link.click()
                })
              }}
            >
              <Icon of={Download} size={20} />
            </a>
          </li>
        )
      })}
    </ul>
  )
}

/** What a file is called on the page. */
export function fileLabel(
  recording: Recording,
  file: RecordingFile,
  words: RecordingsWords,
): string {
  const { member } = file
  const name =
    member === null
      ? words.merged
      : words.ofMember(recording.names[member] || words.unnamed(member + 1))
  const part = partOf(recording, file)
  return part === undefined ? name : `${name}, ${words.part(part)}`
}
