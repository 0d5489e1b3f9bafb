import { messageOf, type Clock, type Logger } from '@duet/base'
import type { RecordedFile } from '@duet/capture'
import type { RecordingStore } from '../store/recording-store.ts'
import type { CaptureTools, LoadTools } from './capture-tools.ts'
import { MAX_CAPTURE_MS } from './limits.ts'
import { MERGED_FILE } from './recordings-directory.ts'
import type { Recordings } from './recordings.ts'

export interface RecoveryOptions {
  store: RecordingStore
  recordings: Pick<
    Recordings,
    'directory' | 'keep' | 'discard' | 'isActive' | 'progressOf' | 'takesMerge'
  >
  loadTools: LoadTools
  clock: Clock
  logger: Logger
}

/**
 * After a start: makes whole what another run of the server was recording when it died, has merged what
 * it did not come to, and clears away what it was deleting. Never rejects.
 */
export async function recoverRecordings(options: RecoveryOptions): Promise<void> {
  const { store, recordings, logger } = options
  try {
    for (const id of await recordings.directory.removeLeftovers()) await store.delete(id)
  } catch (error) {
    logger.error('deleted recordings could not be cleared away', { error: messageOf(error) })
  }
  await recoverUnfinished(options)
}

/** Takes up what is neither whole nor merged, and what was put off while too many waited. Never rejects. */
export async function recoverUnfinished(options: RecoveryOptions): Promise<void> {
  const { store, loadTools, logger } = options
  try {
    const unfinished = await store.unfinished()
    if (unfinished.length === 0) return
    const tools = await loadTools()
    for (const { id } of unfinished) await recoverOne(id, options, tools)
  } catch (error) {
    logger.error('interrupted recordings could not be repaired', { error: messageOf(error) })
  }
}

async function recoverOne(
  id: string,
  { store, recordings, clock, logger }: RecoveryOptions,
  tools: CaptureTools,
): Promise<void> {
  // It was begun meanwhile, or waits to be merged already.
  if (recordings.isActive(id) || recordings.progressOf(id) !== undefined) return
  // Those before it took their time: it may be deleted or finished by now.
  const recording = await store.byId(id)
  if (!recording || recording.state === 'ready') return
  const { state, startedAt } = recording
  if (!(await recordings.directory.has(id))) {
    // Another server on this database may be recording it.
    const isForgotten = startedAt + 2 * MAX_CAPTURE_MS < clock.now()
    if (isForgotten && state !== 'interrupted') await recordings.discard(id)
    return
  }
  if (state !== 'recording' && !recordings.takesMerge()) return
  const files = await repairedFiles(id, { recordings, logger }, tools)
  if (files.every((parts) => parts.length === 0)) {
    if (state !== 'interrupted') await recordings.discard(id)
    return
  }
  if (state === 'recording') logger.info('an interrupted recording was repaired', { recording: id })
  await recordings.keep(id, {
    files,
    endedAt: recording.endedAt ?? endOf(files.flat()) ?? startedAt,
    fault: recording.fault,
    isInterrupted: state !== 'merging',
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
