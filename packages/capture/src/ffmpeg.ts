/** An ffmpeg that can be run. */
export interface Ffmpeg {
  path: string
  /** As it says itself, such as `5.1.9-0+deb12u1`. */
  version: string
  /** Names of its encoders, such as `libx264`. */
  encoders: ReadonlySet<string>
}

/** `path` is a path or a name in PATH (default `ffmpeg`). Undefined when there is none that runs. */
export type FindFfmpeg = (path?: string) => Promise<Ffmpeg | undefined>

/** Debian's package that brings ffmpeg. */
export const FFMPEG_PACKAGE = 'ffmpeg'
