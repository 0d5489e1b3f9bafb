import { messageOf, type Clock, type Logger } from '@duet/base'
import type { RecordedFile } from '@duet/capture'
import type { Recording, RecordingStore } from '../store/recording-store.ts'
import type { CaptureTools, LoadTools } from './capture-tools.ts'
import { MAX_CAPTURE_MS } from './limits.ts'
import { MERGED_FILE } from './recordings-directory.ts'
import type { Recordings } from './recordings.ts'

export interface RecoveryOptions {
  store: RecordingStore
  recordings: Pick<Recordings, 'directory' | 'keep' | 'discard' | 'isActive'>
  loadTools: LoadTools
  clock: Clock
  logger: Logger
}

/**
 * After a start: makes whole what another run of the server was recording when it died, has merged what
 * it did not come to, and clears away what it was deleting. Never rejects.
 */
export async function recoverRecordings(options: RecoveryOptions): Promise<void> {
  const { store, recordings, loadTools, logger } = options
  try {
    for (const id of await recordings.directory.removeLeftovers()) await store.delete(id)
    const unfinished = await store.unfinished()
    if (unfinished.length === 0) return
    const tools = await loadTools()
    for (const recording of unfinished) await recoverOne(recording, options, tools)
  } catch (error) {
    logger.error('interrupted recordings could not be repaired', { error: messageOf(error) })
  }
}

async function recoverOne(
  recording: Recording,
  { recordings, clock, logger }: RecoveryOptions,
  tools: CaptureTools,
): Promise<void> {
  const { id, state, startedAt } = recording
  // It was begun meanwhile.
  if (recordings.isActive(id)) return
  if (!(await recordings.directory.has(id))) {
    // Another server on this database may be recording it.
    if (startedAt + 2 * MAX_CAPTURE_MS < clock.now()) await recordings.discard(id)
    return
  }
  const files = await repairedFiles(id, { recordings, logger }, tools)
  if (files.every((parts) => parts.length === 0)) {
    await recordings.discard(id)
    return
  }
  const isInterrupted = state === 'recording'
  if (isInterrupted) logger.info('an interrupted recording was repaired', { recording: id })
  await recordings.keep(id, {
    files,
    endedAt: recording.endedAt ?? endOf(files.flat()) ?? startedAt,
    fault: recording.fault,
    isInterrupted,
  })
}

async function repairedFiles(
  id: string,
  { recordings: { directory }, logger }: Pick<RecoveryOptions, 'recordings' | 'logger'>,
  tools: CaptureTools,
): Promise<readonly [RecordedFile[], RecordedFile[]]> {
  const members: [RecordedFile[], RecordedFile[]] = [[], []]
  for (const name of await directory.filesOf(id)) {
    const path = directory.fileAt(id, name)
    if (path === undefined || name === MERGED_FILE) continue
    try {
      const file = await tools.repairRecording(path)
      if (file) members[name.startsWith('1') ? 0 : 1].push(file)
    } catch (error) {
      logger.warn('a file of a recording could not be repaired', {
        recording: id,
        error: messageOf(error),
      })
    }
  }
  return members
}

function endOf(files: readonly RecordedFile[]): number | undefined {
  const ends = files.map(({ startedMs, durationMs }) => startedMs + durationMs)
  return ends.length === 0 ? undefined : Math.round(Math.max(...ends))
}
