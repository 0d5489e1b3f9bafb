import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, type CancelTimer, type Clock, type Logger } from '@duet/base'
import type { Ffmpeg, LiveMixer, LiveState } from '@duet/capture'
import type { CaptureFault } from '@duet/protocol'
import type { CaptureStart, TellCapture } from './capture-control.ts'
import type { CaptureTools, LoadTools, StreamSource } from './capture-tools.ts'
import type { JudgePush } from './push-judge.ts'
import { MAX_CAPTURE_MS } from './limits.ts'
import { MemberFrames, NO_ARRIVALS, type Arrivals } from './member-frames.ts'

export interface BroadcastOptions {
  start: CaptureStart
  media: StreamSource
  loadTools: LoadTools
  judgePush: JudgePush
  /** As configured. */
  ffmpeg: string | undefined
  /** Where broadcasts have folders of their own. */
  directory: string
  clock: Clock
  /** The one whose time frames have. */
  frameClock: Clock
  logger: Logger
  tell: TellCapture
  /** Nobody may see it any more. */
  onEnded: () => void
}

/** preparing: nothing is read yet. closing: nothing is taken or shown any more, ffmpeg ends. */
type BroadcastState =
  | { name: 'preparing' }
  | { name: 'on'; mixer: LiveMixer; frames: MemberFrames; playlist: string }
  | { name: 'closing' }

/** One call that is shown live, from the start that the core allowed to its end. */
export class Broadcast {
  readonly start: CaptureStart
  readonly startedAt: number
  /** Where its playlist and segments are. */
  readonly hlsDirectory: string
  /** Resolves when nothing of it runs any more. Never rejects. */
  readonly done: Promise<void>
  readonly #options: BroadcastOptions
  readonly #logger: Logger
  readonly #over = Promise.withResolvers<void>()
  readonly #stopWaiting: CancelTimer
  #state: BroadcastState = { name: 'preparing' }
  /** What members were told last to be wrong; undefined: they do not know that it runs. */
  #told: string | undefined
  /** What begins it has ended, in whatever way. */
  readonly #prepared: Promise<void>
  #arrivals: Arrivals = NO_ARRIVALS

  constructor(options: BroadcastOptions) {
    this.#options = options
    this.start = options.start
    this.#logger = options.logger.with({ broadcast: options.start.id })
    this.startedAt = options.clock.now()
    this.hlsDirectory = join(options.directory, randomBytes(16).toString('hex'))
    this.done = this.#over.promise
    this.#stopWaiting = options.clock.after(MAX_CAPTURE_MS, () => this.stop())
    options.tell(options.start, { state: 'starting' })
    this.#prepared = this.#prepare()
  }

  /** Its name in the directory; undefined: there is none to play yet. */
  get playlist(): string | undefined {
    if (this.#state.name !== 'on' || this.#state.mixer.state.state !== 'running') return undefined
    return this.#state.playlist
  }

  /** Idempotent. */
  stop(): void {
    this.#end({ state: 'stopped' })
  }

  async #prepare(): Promise<void> {
    const { loadTools, ffmpeg: path } = this.#options
    try {
      const tools = await loadTools()
      const ffmpeg = await tools.findFfmpeg(path)
      if (this.#state.name !== 'preparing') return
      await mkdir(this.hlsDirectory, { recursive: true, mode: 0o700 })
      if (this.#state.name === 'preparing') this.#mix(tools, ffmpeg)
      else await this.#removeFiles()
    } catch (error) {
      this.#logger.error('a broadcast could not begin', { error: messageOf(error) })
      this.#end({ state: 'failed' })
    }
  }

  #mix(tools: CaptureTools, ffmpeg: Ffmpeg | undefined): void {
    const { start, media, judgePush, clock, frameClock } = this.#options
    const push = start.live?.push
    const mixer = tools.startLive({
      ffmpeg,
      layout: start.live?.layout ?? 'inset',
      ...(push && { push: { ...push, addresses: () => judgePush(push.url) } }),
      hlsDirectory: this.hlsDirectory,
      clock: frameClock,
      logger: this.#logger,
      onState: (state) => this.#handleMixer(state),
      onKeyFrameNeeded: (member) => frames.requestKeyFrame(member),
    })
    const frames: MemberFrames = new MemberFrames({
      media,
      start,
      clock,
      isPrompt: true,
      onFrame: (member, frame) => mixer.write(member, frame),
      onArrivals: (arrivals) => this.#handleArrivals(arrivals),
    })
    this.#state = { name: 'on', mixer, frames, playlist: tools.LIVE_PLAYLIST }
    this.#logger.info('a broadcast began')
  }

  #handleArrivals(arrivals: Arrivals): void {
    this.#arrivals = arrivals
    if (arrivals.count === 0) this.#end({ state: 'failed', fault: 'no-media' })
    else if (this.#state.name === 'on') this.#handleMixer(this.#state.mixer.state)
  }

  #handleMixer(state: LiveState): void {
    if (this.#state.name !== 'on') return
    if (state.state === 'failed') {
      this.#logger.warn('a broadcast ends early', { fault: state.fault, reason: state.message })
      this.#end({ state: 'failed', fault: state.fault })
      return
    }
    if (state.state !== 'running') return
    const fault = this.#faultOf(state)
    const missing = this.#arrivals.missing.flatMap((member) => this.start.members[member]?.id ?? [])
    const told = JSON.stringify([fault, missing])
    if (this.#told === told) return
    this.#told = told
    this.#options.tell(this.start, {
      state: 'running',
      live: { path: livePath(this.start.room) },
      ...(fault && { fault }),
      ...(missing.length > 0 && { missing }),
    })
  }

  /** What is wrong with a part of it. */
  #faultOf(state: LiveState & { state: 'running' }): CaptureFault | undefined {
    if (state.push === 'refused') return 'push-refused'
    return this.#arrivals.missing.length > 0 ? 'no-media' : undefined
  }

  #end(outcome: { state: 'stopped' | 'failed'; fault?: CaptureFault }): void {
    const state = this.#state
    if (state.name === 'closing') return
    this.#state = { name: 'closing' }
    this.#stopWaiting()
    if (state.name === 'on') state.frames.close()
    this.#options.onEnded()
    this.#options.tell(this.start, outcome)
    this.#logger.info('a broadcast ended', outcome)
    void this.#close(state)
  }

  async #close(state: BroadcastState): Promise<void> {
    if (state.name === 'on') await state.mixer.close()
    await this.#prepared
    await this.#removeFiles()
    this.#over.resolve()
  }

  async #removeFiles(): Promise<void> {
    await rm(this.hlsDirectory, { recursive: true, force: true }).catch((error: unknown) =>
      this.#logger.warn('files of a broadcast could not be removed', { error: messageOf(error) }),
    )
  }
}

/** The address of a room's page for viewers. */
export function livePath(room: string): string {
  return `/live/${encodeURIComponent(room)}`
}
