import { HEAD_BYTES } from '../limits.ts'
import type { VideoCodec } from '../recording.ts'
import {
  AUDIO_TRACK,
  lastFrameMs,
  opusDurationMs,
  type Tracks,
  VIDEO_TRACK,
} from '../recording/tracks.ts'
import type { OpenFile } from '../files/open-file.ts'
import { type ElementHead, element, ID, readElement, readNumber, unsigned } from './ebml.ts'
import { matroskaHead, startedMsOf } from './matroska.ts'
import type { FileIndex } from '../files/file-index.ts'

const CODECS: Record<string, VideoCodec> = {
  V_VP8: 'VP8',
  V_VP9: 'VP9',
  V_AV1: 'AV1',
  'V_MPEG4/ISO/AVC': 'H264',
}

/** A player that seeks reads at most so much that it does not need. */
const CUE_INTERVAL_MS = 2000

interface Head {
  tracks: Tracks
  startedMs: number
  /** The file was finished: its segment has a size, which is the rest of the file. */
  segmentBytes: number | undefined
  segmentDataAt: number
}

interface Cue {
  timeMs: number
  clusterAt: number
}

/** Reads a WebM file of ours as far as it is whole; undefined when it is none. */
export async function readWebm(file: OpenFile): Promise<FileIndex | undefined> {
  const head = readHead(await file.read(0, HEAD_BYTES))
  if (!head) return undefined
  const fileBytes = await file.size()
  const clusters = new Clusters(head.tracks.video !== undefined)
  let at = HEAD_BYTES
  for (;;) {
    const found = await elementAt(file, at)
    const end = at + (found ? found.headBytes + (found.size ?? Infinity) : 0)
    if (found?.id !== ID.cluster || end > fileBytes) break
    clusters.handle(await file.read(at + found.headBytes, found.size ?? 0), at)
    at = end
  }
  const { startedMs, tracks, segmentDataAt, segmentBytes } = head
  return {
    container: 'webm',
    isWhole: segmentBytes !== undefined && segmentDataAt + segmentBytes === fileBytes,
    hasFrames: at > HEAD_BYTES,
    startedMs,
    durationMs: clusters.durationMs,
    tracks,
    mediaEnd: at,
    tail: () => cuesOf(clusters.cues, tracks.video ? VIDEO_TRACK : AUDIO_TRACK, segmentDataAt),
    head: (tail) =>
      matroskaHead(tracks, startedMs, {
        durationMs: clusters.durationMs,
        cuesAt: at,
        fileBytes: at + tail.length,
      }),
  }
}

/** What the clusters say of time. */
class Clusters {
  readonly cues: Cue[] = []
  readonly #hasVideo: boolean
  #audioEndMs = 0
  #videoMs: number | undefined
  #videoStepMs: number | undefined

  constructor(hasVideo: boolean) {
    this.#hasVideo = hasVideo
  }

  get durationMs(): number {
    const videoEnd =
      this.#videoMs === undefined ? 0 : this.#videoMs + lastFrameMs(this.#videoStepMs)
    return Math.max(this.#audioEndMs, videoEnd)
  }

  handle(bytes: Uint8Array, clusterAt: number): void {
    let startMs = 0
    for (let at = 0; at < bytes.length;) {
      const found = readElement(bytes, at)
      if (!found) return
      const dataAt = at + found.headBytes
      at = dataAt + (found.size ?? bytes.length)
      if (found.id === ID.timestamp) startMs = readNumber(bytes, dataAt, found.size ?? 0)
      else if (found.id === ID.simpleBlock)
        this.#handleBlock(bytes.subarray(dataAt, at), startMs, clusterAt)
    }
  }

  #handleBlock(block: Uint8Array, startMs: number, clusterAt: number): void {
    const [track = 0, high = 0, low = 0, flags = 0] = block
    const timeMs = startMs + ((((high << 8) | low) << 16) >> 16)
    const isVideo = (track & 0x7f) === VIDEO_TRACK
    if (isVideo) {
      if (this.#videoMs !== undefined) this.#videoStepMs = timeMs - this.#videoMs
      this.#videoMs = timeMs
    } else {
      const endMs = timeMs + opusDurationMs(block.subarray(4, 6))
      if (endMs > this.#audioEndMs) this.#audioEndMs = endMs
    }
    if (isVideo !== this.#hasVideo || (flags & 0x80) === 0) return
    const last = this.cues.at(-1)
    if (last && timeMs - last.timeMs < CUE_INTERVAL_MS) return
    this.cues.push({ timeMs, clusterAt })
  }
}

function cuesOf(cues: readonly Cue[], track: number, segmentDataAt: number): Uint8Array {
  const points = cues.map(({ timeMs, clusterAt }) => {
    const position = unsigned(ID.cueClusterPosition, clusterAt - segmentDataAt)
    const positions = element(ID.cueTrackPositions, unsigned(ID.cueTrack, track), position)
    return element(ID.cuePoint, unsigned(ID.cueTime, timeMs), positions)
  })
  return element(ID.cues, ...points)
}

async function elementAt(file: OpenFile, at: number): Promise<ElementHead | undefined> {
  return readElement(await file.read(at, 12), 0)
}

function readHead(bytes: Uint8Array): Head | undefined {
  const ebml = readElement(bytes, 0)
  if (bytes.length < HEAD_BYTES || ebml?.id !== ID.ebml) return undefined
  const segmentAt = ebml.headBytes + (ebml.size ?? 0)
  const segment = readElement(bytes, segmentAt)
  if (segment?.id !== ID.segment) return undefined
  const segmentDataAt = segmentAt + segment.headBytes
  const found = children(bytes.subarray(segmentDataAt))
  const info = found.find(({ id }) => id === ID.info)
  const date = info && children(info.data).find(({ id }) => id === ID.dateUtc)
  const tracks = found.find(({ id }) => id === ID.tracks)
  if (date?.data.length !== 8 || !tracks) return undefined
  const startedMs = startedMsOf(Buffer.from(date.data).readBigInt64BE())
  return { tracks: readTracks(tracks.data), startedMs, segmentBytes: segment.size, segmentDataAt }
}

function readTracks(bytes: Uint8Array): Tracks {
  const tracks: Tracks = { hasAudio: false }
  for (const { data } of children(bytes)) {
    const fields = new Map(children(data).map((field) => [field.id, field.data]))
    const codec = CODECS[Buffer.from(fields.get(ID.codecId) ?? []).toString()]
    const size = fields.get(ID.video)
    if (!codec || !size) {
      tracks.hasAudio = true
      continue
    }
    const [width = 0, height = 0] = [ID.pixelWidth, ID.pixelHeight].map((id) => {
      const value = children(size).find((field) => field.id === id)?.data ?? new Uint8Array()
      return readNumber(value, 0, value.length)
    })
    const description = fields.get(ID.codecPrivate)
    tracks.video = { codec, width, height, ...(description && { description }) }
  }
  return tracks
}

/** The elements in `bytes`, as far as they are whole. */
function children(bytes: Uint8Array): { id: number; data: Uint8Array }[] {
  const found: { id: number; data: Uint8Array }[] = []
  for (let at = 0; at < bytes.length;) {
    const head = readElement(bytes, at)
    if (!head || head.size === undefined) break
    const dataAt = at + head.headBytes
    at = dataAt + head.size
    if (at <= bytes.length) found.push({ id: head.id, data: bytes.subarray(dataAt, at) })
  }
  return found
}
