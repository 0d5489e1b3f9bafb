import { useState } from 'preact/hooks'
import type { Recording, RecordingFile } from '../../state/recordings/recording.ts'
import { fileAddress } from '../../state/recordings/recordings-api.ts'
import { fileLabel } from './recording-files.tsx'
import { useRecordingsWords } from './use-recordings-words.ts'

export interface PlayerProps {
  recording: Recording
  file: RecordingFile
}

/** Plays a file where it stands; the browser asks for the pieces that it needs. */
export function Player({ recording, file }: PlayerProps) {
  const words = useRecordingsWords()
  const [hasFailed, setFailed] = useState(false)
  if (hasFailed) {
    return (
      <p class="recording-fault" role="alert">
        {words.playFailed}
      </p>
    )
  }
  return (
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- nobody wrote captions of a call
    <video
      class="recording-player"
      data-testid="recording-player"
      aria-label={words.playing(fileLabel(recording, file, words))}
      src={fileAddress(recording, file)}
      controls
      autoPlay
      playsInline
      onError={() => setFailed(true)}
    />
  )
}
