import { systemClock } from '@duet/base'
import type { MediaFrame } from '@duet/media'
import { openRecording } from '../recording/open-recording.ts'

/** A process to be killed: writes frames of a list as fast as life, into the path that follows. */
const [list = '', path = ''] = process.argv.slice(2)

type Listed = Omit<MediaFrame, 'data' | 'description'> & { data: string; description?: string }
const frames: Listed[] = await Bun.file(list).json()
const recording = openRecording({ path, clock: systemClock })
for (const { data, description, ...rest } of frames) {
  const bytes = description === undefined ? {} : { description: Buffer.from(description, 'base64') }
  recording.write({ ...rest, ...bytes, data: Buffer.from(data, 'base64') })
  await Bun.sleep(1)
}
await new Promise(() => setInterval(() => {}, 1000))
