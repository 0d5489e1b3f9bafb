import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock, Logger } from '@duet/base'
import type { CapturePurpose } from '@duet/protocol'
import { Broadcast } from './broadcast.ts'
import type { CaptureControl, CaptureStart, TellCapture } from './capture-control.ts'
import type { LoadTools, StreamSource } from './capture-tools.ts'
import { FINISH_MS, MAX_RECORDING_BYTES, RECORDING_SHARE, type CaptureLimits } from './limits.ts'
import type { LiveRooms } from './live-rooms.ts'
import type { JudgePush } from './push-judge.ts'
import { RecordingRun } from './recording-run.ts'
import type { Recordings } from './recordings.ts'

export interface CaptureServiceOptions {
  media: StreamSource
  loadTools: LoadTools
  judgePush: JudgePush
  /** Undefined: nobody may record. */
  recordings: Recordings | undefined
  /** What all recordings may take together; null: any amount. */
  recordingsMax: number | null
  /** Undefined: nobody may go live. */
  liveRooms: LiveRooms | undefined
  /** Where playlists and segments go. */
  cacheDirectory: string
  /** As configured. */
  ffmpeg: string | undefined
  clock: Clock
  /** The one whose time frames have. */
  frameClock: Clock
  logger: Logger
  limits: CaptureLimits
  tell: TellCapture
}

/** One that runs, whatever it is for. */
type Run = Pick<RecordingRun, 'stop' | 'done'>

/** Records and shows live what the core allowed (docs/protocol.md, Captures). */
export class CaptureService implements CaptureControl {
  readonly offered: readonly CapturePurpose[]
  readonly #options: CaptureServiceOptions
  readonly #liveDirectory: string
  /** Those that take something, by purpose and room. */
  readonly #running = new Map<string, Run>()
  /** Those of which something is still to be done. */
  readonly #unfinished = new Map<Run, CapturePurpose>()
  #isClosed = false

  constructor(options: CaptureServiceOptions) {
    this.#options = options
    this.offered = [
      ...(options.recordings ? (['record'] as const) : []),
      ...(options.liveRooms ? (['live'] as const) : []),
    ]
    this.#liveDirectory = join(options.cacheDirectory, 'live')
    // What a run that died left behind.
    rmSync(this.#liveDirectory, { recursive: true, force: true })
    if (options.liveRooms) mkdirSync(this.#liveDirectory, { recursive: true, mode: 0o700 })
  }

  start(start: CaptureStart): void {
    const { tell, limits } = this.#options
    const { room, purpose } = start
    const key = keyOf(room, purpose)
    if (this.#isClosed || this.#running.has(key) || !this.offered.includes(purpose)) {
      tell(start, { state: 'failed' })
      return
    }
    const most = purpose === 'record' ? limits.maxRecordings : limits.maxBroadcasts
    if (this.#countOf(purpose) >= most) {
      tell(start, { state: 'failed', fault: 'too-many' })
      return
    }
    const run = purpose === 'record' ? this.#record(start) : this.#broadcast(start)
    if (!run) return
    this.#unfinished.set(run, purpose)
    void run.done.then(() => this.#unfinished.delete(run))
  }

  stop(room: string, purpose: CapturePurpose): void {
    this.#running.get(keyOf(room, purpose))?.stop()
  }

  /** Ends all of them, and waits a moment for their files. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const run of this.#running.values()) run.stop()
    await this.#finished()
    this.#options.recordings?.close()
    this.#options.liveRooms?.close()
  }

  #record(start: CaptureStart): Run | undefined {
    const { media, recordings, recordingsMax, loadTools } = this.#options
    const { clock, frameClock, logger, tell } = this.#options
    if (!recordings) return undefined
    const key = keyOf(start.room, start.purpose)
    const run: RecordingRun = new RecordingRun({
      start,
      media,
      recordings,
      loadTools,
      maxBytes: Math.min(MAX_RECORDING_BYTES, (recordingsMax ?? Infinity) * RECORDING_SHARE),
      clock,
      frameClock,
      logger,
      tell,
      onEnded: () => this.#forget(key, run),
    })
    this.#running.set(key, run)
    return run
  }

  #broadcast(start: CaptureStart): Run | undefined {
    const { media, liveRooms, loadTools, judgePush, ffmpeg } = this.#options
    const { clock, frameClock, logger, tell } = this.#options
    if (!liveRooms) return undefined
    const key = keyOf(start.room, start.purpose)
    const broadcast: Broadcast = new Broadcast({
      start,
      media,
      loadTools,
      judgePush,
      ffmpeg,
      directory: this.#liveDirectory,
      clock,
      frameClock,
      logger,
      tell,
      onEnded: () => {
        liveRooms.end(broadcast)
        this.#forget(key, broadcast)
      },
    })
    liveRooms.add(broadcast)
    this.#running.set(key, broadcast)
    return broadcast
  }

  #forget(key: string, run: Run): void {
    if (this.#running.get(key) === run) this.#running.delete(key)
  }

  /** One that was stopped counts until nothing of it is left: else starting and stopping would pile up. */
  #countOf(purpose: CapturePurpose): number {
    return Array.from(this.#unfinished.values()).filter((each) => each === purpose).length
  }

  async #finished(): Promise<void> {
    const late = Promise.withResolvers<void>()
    const cancel = this.#options.clock.after(FINISH_MS, late.resolve)
    await Promise.race([
      Promise.all(Array.from(this.#unfinished.keys(), ({ done }) => done)),
      late.promise,
    ])
    cancel()
  }
}

function keyOf(room: string, purpose: CapturePurpose): string {
  return `${purpose} ${room}`
}
