import { systemClock } from '@duet/base'
import { browserMemory } from '../../browser/memory.ts'
import { CaptureModel } from '../../state/captures/capture-model.ts'
import { RecordingKeys } from '../../state/recordings/recording-keys.ts'
import type { StageModel } from '../../state/stage-model.ts'

/** Gives a call what asks, answers, starts and stops, if it has it not yet. */
export function holdCaptureModel({ call, captures, model, notices }: StageModel): void {
  const keys = new RecordingKeys(browserMemory)
  captures.keep(
    () =>
      new CaptureModel({
        call,
        info: captures.info,
        peerName: () => model.peer.peek()?.name ?? '',
        notices,
        timers: systemClock,
        keep: (recording) => keys.keep(recording),
        openRecordings: () => window.open('/recordings', '_blank', 'noopener'),
      }),
  )
}
