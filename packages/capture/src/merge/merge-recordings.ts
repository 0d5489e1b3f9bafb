import { rename, rm, stat } from 'node:fs/promises'
import { type CancelTimer, messageOf, steadyClock } from '@duet/base'
import { type FfmpegExit, FfmpegProcess } from '../ffmpeg/ffmpeg-process.ts'
import { type Merge, type MergedFile, MergeError, type MergeOptions } from '../merging.ts'
import { mergePlan } from './merge-arguments.ts'

/** So much time a merge may take: with nice on a small machine it is a few times slower than life. */
const BASE_MS = 60_000
const TIMES_LIFE = 10

/** Makes one file of two members' recordings, side by side, with both voices. */
export function mergeRecordings(options: MergeOptions): Merge {
  return new FileMerge(options)
}

class FileMerge implements Merge {
  readonly done: Promise<MergedFile>
  readonly #options: MergeOptions
  readonly #exited = Promise.withResolvers<FfmpegExit>()
  #process: FfmpegProcess | undefined
  #ended: 'closed' | 'timed-out' | undefined

  constructor(options: MergeOptions) {
    this.#options = options
    this.done = this.#run()
  }

  close(): void {
    this.#stop('closed')
  }

  async #run(): Promise<MergedFile> {
    const { ffmpeg, inputs, output, clock = steadyClock } = this.#options
    const plan = mergePlan(inputs, ffmpeg.encoders)
    if (!plan) throw new MergeError('no-media', 'there is nothing to merge')
    const unfinished = `${output}.part`
    const stopWaiting = this.#limit(plan.durationMs)
    try {
      // Of a server that was killed; its ffmpeg may still write there.
      await rm(unfinished, { force: true })
      this.#process = new FfmpegProcess({
        path: ffmpeg.path,
        args: [...plan.args, unfinished],
        clock,
        nice: true,
        onProgress: (name, value) =>
          this.#handleProgress(name, Number(value) / 1000 / plan.durationMs),
        onExit: (exit) => this.#exited.resolve(exit),
      })
      const { isOk, message } = await this.#exited.promise
      if (this.#ended) throw new MergeError(this.#ended, `the merge was ended: ${this.#ended}`)
      if (!isOk) throw new MergeError('ffmpeg-failed', message)
      const { size: bytes } = await stat(unfinished)
      await rename(unfinished, output)
      return { path: output, bytes, durationMs: plan.durationMs }
    } catch (cause) {
      await rm(unfinished, { force: true }).catch(() => {})
      if (cause instanceof MergeError) throw cause
      throw new MergeError('ffmpeg-failed', messageOf(cause), { cause })
    } finally {
      stopWaiting()
    }
  }

  #limit(durationMs: number): CancelTimer {
    const { clock = steadyClock } = this.#options
    return clock.after(BASE_MS + TIMES_LIFE * durationMs, () => this.#stop('timed-out'))
  }

  #handleProgress(name: string, done: number): void {
    if (name !== 'out_time_us' || !Number.isFinite(done)) return
    this.#options.onProgress?.(Math.min(1, Math.max(0, done)))
  }

  #stop(why: 'closed' | 'timed-out'): void {
    this.#ended ??= why
    this.#process?.kill()
  }
}
