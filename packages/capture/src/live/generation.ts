import type { Clock } from '@duet/base'
import type { MediaFrame } from '@duet/media'
import { type FfmpegExit, FfmpegProcess } from '../ffmpeg/ffmpeg-process.ts'
import type { LiveMember } from '../live.ts'
import type { VideoTrack } from '../recording/tracks.ts'
import { DARK_SIZE } from './dark-frames.ts'
import { FILL_INTERVAL_MS } from './limits.ts'
import { MemberFeed } from './member-feed.ts'

export interface GenerationOptions {
  ffmpegPath: string
  args: readonly string[]
  clock: Clock
  zeroMs: number
  /** What each member's picture is; VP8 is assumed of those who have none. */
  videos: readonly [VideoTrack | undefined, VideoTrack | undefined]
  onKeyFrameNeeded: (member: LiveMember) => void
  onExit: (exit: FfmpegExit) => void
}

const NO_PICTURE: VideoTrack = { codec: 'VP8', width: DARK_SIZE, height: DARK_SIZE }

/** One ffmpeg that mixes, as long as the codecs of what comes stay what they are. */
export class Generation {
  readonly #options: GenerationOptions
  readonly #process: FfmpegProcess
  readonly #feeds: MemberFeed[] = []
  readonly #stopTicking: () => void

  constructor(options: GenerationOptions) {
    this.#options = options
    const { clock, ffmpegPath: path, args, zeroMs, videos } = options
    this.#process = new FfmpegProcess({
      path,
      args,
      inputs: 2,
      clock,
      onExit: (exit) => {
        this.#stopTicking()
        options.onExit(exit)
      },
    })
    for (const member of [0, 1] as const) {
      const pipe = this.#process.input(member)
      if (!pipe) continue
      const video = videos[member] ?? NO_PICTURE
      const onKeyFrameNeeded = () => options.onKeyFrameNeeded(member)
      const feed = { pipe, video, zeroMs, nowMs: clock.now(), onKeyFrameNeeded }
      this.#feeds.push(new MemberFeed(feed))
    }
    this.#stopTicking = clock.every(FILL_INTERVAL_MS, () => this.#tick())
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  codecOf(member: LiveMember): VideoTrack['codec'] | undefined {
    return this.#feeds[member]?.codec
  }

  write(member: LiveMember, frame: MediaFrame): void {
    this.#feeds[member]?.write(frame, this.#options.clock.now())
  }

  /** Resolves when what came is written and ffmpeg is gone. */
  async end(): Promise<void> {
    this.#stopTicking()
    this.#process.end()
    await this.#process.exited
  }

  kill(): void {
    this.#process.kill()
  }

  #tick(): void {
    const nowMs = this.#options.clock.now()
    for (const feed of this.#feeds) feed.tick(nowMs)
  }
}
