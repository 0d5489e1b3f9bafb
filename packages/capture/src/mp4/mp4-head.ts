import { HEAD_BYTES } from '../limits.ts'
import {
  AUDIO_TRACK,
  OPUS_CHANNELS,
  OPUS_RATE,
  VIDEO_TRACK,
  type Tracks,
  type VideoTrack,
} from '../recording/tracks.ts'
import { box, findBox, fullBox, readBox, u16, u32, u64, zeros } from './boxes.ts'
import type { SampleTable } from './sample-table.ts'

/** Ticks per second of a picture's clock, as in RTP, and of the whole film's. */
export const VIDEO_RATE = 90_000
const MOVIE_RATE = 90_000

/** Of our own box, which says when the file begins: microseconds since the epoch. */
const START_ID = Buffer.from('6475657463617074757265642d617420', 'hex')

const FTYP = box('ftyp', Buffer.from('isom'), u32(0x200), Buffer.from('isomiso6iso2avc1mp41'))

/** Where the mdat of a finished file begins: it takes the place of a free box, and swallows the rest. */
const MEDIA_AT = FTYP.length + 8 + START_ID.length + 8
const MDAT_HEAD_BYTES = 16

const MATRIX = u32(0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000)

/** The beginning of an MP4 in fragments, which goes on. */
export function fragmentedHead(tracks: Tracks, startedMs: number): Uint8Array {
  const ids = [...(tracks.video ? [VIDEO_TRACK] : []), ...(tracks.hasAudio ? [AUDIO_TRACK] : [])]
  const extend = box('mvex', ...ids.map((id) => fullBox('trex', {}, u32(id, 1, 0, 0, 0))))
  const moov = box('moov', mvhd(0), ...traks(tracks, {}), extend)
  const used = MEDIA_AT + MDAT_HEAD_BYTES + moov.length
  return Buffer.concat([
    FTYP,
    startBox(startedMs),
    free(MDAT_HEAD_BYTES),
    moov,
    free(HEAD_BYTES - used),
  ])
}

function free(size: number): Uint8Array {
  return box('free', zeros(size - 8))
}

/** The beginning of a finished file, up to `mediaEnd`: all fragments have become one mdat. */
export function wholeHead(startedMs: number, mediaEnd: number): Uint8Array {
  const mdat = Buffer.concat([u32(1), Buffer.from('mdat'), u64(mediaEnd - MEDIA_AT)])
  return Buffer.concat([FTYP, startBox(startedMs), mdat])
}

export interface Tables {
  video?: SampleTable
  audio?: SampleTable
}

/** The end of a finished file: where every sample lies. */
export function wholeMoov(tracks: Tracks, tables: Tables): Uint8Array {
  return box('moov', mvhd(movieDuration(tables)), ...traks(tracks, tables))
}

/** The moov that the file began with, and when that was; undefined when the file is none of ours. */
export function readMp4Head(bytes: Uint8Array): { moov: Buffer; startedMs: number } | undefined {
  const uuid = findBox(bytes, ['uuid'])
  const startedMs = uuid && startedMsOf(uuid)
  const moov = findBox(bytes.subarray(MEDIA_AT + MDAT_HEAD_BYTES), ['moov'])
  return startedMs === undefined || !moov ? undefined : { moov, startedMs }
}

/** Where the mdat ends; undefined as long as the file is not finished. */
export function mediaEndOf(bytes: Uint8Array): number | undefined {
  const mdat = readBox(bytes, MEDIA_AT)
  return mdat?.type === 'mdat' ? MEDIA_AT + mdat.size : undefined
}

/** Reads our box back; undefined when it is none of ours. */
function startedMsOf(uuid: Buffer): number | undefined {
  if (uuid.length !== 24 || !uuid.subarray(0, 16).equals(START_ID)) return undefined
  return uuid.readUIntBE(18, 6) / 1000 + uuid.readUInt16BE(16) * (2 ** 48 / 1000)
}

function startBox(startedMs: number): Uint8Array {
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(Math.round(startedMs * 1000)))
  return box('uuid', START_ID, time)
}

function movieDuration({ video, audio }: Tables): number {
  const videoEnd = ((video?.end ?? 0) * MOVIE_RATE) / VIDEO_RATE
  return Math.round(Math.max(videoEnd, ((audio?.end ?? 0) * MOVIE_RATE) / OPUS_RATE))
}

function mvhd(duration: number): Uint8Array {
  const times = [u64(0, 0), u32(MOVIE_RATE), u64(duration)]
  const rest = [u32(0x1_0000), u16(0x100), zeros(10), MATRIX, zeros(24), u32(AUDIO_TRACK + 1)]
  return fullBox('mvhd', { version: 1 }, ...times, ...rest)
}

function traks(tracks: Tracks, tables: Tables): Uint8Array[] {
  const { video, hasAudio } = tracks
  return [
    ...(video ? [trak({ id: VIDEO_TRACK, rate: VIDEO_RATE, video, table: tables.video })] : []),
    ...(hasAudio ? [trak({ id: AUDIO_TRACK, rate: OPUS_RATE, table: tables.audio })] : []),
  ]
}

interface TrakOptions {
  id: number
  rate: number
  video?: VideoTrack
  table: SampleTable | undefined
}

function trak({ id, rate, video, table }: TrakOptions): Uint8Array {
  const start = table?.start ?? 0
  const duration = table ? table.end - start : 0
  const inMovie = (time: number) => Math.round((time * MOVIE_RATE) / rate)
  const size = video ? [video.width * 0x1_0000, video.height * 0x1_0000] : [0, 0]
  const tkhd = fullBox(
    'tkhd',
    { version: 1, flags: 3 },
    u64(0, 0),
    u32(id, 0),
    u64(inMovie(table?.end ?? 0)),
    zeros(8),
    u16(0, 0, video ? 0 : 0x100, 0),
    MATRIX,
    u32(...size),
  )
  const handler = Buffer.from(video ? 'vide' : 'soun')
  const mdia = box(
    'mdia',
    fullBox('mdhd', { version: 1 }, u64(0, 0), u32(rate), u64(duration), u16(0x55c4, 0)),
    fullBox('hdlr', {}, u32(0), handler, zeros(12), Buffer.from('Duet\0')),
    box(
      'minf',
      video ? fullBox('vmhd', { flags: 1 }, zeros(8)) : fullBox('smhd', {}, zeros(4)),
      box('dinf', fullBox('dref', {}, u32(1), fullBox('url ', { flags: 1 }))),
      table ? table.build(stsdOf(video)) : emptyTable(stsdOf(video)),
    ),
  )
  // An empty edit shifts a track that begins later (ISO/IEC 14496-12 §8.6.6).
  const edits = start > 0 && table ? [edts(inMovie(start), inMovie(duration))] : []
  return box('trak', tkhd, ...edits, mdia)
}

function edts(delay: number, duration: number): Uint8Array {
  const none = Buffer.alloc(8, 0xff)
  const entries = [u64(delay), none, u16(1, 0), u64(duration), u64(0), u16(1, 0)]
  return box('edts', fullBox('elst', { version: 1 }, u32(2), ...entries))
}

function emptyTable(stsd: Uint8Array): Uint8Array {
  const empty = ['stts', 'stsc', 'stco'].map((type) => fullBox(type, {}, u32(0)))
  return box('stbl', stsd, ...empty, fullBox('stsz', {}, u32(0, 0)))
}

function stsdOf(video: VideoTrack | undefined): Uint8Array {
  return fullBox('stsd', {}, u32(1), video ? avcEntry(video) : opusEntry())
}

/** ISO/IEC 14496-15 §5.4.2: `avc3` says that frames bring parameter sets of their own. */
function avcEntry({ width, height, description, isVarying }: VideoTrack): Uint8Array {
  return box(
    isVarying ? 'avc3' : 'avc1',
    zeros(6),
    u16(1),
    zeros(16),
    u16(width, height),
    u32(0x48_0000, 0x48_0000, 0),
    u16(1),
    zeros(32),
    u16(0x18, 0xffff),
    box('avcC', description ?? zeros(0)),
  )
}

/** Encapsulation of Opus in ISO Base Media File Format §4.3; no pre-skip, as in WebM. */
function opusEntry(): Uint8Array {
  const dops = Buffer.alloc(11)
  dops[1] = OPUS_CHANNELS
  dops.writeUInt32BE(OPUS_RATE, 4)
  const rate = u32(OPUS_RATE * 0x1_0000)
  return box(
    'Opus',
    zeros(6),
    u16(1),
    zeros(8),
    u16(OPUS_CHANNELS, 16),
    zeros(4),
    rate,
    box('dOps', dops),
  )
}
