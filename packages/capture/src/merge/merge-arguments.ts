import { MAX_PIXELS } from '../limits.ts'
import type { MergeInput } from '../merging.ts'

const CANVAS = { width: 1280, height: 720 }
const FRAME_RATE = 25
const BACKGROUND = '0x15181c'

type Part = MergeInput['parts'][number]

/** One file, where it belongs. */
interface Placed {
  part: Part
  member: number
  /** Behind the beginning of everything. */
  delayMs: number
}

export interface MergePlan {
  durationMs: number
  args: string[]
}

/**
 * ffmpeg's arguments for both members side by side; undefined when there is nothing to merge. The dark ground is
 * an input and no source inside the graph: ffmpeg builds that anew whenever a picture changes its size.
 */
export function mergePlan(
  inputs: readonly MergeInput[],
  encoders: ReadonlySet<string>,
): MergePlan | undefined {
  const placed = placeAll(inputs)
  const durationMs = placed.reduce(
    (end, { part, delayMs }) => Math.max(end, delayMs + part.durationMs),
    0,
  )
  if (!(durationMs > 0)) return undefined
  const { width, height } = CANVAS
  const length = ['-t', (durationMs / 1000).toFixed(3)]
  const ground = `color=c=${BACKGROUND}:s=${width}x${height}:r=${FRAME_RATE}`
  return {
    durationMs,
    args: [
      ['-hide_banner', '-nostdin', '-loglevel', 'error', '-progress', 'pipe:1', '-y'],
      placed.flatMap(({ part }) => ['-max_pixels', String(MAX_PIXELS), '-i', part.path]),
      [...length, '-f', 'lavfi', '-i', ground],
      [...length, '-f', 'lavfi', '-i', 'anullsrc=r=48000:cl=stereo'],
      ['-filter_complex', pictureGraph(placed), '-filter_complex', soundGraph(placed)],
      ['-map', '[picture]', '-map', '[sound]', ...length],
      ['-fps_mode', 'cfr', '-r', String(FRAME_RATE), '-pix_fmt', 'yuv420p'],
      pictureCodec(encoders),
      ['-c:a', 'aac', '-b:a', '128k', '-ar', '48000', '-ac', '2'],
      ['-movflags', '+faststart', '-f', 'mp4'],
    ].flat(),
  }
}

function placeAll(inputs: readonly MergeInput[]): Placed[] {
  const starts = inputs.flatMap(({ parts }) => parts.map(({ startedMs }) => startedMs))
  const zeroMs = Math.min(...starts)
  return inputs.flatMap(({ parts }, member) =>
    parts.map((part) => ({ part, member, delayMs: part.startedMs - zeroMs })),
  )
}

/** Every picture into its half, as large as fits; while there is none the ground is seen. */
function pictureGraph(placed: readonly Placed[]): string {
  const { width, height } = CANVAS
  const half = width / 2
  const steps: string[] = []
  let under = `[${placed.length}:v]`
  placed.forEach(({ part, member, delayMs }, index) => {
    if (!part.video) return
    const fit = `scale=${half}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2`
    steps.push(
      `[${index}:v]${fit},setsar=1,format=yuv420p,setpts=PTS+${(delayMs / 1000).toFixed(6)}/TB[p${index}]`,
      `${under}[p${index}]overlay=x=${member * half}+(${half}-w)/2:y=(H-h)/2:eof_action=pass[o${index}]`,
    )
    under = `[o${index}]`
  })
  return [...steps, `${under}format=yuv420p[picture]`].join(';')
}

function soundGraph(placed: readonly Placed[]): string {
  const steps: string[] = []
  let mixed = `[${placed.length + 1}:a]`
  let count = 1
  placed.forEach(({ part, delayMs }, index) => {
    if (!part.hasAudio) return
    const delay = `adelay=delays=${Math.round(delayMs)}:all=1`
    steps.push(`[${index}:a]aresample=48000:async=1:first_pts=0,${delay}[s${index}]`)
    mixed += `[s${index}]`
    count += 1
  })
  const mix = `amix=inputs=${count}:normalize=0:duration=first,alimiter=limit=0.95:level=0`
  return [...steps, `${mixed}${mix}[sound]`].join(';')
}

/** H.264 by what is there. */
function pictureCodec(encoders: ReadonlySet<string>): string[] {
  if (encoders.has('libx264')) return ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23']
  const rate = ['-b:v', '2500k']
  return encoders.has('libopenh264') ? ['-c:v', 'libopenh264', ...rate] : ['-c:v', 'h264', ...rate]
}
