import { sendRecordedFile } from '../captures/recorded-file.ts'
import type { RecordingAccess } from '../captures/recording-access.ts'
import { MAX_SHOWN_KEYS } from '../captures/limits.ts'
import { parseRecordingKey, type RecordingKey } from '../captures/recording-key.ts'
import { passCookie, readPass } from '../captures/recording-pass.ts'
import type { Recordings } from '../captures/recordings.ts'
import type { Identity } from '../accounts/identity.ts'
import { mediaTypeOf } from '../http/media-types.ts'
import type { Recording } from '../store/recording-store.ts'
import { ApiError, notFound } from './api-error.ts'
import { pageOf } from './fields.ts'
import type { ApiRequest, ApiRoutes } from './route.ts'

/** What the endpoints on recordings stand on. */
export interface RecordingServices {
  recordings: Recordings
  access: RecordingAccess
}

/** A recording as its members see it. */
export type RecordingInfo = ReturnType<typeof infoOf>

/** Recordings of calls, for who was in them; undefined: there are none here. */
export function recordingRoutes(services: RecordingServices | undefined): ApiRoutes {
  return [
    {
      method: 'GET',
      path: '/api/recordings',
      access: 'anyone',
      handle: async (request, identity) => ({
        status: 200,
        json: {
          // Where there are none here, those of before are not gone.
          isOffered: services !== undefined,
          recordings: services ? await listed(services, request, identity) : [],
        },
      }),
    },
    {
      method: 'GET',
      path: '/api/recordings/:id',
      access: 'anyone',
      async handle(request, identity) {
        const { recordings, access } = required(services)
        const recording = await found(access, request, identity)
        return { status: 200, json: { recording: infoOf(recording, recordings) } }
      },
    },
    {
      method: 'POST',
      path: '/api/recordings/:id/pass',
      access: 'anyone',
      async handle(request, identity) {
        const { access } = required(services)
        const { id } = await found(access, request, identity)
        const shown = keysIn(request.context.headers.get('authorization'))
        const key = shown.find((pair) => pair.id === id)
        return { status: 204, cookies: key ? [passCookie(key)] : [] }
      },
    },
    {
      method: 'GET',
      path: '/api/recordings/:id/files/:name',
      access: 'anyone',
      async handle(request, identity) {
        const { recordings, access } = required(services)
        const recording = await found(access, request, identity)
        const name = request.param('name')
        const path = recordings.directory.fileAt(recording.id, name)
        const isThere = recording.files.some((file) => file.name === name)
        if (path === undefined || !isThere) throw notFound()
        const isDownload = request.query.has('download')
        const file = { recording, name, path, isDownload }
        const answer = await sendRecordedFile(file, request.context.headers)
        if (!answer) throw notFound()
        return answer
      },
    },
    {
      method: 'DELETE',
      path: '/api/recordings/:id',
      access: 'anyone',
      async handle(request, identity) {
        const { recordings, access } = required(services)
        const { id, state } = await found(access, request, identity)
        if (state === 'recording') throw new ApiError('not-allowed', 'It is still being recorded.')
        if (!(await recordings.delete(id))) throw notFound()
        return { status: 204 }
      },
    },
  ]
}

function required(services: RecordingServices | undefined): RecordingServices {
  if (!services) throw notFound()
  return services
}

/** The recording that is asked for. Throws `not-found` for those who may not see it. */
async function found(
  access: RecordingAccess,
  request: ApiRequest,
  identity: Identity | undefined,
): Promise<Recording> {
  const id = request.param('id')
  const recording = await access.find(id, askerOf(request, identity))
  if (recording === 'guesses-too-often') throw guessesTooOften()
  if (!recording) throw notFound()
  return recording
}

/** Those of the account, and those whose keys are shown; the latest first. */
async function listed(
  { recordings, access }: RecordingServices,
  request: ApiRequest,
  identity: Identity | undefined,
): Promise<RecordingInfo[]> {
  const asker = askerOf(request, identity)
  const own = asker.user === undefined ? [] : await recordings.of(asker.user, pageOf(request))
  const all = new Map(own.map((recording) => [recording.id, recording]))
  for (const { id } of asker.keys) {
    if (all.has(id)) continue
    const recording = await access.find(id, asker)
    if (recording === 'guesses-too-often') throw guessesTooOften()
    if (recording) all.set(id, recording)
  }
  return [...all.values()]
    .sort((one, other) => other.startedAt - one.startedAt)
    .map((recording) => infoOf(recording, recordings))
}

function askerOf({ context: { headers, address } }: ApiRequest, identity: Identity | undefined) {
  const pass = readPass(headers)
  return {
    user: identity?.user.id,
    keys: [...keysIn(headers.get('authorization')), ...(pass ? [pass] : [])],
    address,
  }
}

/** `Bearer id.key`, or several with commas between them. */
function keysIn(header: string | null): RecordingKey[] {
  const [, shown = ''] = /^bearer +(.+)$/i.exec(header ?? '') ?? []
  return shown.split(',', MAX_SHOWN_KEYS).flatMap((pair) => parseRecordingKey(pair.trim()) ?? [])
}

function infoOf(recording: Recording, recordings: Recordings) {
  const { id, room, names, startedAt, endedAt, state, fault, files } = recording
  return {
    id,
    room,
    names,
    startedAt,
    endedAt,
    state,
    fault,
    /** Of merging. */
    progress: recordings.progressOf(id) ?? null,
    expiresAt: recordings.expiryOf(recording),
    files: files.map((file) => ({ ...file, type: mediaTypeOf(file.name) })),
  }
}

function guessesTooOften(): ApiError {
  return new ApiError('rate-limited', 'Too many wrong keys.', { retryAfterMs: 2000 })
}
