import { extname } from 'node:path'
import type { FileIndex } from '../files/file-index.ts'
import { OpenFile } from '../files/open-file.ts'
import { readMp4 } from '../mp4/read-mp4.ts'
import type { RecordedFile } from '../recording.ts'
import { readWebm } from '../webm/read-webm.ts'

/**
 * Makes a file whole and seekable that was cut off (the process was killed, the disk full). Of a file that is
 * whole it only tells. Undefined when it holds nothing that could be played, or is no file of ours.
 * Rejects when the file can't be read or written.
 */
export async function repairRecording(path: string): Promise<RecordedFile | undefined> {
  const file = await OpenFile.open(path, 'r+')
  try {
    const index = await (extname(path) === '.mp4' ? readMp4(file) : readWebm(file))
    if (!index?.hasFrames) return undefined
    if (!index.isWhole) await complete(file, index)
    return describe(path, index, await file.size())
  } finally {
    await file.close()
  }
}

/** The same for a file that was just written; when the disk has no room for the index, it stays without. */
export async function completeRecording(path: string): Promise<RecordedFile | undefined> {
  const file = await OpenFile.open(path, 'r+')
  try {
    const index = await (extname(path) === '.mp4' ? readMp4(file) : readWebm(file))
    if (!index?.hasFrames) return undefined
    await complete(file, index).catch(() => {})
    return describe(path, index, await file.size())
  } finally {
    await file.close()
  }
}

/** The tail first: until the head is replaced, the file is what it was before. */
async function complete(file: OpenFile, index: FileIndex): Promise<void> {
  await file.truncate(index.mediaEnd)
  const tail = index.tail()
  try {
    await file.write(tail, index.mediaEnd)
    await file.sync()
  } catch (cause) {
    await file.truncate(index.mediaEnd)
    throw cause
  }
  await file.write(index.head(tail), 0)
  await file.sync()
}

function describe(path: string, index: FileIndex, bytes: number): RecordedFile {
  const { container, startedMs, durationMs, tracks } = index
  const { video, hasAudio } = tracks
  return {
    path,
    container,
    bytes,
    startedMs,
    durationMs,
    hasAudio,
    ...(video && { video: { codec: video.codec, width: video.width, height: video.height } }),
  }
}
