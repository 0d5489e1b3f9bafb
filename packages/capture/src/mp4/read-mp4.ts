import type { FileIndex } from '../files/file-index.ts'
import type { OpenFile } from '../files/open-file.ts'
import { HEAD_BYTES } from '../limits.ts'
import { AUDIO_TRACK, OPUS_RATE, type Tracks, VIDEO_TRACK } from '../recording/tracks.ts'
import { findBox, readBox, readBoxes } from './boxes.ts'
import { KEY_SAMPLE } from './fragment.ts'
import { mediaEndOf, readMp4Head, VIDEO_RATE, wholeHead, wholeMoov } from './mp4-head.ts'
import { SampleTable } from './sample-table.ts'

/** What a moof of ours is at most: a batch has far fewer frames. */
const MAX_MOOF_BYTES = 1024 * 1024

/** Where the fields of an entry of a picture lie, and its boxes after them (ISO/IEC 14496-12 §12.1.3). */
const ENTRY_SIZE_AT = 24
const ENTRY_BOXES_AT = 78

/** Reads an MP4 of ours as far as it is whole; undefined when it is none. */
export async function readMp4(file: OpenFile): Promise<FileIndex | undefined> {
  const bytes = await file.read(0, HEAD_BYTES)
  const head = bytes.length === HEAD_BYTES ? readMp4Head(bytes) : undefined
  if (!head) return undefined
  const fileBytes = await file.size()
  const tracks = readTracks(head.moov)
  const tables = new Map([VIDEO_TRACK, AUDIO_TRACK].map((id) => [id, new SampleTable()]))
  let at = HEAD_BYTES
  for (;;) {
    const end = await readFragment(file, at, { fileBytes, tables })
    if (end === undefined) break
    at = end
  }
  const [video, audio] = [tables.get(VIDEO_TRACK), tables.get(AUDIO_TRACK)]
  const last = readBox(await file.read(at, 16), 0)
  const durationMs = Math.max((video?.end ?? 0) / VIDEO_RATE, (audio?.end ?? 0) / OPUS_RATE) * 1000
  return {
    container: 'mp4',
    isWhole: mediaEndOf(bytes) === at && last?.type === 'moov' && at + last.size === fileBytes,
    hasFrames: at > HEAD_BYTES,
    startedMs: head.startedMs,
    durationMs,
    tracks,
    mediaEnd: at,
    tail: () => wholeMoov(tracks, { ...(video && { video }), ...(audio && { audio }) }),
    head: () => wholeHead(head.startedMs, at),
  }
}

interface Reading {
  fileBytes: number
  tables: ReadonlyMap<number, SampleTable>
}

/** Reads a moof, whose mdat must be there too, and tells where that ends. */
async function readFragment(
  file: OpenFile,
  at: number,
  { fileBytes, tables }: Reading,
): Promise<number | undefined> {
  const moof = readBox(await file.read(at, 16), 0)
  if (moof?.type !== 'moof' || moof.size > MAX_MOOF_BYTES) return undefined
  const bytes = await file.read(at, moof.size + 8)
  const mdat = readBox(bytes, moof.size)
  const end = at + moof.size + (mdat?.size ?? 0)
  if (mdat?.type !== 'mdat' || end > fileBytes) return undefined
  for (const { type, data } of readBoxes(bytes.subarray(moof.headBytes, moof.size))) {
    if (type === 'traf') readTraf(data, at, tables)
  }
  return end
}

function readTraf(traf: Buffer, moofAt: number, tables: ReadonlyMap<number, SampleTable>): void {
  const [tfhd, tfdt, trun] = ['tfhd', 'tfdt', 'trun'].map((type) => findBox(traf, [type]))
  if (!tfhd || !tfdt || !trun) return
  if (tfhd.length < 8 || tfdt.length < 12 || trun.length < 12) return
  const table = tables.get(tfhd.readUInt32BE(4))
  const count = trun.readUInt32BE(4)
  table?.beginChunk({ place: moofAt + trun.readUInt32BE(8), time: tfdt.readUIntBE(6, 6), count })
  for (let at = 12; at + 12 <= trun.length; at += 12) {
    const isKeyFrame = trun.readUInt32BE(at + 8) === KEY_SAMPLE
    table?.add(trun.readUInt32BE(at + 4), trun.readUInt32BE(at), isKeyFrame)
  }
}

function readTracks(moov: Buffer): Tracks {
  const tracks: Tracks = { hasAudio: false }
  for (const { type, data } of readBoxes(moov)) {
    if (type !== 'trak') continue
    const stsd = findBox(data, ['mdia', 'minf', 'stbl', 'stsd'])
    const entry = stsd && readBoxes(stsd.subarray(8))[0]
    if (entry?.type === 'Opus') tracks.hasAudio = true
    if (entry?.type !== 'avc1' && entry?.type !== 'avc3') continue
    if (entry.data.length < ENTRY_BOXES_AT) continue
    const description = findBox(entry.data.subarray(ENTRY_BOXES_AT), ['avcC'])
    tracks.video = {
      codec: 'H264',
      width: entry.data.readUInt16BE(ENTRY_SIZE_AT),
      height: entry.data.readUInt16BE(ENTRY_SIZE_AT + 2),
      ...(description && { description }),
      isVarying: entry.type === 'avc3',
    }
  }
  return tracks
}
