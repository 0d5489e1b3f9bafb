/**
 * recording: it goes on. merging: it ended, and the two pictures are being put side by side. ready:
 * it is as it will stay. interrupted: the server died meanwhile.
 */
export const RECORDING_STATES = ['recording', 'merging', 'ready', 'interrupted'] as const
export type RecordingState = (typeof RECORDING_STATES)[number]

/** One file of a recording. */
export interface RecordingFile {
  name: string
  /** Whose it is, as in `names`; null: both are in it, side by side. */
  member: number | null
  bytes: number
  durationMs: number
}

/** A recording of a call, as the server tells of it. */
export interface Recording {
  id: string
  room: string
  /** What its members are called, in the order in which they came; may be empty. */
  names: readonly string[]
  startedAt: number
  /** Null while it goes on. */
  endedAt: number | null
  state: RecordingState
  /** Of `merging`, from 0 to 1. */
  progress: number
  /** Why there is less of it than there could be; null: nothing went wrong. */
  fault: string | null
  /** When it is deleted by itself at the latest; null: never, or not known yet. */
  expiresAt: number | null
  /** Both side by side before what each of them sent. */
  files: readonly RecordingFile[]
}

type Fields = Record<string, unknown>

/** Reads what the server says of a recording; undefined when it is none. */
export function readRecording(value: unknown): Recording | undefined {
  const fields = fieldsOf(value)
  const { id, room, names, startedAt, state, progress, fault, files } = fields
  const known = RECORDING_STATES.find((each) => each === state)
  if (typeof id !== 'string' || typeof startedAt !== 'number' || !known) return undefined
  const list = Array.isArray(files) ? files.map(readFile).filter((file) => file !== undefined) : []
  return {
    id,
    room: textOf(room),
    names: Array.isArray(names) ? names.map(textOf) : [],
    startedAt,
    endedAt: numberOf(fields['endedAt']),
    state: known,
    progress: typeof progress === 'number' ? Math.min(1, Math.max(0, progress)) : 0,
    fault: typeof fault === 'string' ? fault : null,
    expiresAt: numberOf(fields['expiresAt']),
    files: list.toSorted((one, other) => (one.member ?? -1) - (other.member ?? -1)),
  }
}

/** How long it is, in milliseconds: what can be played, else how long it took until `now`. */
export function lengthOf({ files, startedAt, endedAt }: Recording, now: number): number {
  const longest = Math.max(0, ...files.map(({ durationMs }) => durationMs))
  return longest || Math.max(0, (endedAt ?? now) - startedAt)
}

/** Which part of one member's picture a file is, from 1; undefined when there is only one. */
export function partOf({ files }: Recording, file: RecordingFile): number | undefined {
  const parts = files.filter(({ member }) => member === file.member)
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

function readFile(value: unknown): RecordingFile | undefined {
  const { name, member, bytes, durationMs } = fieldsOf(value)
  if (typeof name !== 'string' || name === '') return undefined
  return {
    name,
    member: numberOf(member),
    bytes: numberOf(bytes) ?? 0,
    durationMs: numberOf(durationMs) ?? 0,
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}
