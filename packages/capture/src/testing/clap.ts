import type { MediaFrame } from '@duet/media'
import { audioFrames, videoFrames } from './encoded-frames.ts'
import { run } from './run.ts'

/** How far a picture and its sound may be apart: a frame. */
export const TOGETHER_MS = 40

/** Each second it is bright, and sounds, for 200 ms, beginning 400 ms after it. */
const IS_CLAP = 'between(mod(t,1),0.4,0.5999)'

/** Two seconds of a picture and a sound that show whether they are together. */
export async function claps(startMs = 0, seconds = 2): Promise<[MediaFrame[], MediaFrame[]]> {
  return Promise.all([
    audioFrames(seconds, startMs, { filter: `asetnsamples=480,volume='${IS_CLAP}':eval=frame` }),
    videoFrames({
      codec: 'VP8',
      seconds,
      startMs,
      source: 'color=black',
      filter: `drawbox=t=fill:color=white:enable='${IS_CLAP}'`,
    }),
  ])
}

export interface Claps {
  seen: number[]
  heard: number[]
}

/** When something begins to be bright and to sound in a file, in milliseconds. `side`: of one that shows both. */
export async function findClaps(path: string, side?: 'left' | 'right'): Promise<Claps> {
  const crop = side ? `crop=64:64:${side === 'left' ? 288 : 928}:328` : 'crop=64:64'
  const input = ['ffmpeg', '-hide_banner', '-nostats', '-copyts', '-i', path]
  const picture = `${crop},blackdetect=d=0.1:pix_th=0.4`
  const sound = 'silencedetect=noise=-40dB:d=0.1'
  const { stderr } = await run([...input, '-vf', picture, '-af', sound, '-f', 'null', '-'])
  const timesOf = (pattern: RegExp) =>
    [...stderr.matchAll(pattern)].map(([, seconds]) => Number(seconds) * 1000)
  // The darkness that the film ends with is no clap.
  return {
    seen: timesOf(/black_end:([\d.]+)/g).slice(0, -1),
    heard: timesOf(/silence_end: ([\d.]+)/g),
  }
}

/** The differences between what is seen and the nearest that is heard. */
export function apart({ seen, heard }: Claps): number[] {
  return seen.map((at) => Math.min(...heard.map((other) => Math.abs(other - at))))
}
