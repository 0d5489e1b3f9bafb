import { test as testAlways } from 'bun:test'

/** The machine has no ffmpeg: what needs it is skipped. */
export const isMissing = Bun.which('ffmpeg') === null || Bun.which('ffprobe') === null
if (isMissing) process.stderr.write('Skipped without ffmpeg (Debian: ffmpeg).\n')

export const test: (title: string, run: () => Promise<void>) => void = testAlways.skipIf(isMissing)

/** Runs beside the ones before and after it: it waits most of the time. */
export const concurrentTest: (title: string, run: () => Promise<void>) => void =
  testAlways.concurrent.skipIf(isMissing)
