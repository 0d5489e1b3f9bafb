/**
 * recording: it goes on. merging: it ended, and the two pictures are being put side by side. ready:
 * it is as it will stay. interrupted: the server died meanwhile.
 */
export const RECORDING_STATES = ['recording', 'merging', 'ready', 'interrupted'] as const
export type RecordingState = (typeof RECORDING_STATES)[number]

/** One file of a recording. */
export interface RecordingFile {
  name: string
  /** member: what one of the two sent. merged: both, side by side. */
  kind: 'member' | 'merged'
  /** Empty: the member has no name, or the file is of both. */
  memberName: string
  bytes: number
  durationMs: number
}

/** A recording of a call, as the server tells of it. */
export interface Recording {
  id: string
  room: string
  startedAt: number
  /** Null while it goes on. */
  endedAt: number | null
  state: RecordingState
  /** Of `merging`, from 0 to 1. */
  progress: number
  /** Why there is less of it than there could be; null: nothing went wrong. */
  fault: string | null
  /** Both side by side before what each of them sent. */
  files: readonly RecordingFile[]
}

type Fields = Record<string, unknown>

/** Reads what the server says of a recording; undefined when it is none. */
export function readRecording(value: unknown): Recording | undefined {
  const { id, room, startedAt, endedAt, state, progress, fault, files } = fieldsOf(value)
  const known = RECORDING_STATES.find((each) => each === state)
  if (typeof id !== 'string' || typeof startedAt !== 'number' || !known) return undefined
  const list = Array.isArray(files) ? files.map(readFile).filter((file) => file !== undefined) : []
  return {
    id,
    room: typeof room === 'string' ? room : '',
    startedAt,
    endedAt: typeof endedAt === 'number' ? endedAt : null,
    state: known,
    progress: typeof progress === 'number' ? Math.min(1, Math.max(0, progress)) : 0,
    fault: typeof fault === 'string' ? fault : null,
    files: list.toSorted((one, other) => Number(isOfOne(one)) - Number(isOfOne(other))),
  }
}

/** How long it is, in milliseconds: what can be played, else how long it took until `now`. */
export function lengthOf({ files, startedAt, endedAt }: Recording, now: number): number {
  const longest = Math.max(0, ...files.map(({ durationMs }) => durationMs))
  return longest || Math.max(0, (endedAt ?? now) - startedAt)
}

/** What the two are called, each once; an empty name for one who has none. */
export function peopleOf({ files }: Recording): string[] {
  return [...new Set(files.filter(isOfOne).map(({ memberName }) => memberName))]
}

/** Which part of one member's picture a file is, from 1; undefined when there is only one. */
export function partOf({ files }: Recording, file: RecordingFile): number | undefined {
  const parts = files.filter(
    ({ kind, memberName }) => kind === file.kind && memberName === file.memberName,
  )
  return parts.length > 1 ? parts.indexOf(file) + 1 : undefined
}

/** A size in words: `12.3 MB`. */
export function sizeText(bytes: number): string {
  const units = ['kB', 'MB', 'GB']
  let size = bytes / 1000
  let unit = units.shift() ?? ''
  while (size >= 1000 && units.length > 0) {
    size /= 1000
    unit = units.shift() ?? ''
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`
}

function isOfOne({ kind }: RecordingFile): boolean {
  return kind === 'member'
}

function readFile(value: unknown): RecordingFile | undefined {
  const { name, kind, memberName, bytes, durationMs } = fieldsOf(value)
  if (typeof name !== 'string' || name === '') return undefined
  return {
    name,
    kind: kind === 'merged' ? 'merged' : 'member',
    memberName: typeof memberName === 'string' ? memberName : '',
    bytes: typeof bytes === 'number' ? bytes : 0,
    durationMs: typeof durationMs === 'number' ? durationMs : 0,
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}
