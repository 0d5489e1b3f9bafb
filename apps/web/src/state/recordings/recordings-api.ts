import { askApi, type ApiFetch, type ApiResult } from '../people/api-request.ts'
import { readRecording, type Recording, type RecordingFile } from './recording.ts'
import type { RecordingKey } from './recording-keys.ts'

/** Keys that one request shows; the server looks at no more. */
const MAX_SHOWN_KEYS = 50

/** What is heard of recordings. */
export interface RecordingList {
  /** False: this server shows none now, whatever it keeps. */
  isOffered: boolean
  recordings: Recording[]
  /** Keys that open nothing any more. */
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
    const found = new Map<string, Recording>()
    for (let shown = 0; shown === 0 || shown < keys.length; shown += MAX_SHOWN_KEYS) {
      const result = await this.#ask(keys.slice(shown, shown + MAX_SHOWN_KEYS))
      if (!result.ok) return result
      const { isOffered, recordings } = result.value
      if (!isOffered) return { ok: true, value: { isOffered, recordings: [], missing: [] } }
      for (const recording of recordings) found.set(recording.id, recording)
    }
    const missing = keys.flatMap(({ id }) => (found.has(id) ? [] : id))
    const recordings = [...found.values()].toSorted((one, other) => other.startedAt - one.startedAt)
    return { ok: true, value: { isOffered: true, recordings, missing } }
  }

  delete(id: string, key: string | undefined): Promise<ApiResult<void>> {
    return askApi(this.#fetch, `recordings/${encodeURIComponent(id)}`, {
      method: 'DELETE',
      headers: bearer(key === undefined ? [] : [{ id, key }]),
    })
  }

  /** Lets this browser play and keep its files for some hours. */
  enter(id: string, key: string): Promise<ApiResult<void>> {
    return askApi(this.#fetch, `recordings/${encodeURIComponent(id)}/pass`, {
      method: 'POST',
      headers: bearer([{ id, key }]),
    })
  }

  async #ask(keys: readonly RecordingKey[]): Promise<ApiResult<Omit<RecordingList, 'missing'>>> {
    const result = await askApi<{ isOffered?: unknown; recordings?: unknown } | undefined>(
      this.#fetch,
      'recordings',
      { method: 'GET', headers: bearer(keys) },
    )
    if (!result.ok) return result
    const { isOffered, recordings } = result.value ?? {}
    const list = Array.isArray(recordings) ? recordings : []
    return {
      ok: true,
      value: {
        isOffered: isOffered !== false,
        recordings: list.map(readRecording).filter((each) => each !== undefined),
      },
    }
  }
}

/** Where a file is, for a player or, with `isDownload`, for the disk. */
export function fileAddress(
  { id }: Recording,
  { name }: RecordingFile,
  { isDownload = false }: { isDownload?: boolean } = {},
): string {
  const path = `/api/recordings/${encodeURIComponent(id)}/files/${encodeURIComponent(name)}`
  return isDownload ? `${path}?download=1` : path
}

function bearer(keys: readonly RecordingKey[]): Record<string, string> {
  const pairs = keys.map(({ id, key }) => `${id}.${key}`)
  return pairs.length === 0 ? {} : { authorization: `Bearer ${pairs.join(',')}` }
}
