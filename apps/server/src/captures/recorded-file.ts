import { stat } from 'node:fs/promises'
import { mediaTypeOf } from '../http/media-types.ts'
import { isNotModified, isRangeStale, validatorsOf } from '../http/validators.ts'
import type { Recording } from '../store/recording-store.ts'

/** UTF-16 units of a room's or member's name in a file's name. */
const MAX_NAME_LENGTH = 40

/** A file of a recording as it is sent. */
export interface SentFile {
  recording: Recording
  /** Its name in the recording. */
  name: string
  /** Where it is. */
  path: string
  /** To be kept, in place of played. */
  isDownload: boolean
}

/** Answers with the file, or the range of it that is asked for; undefined: it is not there any more. */
export async function sendRecordedFile(
  { recording, name, path, isDownload }: SentFile,
  request: Headers,
): Promise<Response | undefined> {
  const stats = await stat(path).catch(() => undefined)
  if (!stats?.isFile()) return undefined
  const validators = validatorsOf(stats)
  const title = downloadName(recording, name)
  const headers = {
    'content-type': mediaTypeOf(name),
    'content-disposition': `${isDownload ? 'attachment' : 'inline'}; ${nameParameters(title)}`,
    'accept-ranges': 'bytes',
    etag: validators.etag,
    'last-modified': new Date(validators.modifiedAt).toUTCString(),
  }
  if (isNotModified(request, validators)) return new Response(null, { status: 304, headers })
  const file = Bun.file(path)
  // Bun answers ranges of a file by itself, unless it can't see that it is one.
  const isWhole = request.has('range') && isRangeStale(request, validators)
  return new Response(isWhole ? file.stream().pipeThrough(new TransformStream()) : file, {
    headers,
  })
}

/** `lake 2026-11-30 10-15 Ann.webm`: nothing that a file system or a header could stumble over. */
function downloadName({ room, names, startedAt, files }: Recording, name: string): string {
  const { member = null } = files.find((file) => file.name === name) ?? {}
  const time = new Date(startedAt).toISOString().slice(0, 16).replace('T', ' ').replace(':', '-')
  const whose = member === null ? '' : names[member] || String(member + 1)
  const part = /-\d+(?=\.)/.exec(name)?.[0] ?? ''
  const ending = name.slice(name.lastIndexOf('.'))
  const words = [plain(room), time, plain(whose)].filter((word) => word !== '').join(' ')
  return `${words}${part}${ending}`
}

function plain(text: string): string {
  const letters = Array.from(text.normalize('NFC'), (letter) =>
    /[\p{L}\p{M}\p{N} _-]/u.test(letter) ? letter : '_',
  )
  return letters.slice(0, MAX_NAME_LENGTH).join('').trim()
}

/** RFC 6266 §4.3: once for those that know ASCII only, once as it is. */
function nameParameters(title: string): string {
  const ascii = title.replaceAll(/[^\x20-\x7e]/g, '_')
  return `filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(title.toWellFormed())}`
}
