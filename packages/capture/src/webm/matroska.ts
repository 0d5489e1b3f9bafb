import { HEAD_BYTES } from '../limits.ts'
import type { FrameBatch } from '../recording/frame-batch.ts'
import {
  AUDIO_TRACK,
  OPUS_CHANNELS,
  OPUS_RATE,
  VIDEO_TRACK,
  type Tracks,
  type VideoTrack,
} from '../recording/tracks.ts'
import { element, float, ID, idBytes, longSize, text, unsigned, voidOf } from './ebml.ts'

/** Times are milliseconds: one is a million nanoseconds. */
const TIMESTAMP_SCALE = 1_000_000

/** RFC 9559 §11.2: dates count nanoseconds from the beginning of 2001. */
const DATE_ORIGIN_MS = Date.UTC(2001, 0, 1)

/** Opus needs so much before a place to sound right there (RFC 7845 §4.6), in nanoseconds. */
const OPUS_PRE_ROLL = 80_000_000

const CODEC_IDS = { VP8: 'V_VP8', VP9: 'V_VP9', AV1: 'V_AV1', H264: 'V_MPEG4/ISO/AVC' } as const

const KEY_FRAME_FLAG = 0x80
const CLUSTER_HEAD_BYTES = 4 + 4 + 8
const BLOCK_HEAD_BYTES = 1 + 4 + 4

/** What a finished file says besides. Places count from the beginning of the file. */
export interface WholeFile {
  durationMs: number
  cuesAt: number
  fileBytes: number
}

/** The first `HEAD_BYTES` of a file; without `whole`, of one that goes on. */
export function matroskaHead(tracks: Tracks, startedMs: number, whole?: WholeFile): Uint8Array {
  const before = Buffer.concat([ebmlHeader('webm'), idBytes(ID.segment)])
  const dataAt = before.length + 8
  const info = infoOf(startedMs, whole?.durationMs)
  const list = tracksOf(tracks)
  const seekHead = whole
    ? seekHeadOf({
        infoBytes: info.length,
        tracksBytes: list.length,
        cuesAt: whole.cuesAt - dataAt,
      })
    : new Uint8Array()
  const size = longSize(whole && whole.fileBytes - dataAt)
  const parts = [before, size, seekHead, info, list]
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([...parts, voidOf(HEAD_BYTES - length)])
}

/** The beginning of a stream that is not kept. */
export function matroskaStreamHead(tracks: Tracks): Uint8Array {
  const info = element(ID.info, unsigned(ID.timestampScale, TIMESTAMP_SCALE), ...appNames())
  const segment = [idBytes(ID.segment), longSize()]
  return Buffer.concat([ebmlHeader('matroska'), ...segment, info, tracksOf(tracks)])
}

/** How long `writeCluster` of these frames is; 0 without any. */
export function clusterLength(frames: FrameBatch): number {
  if (frames.count === 0) return 0
  return CLUSTER_HEAD_BYTES + frames.count * BLOCK_HEAD_BYTES + frames.byteLength
}

/**
 * Writes one cluster of one frame or several, at most 32 seconds apart. `zeroMs` is the time at which
 * the file begins.
 */
export function writeCluster(frames: FrameBatch, zeroMs: number, bytes: Buffer): void {
  const { order } = frames
  const start = Math.max(0, Math.round(frames.timeMs(order[0]!) - zeroMs))
  bytes.writeUInt32BE(ID.cluster, 0)
  bytes.writeUInt32BE(0x1000_0000 | (clusterLength(frames) - 8), 4)
  bytes.writeUInt16BE((ID.timestamp << 8) | 0x86, 8)
  bytes.writeUIntBE(start, 10, 6)
  const clusterMs = start + zeroMs
  let at = CLUSTER_HEAD_BYTES
  for (const index of order) {
    // RFC 9559 §10.2.
    const time = Math.round(frames.timeMs(index) - clusterMs)
    bytes[at] = ID.simpleBlock
    bytes.writeUInt32BE(0x1000_0000 | (frames.length(index) + 4), at + 1)
    bytes[at + 5] = 0x80 | (frames.isVideo(index) ? VIDEO_TRACK : AUDIO_TRACK)
    bytes.writeInt16BE(Math.max(-0x8000, Math.min(0x7fff, time)), at + 6)
    bytes[at + 8] = frames.isEntry(index) ? KEY_FRAME_FLAG : 0
    at = frames.copy(index, bytes, at + BLOCK_HEAD_BYTES)
  }
}

/** Reads the date of `infoOf` back. */
export function startedMsOf(date: bigint): number {
  return DATE_ORIGIN_MS + Number(date / 1000n) / 1000
}

function ebmlHeader(docType: string): Uint8Array {
  return element(
    ID.ebml,
    unsigned(ID.ebmlVersion, 1),
    unsigned(ID.ebmlReadVersion, 1),
    unsigned(ID.ebmlMaxIdLength, 4),
    unsigned(ID.ebmlMaxSizeLength, 8),
    text(ID.docType, docType),
    unsigned(ID.docTypeVersion, 4),
    unsigned(ID.docTypeReadVersion, 2),
  )
}

function infoOf(startedMs: number, durationMs: number | undefined): Uint8Array {
  const date = Buffer.alloc(8)
  date.writeBigInt64BE(BigInt(Math.round((startedMs - DATE_ORIGIN_MS) * 1000)) * 1000n)
  return element(
    ID.info,
    unsigned(ID.timestampScale, TIMESTAMP_SCALE),
    ...appNames(),
    element(ID.dateUtc, date),
    ...(durationMs === undefined ? [] : [float(ID.duration, durationMs)]),
  )
}

function appNames(): Uint8Array[] {
  return [text(ID.muxingApp, 'Duet'), text(ID.writingApp, 'Duet')]
}

function tracksOf({ video, hasAudio }: Tracks): Uint8Array {
  return element(
    ID.tracks,
    ...(video ? [videoEntry(video)] : []),
    ...(hasAudio ? [audioEntry()] : []),
  )
}

function videoEntry({ codec, width, height, description }: VideoTrack): Uint8Array {
  return element(
    ID.trackEntry,
    ...entryOf(VIDEO_TRACK, 1, CODEC_IDS[codec]),
    ...(description ? [element(ID.codecPrivate, description)] : []),
    element(ID.video, unsigned(ID.pixelWidth, width), unsigned(ID.pixelHeight, height)),
  )
}

function audioEntry(): Uint8Array {
  return element(
    ID.trackEntry,
    ...entryOf(AUDIO_TRACK, 2, 'A_OPUS'),
    element(ID.codecPrivate, opusHead()),
    unsigned(ID.codecDelay, 0),
    unsigned(ID.seekPreRoll, OPUS_PRE_ROLL),
    element(ID.audio, float(ID.samplingFrequency, OPUS_RATE), unsigned(ID.channels, OPUS_CHANNELS)),
  )
}

function entryOf(number: number, type: number, codecId: string): Uint8Array[] {
  return [
    unsigned(ID.trackNumber, number),
    unsigned(ID.trackUid, number),
    unsigned(ID.trackType, type),
    unsigned(ID.flagLacing, 0),
    text(ID.codecId, codecId),
  ]
}

/** RFC 7845 §5.1, without a pre-skip: times are those of capture already. */
function opusHead(): Uint8Array {
  const bytes = Buffer.alloc(19)
  bytes.write('OpusHead')
  bytes[8] = 1
  bytes[9] = OPUS_CHANNELS
  bytes.writeUInt32LE(OPUS_RATE, 12)
  return bytes
}

/** Positions count from the segment's data, which the seek head begins (RFC 9559 §16). */
function seekHeadOf(places: {
  infoBytes: number
  tracksBytes: number
  cuesAt: number
}): Uint8Array {
  const build = (infoAt: number) =>
    element(
      ID.seekHead,
      seekOf(ID.info, infoAt),
      seekOf(ID.tracks, infoAt + places.infoBytes),
      seekOf(ID.cues, places.cuesAt),
    )
  return build(build(0).length)
}

/** Always of the same length. */
function seekOf(id: number, position: number): Uint8Array {
  const bytes = Buffer.alloc(6)
  bytes.writeUIntBE(position, 0, 6)
  return element(ID.seek, element(ID.seekId, idBytes(id)), element(ID.seekPosition, bytes))
}
