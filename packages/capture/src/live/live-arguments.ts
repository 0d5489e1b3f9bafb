import { MAX_PIXELS } from '../limits.ts'
import { join } from 'node:path'
import { LIVE_PLAYLIST, type LiveLayout } from '../live.ts'

const CANVAS = { width: 1280, height: 720 }
const FRAME_RATE = 25

/** The small picture is to the large one as 96x72 to 640x480, so far from its edges in pixels. */
const INSET_SHARE = 0.15
const INSET_MARGIN = 10

/** A playlist of six seconds: players begin three segments before its end. */
const SEGMENT_SECONDS = 1
const SEGMENTS_LISTED = 6

/** Each ffmpeg goes on where the one before it stopped, and leaves the end to us. */
const HLS_FLAGS =
  'delete_segments+independent_segments+append_list+discont_start+omit_endlist+temp_file'

const BACKGROUND = '0x15181c'

export interface LiveArguments {
  layout: LiveLayout
  encoder: string
  hlsDirectory: string
}

/** ffmpeg's arguments for two members who come in by `pipe:3` and `pipe:4`. */
export function liveArguments({ layout, encoder, hlsDirectory }: LiveArguments): string[] {
  const pictures = layout === 'inset' ? insetGraph() : sideBySideGraph()
  return [
    ['-hide_banner', '-nostdin', '-loglevel', 'error'],
    inputOf(3),
    inputOf(4),
    // Two graphs: when a picture changes its size, the sound is not begun anew.
    ['-filter_complex', pictures, '-filter_complex', soundGraph()],
    ['-map', '[picture]', '-map', '[sound]', '-copyts', '-fps_mode', 'passthrough'],
    ['-c:v', encoder, ...encoderOptions(encoder)],
    ['-pix_fmt', 'yuv420p', '-g', String(FRAME_RATE * SEGMENT_SECONDS), '-bf', '0'],
    ['-b:v', '2000k', '-maxrate', '2500k', '-bufsize', '2500k'],
    ['-c:a', 'aac', '-b:a', '128k', '-ar', '48000', '-ac', '2'],
    ['-f', 'hls', '-hls_time', String(SEGMENT_SECONDS)],
    ['-hls_list_size', String(SEGMENTS_LISTED), '-hls_flags', HLS_FLAGS],
    ['-hls_segment_filename', join(hlsDirectory.replaceAll('%', '%%'), '%d.ts')],
    [join(hlsDirectory, LIVE_PLAYLIST)],
  ].flat()
}

/** Encoders of H.264 that can be counted on, the best first. */
export function h264EncoderOf(encoders: ReadonlySet<string>): string | undefined {
  return ['libx264', 'libopenh264'].find((name) => encoders.has(name))
}

/** What is there at once suffices to know what it is. */
function inputOf(fd: number): string[] {
  const probe = ['-analyzeduration', '100000', '-probesize', '20000']
  const bound = ['-max_pixels', String(MAX_PIXELS)]
  return [...probe, ...bound, '-thread_queue_size', '128', '-f', 'matroska', '-i', `pipe:${fd}`]
}

function insetGraph(): string {
  const { width, height } = CANVAS
  const [small, low] = [even(width * INSET_SHARE), even(height * INSET_SHARE)]
  return [
    `[0:v]${fitted(width, height)}[large]`,
    `[1:v]fps=${FRAME_RATE},scale=${small}:${low}:force_original_aspect_ratio=decrease,setsar=1,format=yuv420p[small]`,
    `[large][small]overlay=x=W-w-${INSET_MARGIN}:y=H-h-${INSET_MARGIN},format=yuv420p[picture]`,
  ].join(';')
}

function sideBySideGraph(): string {
  const { width, height } = CANVAS
  const half = fitted(width / 2, height)
  return `[0:v]${half}[left];[1:v]${half}[right];[left][right]hstack,fps=${FRAME_RATE}[picture]`
}

/** As large as fits, in the middle. */
function fitted(width: number, height: number): string {
  return [
    `fps=${FRAME_RATE}`,
    `scale=${width}:${height}:force_original_aspect_ratio=decrease`,
    `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2:color=${BACKGROUND}`,
    'setsar=1,format=yuv420p',
  ].join(',')
}

function soundGraph(): string {
  const gapless = 'aresample=48000:async=1'
  const mix = 'amix=inputs=2:normalize=0,alimiter=limit=0.95:level=0'
  return `[0:a]${gapless}[one];[1:a]${gapless}[two];[one][two]${mix}[sound]`
}

function even(value: number): number {
  return Math.round(value / 2) * 2
}

function encoderOptions(encoder: string): string[] {
  if (encoder !== 'libx264') return []
  const options = ['-preset', 'superfast', '-tune', 'zerolatency', '-profile:v', 'main']
  return [...options, '-sc_threshold', '0', '-keyint_min', String(FRAME_RATE * SEGMENT_SECONDS)]
}
