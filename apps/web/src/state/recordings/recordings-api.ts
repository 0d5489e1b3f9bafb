import { askApi, type ApiFetch, type ApiResult } from '../people/api-request.ts'
import { readRecording, type Recording, type RecordingFile } from './recording.ts'
import type { RecordingKey } from './recording-keys.ts'

/** Requests that are under way at once. */
const MAX_REQUESTS = 4

/** What is heard of recordings; `missing`: keys that open nothing any more. */
export interface RecordingList {
  recordings: Recording[]
  missing: string[]
}

/** The API of recordings. */
export class RecordingsApi {
  readonly #fetch: ApiFetch

  constructor(fetch: ApiFetch) {
    this.#fetch = fetch
  }

  /** Those of who is logged in, and those that `keys` open; the latest first. */
  async list(keys: readonly RecordingKey[]): Promise<ApiResult<RecordingList>> {
    const own = await this.#ask(undefined)
    if (!own.ok) return own
    const found = new Map(own.value.map((recording) => [recording.id, recording]))
    const missing: string[] = []
    const wanted = keys.filter(({ id }) => !found.has(id))
    const next = async (): Promise<ApiResult<Recording[]> | undefined> => {
      for (let key = wanted.shift(); key; key = wanted.shift()) {
        const result = await this.#ask(key)
        if (!result.ok) return result
        const { id } = key
        const recording = result.value.find((each) => each.id === id)
        if (recording) found.set(id, recording)
        else missing.push(id)
      }
      return undefined
    }
    const failed = (await Promise.all(Array.from({ length: MAX_REQUESTS }, next))).find(
      (result) => result !== undefined,
    )
    if (failed && !failed.ok) return failed
    const recordings = [...found.values()].toSorted((one, other) => other.startedAt - one.startedAt)
    return { ok: true, value: { recordings, missing } }
  }

  delete(id: string, key: string | undefined): Promise<ApiResult<void>> {
    return askApi(this.#fetch, `recordings/${encodeURIComponent(id)}`, {
      method: 'DELETE',
      headers: bearer(id, key),
    })
  }

  async #ask(key: RecordingKey | undefined): Promise<ApiResult<Recording[]>> {
    const result = await askApi<{ recordings?: unknown } | undefined>(this.#fetch, 'recordings', {
      method: 'GET',
      headers: key ? bearer(key.id, key.key) : {},
    })
    // Nobody is logged in, or the key opens nothing: there is nothing to show, and nothing wrong.
    if (!result.ok) {
      const isNothing = result.fault.code === 'not-signed-in' || result.fault.code === 'not-found'
      return isNothing ? { ok: true, value: [] } : result
    }
    const { recordings } = result.value ?? {}
    const list = Array.isArray(recordings) ? recordings : []
    return { ok: true, value: list.map(readRecording).filter((each) => each !== undefined) }
  }
}

/** Where a file is, for a player or, with `isDownload`, for the disk. */
export function fileAddress(
  { id }: Recording,
  { name }: RecordingFile,
  { key, isDownload = false }: { key: string | undefined; isDownload?: boolean },
): string {
  const query = new URLSearchParams()
  if (key !== undefined) query.set('key', key)
  if (isDownload) query.set('download', '1')
  const path = `/api/recordings/${encodeURIComponent(id)}/files/${encodeURIComponent(name)}`
  return query.size > 0 ? `${path}?${query}` : path
}

function bearer(id: string, key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${id}.${key}` }
}
