import { type CancelTimer, messageOf } from '@duet/base'
import type { MediaFrame } from '@duet/media'
import { FFMPEG_PACKAGE } from '../ffmpeg.ts'
import type { FfmpegExit } from '../ffmpeg/ffmpeg-process.ts'
import type { LiveFault, LiveMember, LiveMixer, LiveOptions, LiveState } from '../live.ts'
import { type VideoTrack, videoTrackOf } from '../recording/tracks.ts'
import { Generation } from './generation.ts'
import {
  CHANGE_INTERVAL_MS,
  FILL_DELAY_MS,
  KEY_FRAME_INTERVAL_MS,
  MAX_RESTARTS,
  PLAYLIST_POLL_MS,
  RESTART_FIRST_MS,
  RESTART_LAST_MS,
  START_WAIT_MS,
  STEADY_MS,
  STUCK_MS,
} from './limits.ts'
import { h264EncoderOf, liveArguments } from './live-arguments.ts'
import { clearPlaylist, endPlaylist, playlistVersion } from './playlist.ts'
import { Push, type PushState } from './push.ts'

/** Begins a broadcast of two members' frames. It needs none to begin: whoever has no picture is dark. */
export function startLive(options: LiveOptions): LiveMixer {
  return new Mixer(options)
}

type Phase =
  /** For the first pictures, or until a crashed ffmpeg may be started again. */
  | { is: 'waiting'; cancel: CancelTimer }
  | { is: 'mixing'; generation: Generation; startedAt: number }
  /** An ffmpeg ends whose inputs have changed; the next one follows. */
  | { is: 'changing'; generation: Generation }
  | { is: 'over' }

class Mixer implements LiveMixer {
  readonly #options: LiveOptions
  readonly #zeroMs: number
  readonly #videos: [VideoTrack | undefined, VideoTrack | undefined] = [undefined, undefined]
  readonly #askedAt: [number, number] = [-Infinity, -Infinity]
  readonly #cleared: Promise<void>
  #state: LiveState = { state: 'starting' }
  #phase: Phase
  #failures = 0
  #push: Push | undefined
  #pushState: PushState | undefined
  #version = 0
  #movedAt: number
  #isPolling = false
  readonly #stopPolling: CancelTimer
  #closed: Promise<void> | undefined

  constructor(options: LiveOptions) {
    this.#options = options
    const { clock, hlsDirectory } = options
    this.#movedAt = clock.now()
    this.#zeroMs = this.#movedAt - FILL_DELAY_MS
    this.#cleared = clearPlaylist(hlsDirectory)
    this.#stopPolling = clock.every(PLAYLIST_POLL_MS, () => void this.#poll())
    const waitMs = this.#problem() ? 0 : START_WAIT_MS
    this.#phase = { is: 'waiting', cancel: clock.after(waitMs, () => void this.#begin()) }
  }

  get state(): LiveState {
    return this.#state
  }

  write(member: LiveMember, frame: MediaFrame): void {
    if (this.#phase.is === 'over') return
    if (frame.kind === 'video') this.#note(member, frame)
    if (this.#phase.is === 'mixing') this.#phase.generation.write(member, frame)
  }

  close(): Promise<void> {
    this.#closed ??= this.#end({ state: 'stopped' })
    return this.#closed
  }

  /** Keeps what each member sends; another codec needs another ffmpeg. */
  #note(member: LiveMember, frame: MediaFrame): void {
    const video = videoTrackOf(frame)
    if (!video) {
      if (!this.#videos[member]) this.#askForKeyFrame(member)
      return
    }
    this.#videos[member] = video
    const phase = this.#phase
    if (phase.is !== 'mixing' || phase.generation.codecOf(member) === video.codec) return
    if (this.#options.clock.now() - phase.startedAt < CHANGE_INTERVAL_MS)
      this.#askForKeyFrame(member)
    else void this.#change(phase.generation)
  }

  async #change(generation: Generation): Promise<void> {
    this.#phase = { is: 'changing', generation }
    await generation.end()
    if (this.#phase.is === 'changing') await this.#begin()
  }

  async #begin(): Promise<void> {
    await this.#cleared
    if (this.#phase.is === 'over') return
    const problem = this.#problem()
    const { clock, ffmpeg, hlsDirectory, layout } = this.#options
    const encoder = ffmpeg && h264EncoderOf(ffmpeg.encoders)
    if (problem || !ffmpeg || !encoder) {
      void this.#fail(problem?.fault ?? 'no-ffmpeg', problem?.message ?? '')
      return
    }
    try {
      const generation: Generation = new Generation({
        ffmpegPath: ffmpeg.path,
        args: liveArguments({ layout, encoder, hlsDirectory }),
        clock,
        zeroMs: this.#zeroMs,
        videos: this.#videos,
        onKeyFrameNeeded: (member) => this.#askForKeyFrame(member),
        onExit: (exit) => this.#handleExit(generation, exit),
      })
      this.#movedAt = clock.now()
      this.#phase = { is: 'mixing', generation, startedAt: this.#movedAt }
      this.#options.logger.debug('ffmpeg mixes', { pid: generation.pid })
    } catch (error) {
      void this.#fail('ffmpeg-failed', messageOf(error))
    }
  }

  #problem(): { fault: LiveFault; message: string } | undefined {
    const { ffmpeg } = this.#options
    if (!ffmpeg) {
      const message = `there is no ffmpeg on this machine: the package is called ${FFMPEG_PACKAGE}`
      return { fault: 'no-ffmpeg', message }
    }
    if (h264EncoderOf(ffmpeg.encoders)) return undefined
    return { fault: 'no-ffmpeg', message: `the ffmpeg at ${ffmpeg.path} has no encoder for H.264` }
  }

  #handleExit(generation: Generation, { message }: FfmpegExit): void {
    const phase = this.#phase
    if (phase.is !== 'mixing' || phase.generation !== generation) return
    const { clock, logger } = this.#options
    if (clock.now() - phase.startedAt >= STEADY_MS) this.#failures = 0
    this.#failures += 1
    logger.warn('ffmpeg ended and is started again', { reason: message, times: this.#failures })
    if (this.#failures > MAX_RESTARTS) {
      void this.#fail('ffmpeg-failed', message)
      return
    }
    const waitMs = Math.min(RESTART_FIRST_MS * 2 ** (this.#failures - 1), RESTART_LAST_MS)
    this.#phase = { is: 'waiting', cancel: clock.after(waitMs, () => void this.#begin()) }
  }

  async #poll(): Promise<void> {
    if (this.#isPolling || this.#phase.is !== 'mixing') return
    this.#isPolling = true
    await this.#cleared
    const version = await playlistVersion(this.#options.hlsDirectory)
    this.#isPolling = false
    if (this.#phase.is !== 'mixing') return
    const now = this.#options.clock.now()
    if (version !== this.#version) {
      this.#version = version
      this.#movedAt = now
      this.#handleRunning()
    } else if (now - this.#movedAt > STUCK_MS) {
      this.#phase.generation.kill()
    }
  }

  #handleRunning(): void {
    if (this.#state.state !== 'starting') return
    const { clock, ffmpeg, hlsDirectory, logger, push } = this.#options
    this.#tell({ state: 'running' })
    if (!push || !ffmpeg) return
    this.#push = new Push({
      ffmpegPath: ffmpeg.path,
      push,
      hlsDirectory,
      clock,
      logger,
      onState: (state) => this.#handlePush(state),
    })
  }

  #handlePush(push: PushState): void {
    // A retry does not take back that the address refuses.
    if (push === 'connecting' && this.#pushState === 'refused') return
    this.#pushState = push
    if (this.#state.state === 'running') this.#tell({ state: 'running', push })
  }

  #askForKeyFrame(member: LiveMember): void {
    const now = this.#options.clock.now()
    if (now - this.#askedAt[member] < KEY_FRAME_INTERVAL_MS) return
    this.#askedAt[member] = now
    this.#options.onKeyFrameNeeded?.(member)
  }

  async #fail(fault: LiveFault, message: string): Promise<void> {
    this.#closed ??= this.#end({ state: 'failed', fault, message })
    await this.#closed
  }

  async #end(state: LiveState): Promise<void> {
    const phase = this.#phase
    this.#phase = { is: 'over' }
    this.#stopPolling()
    if (phase.is === 'waiting') phase.cancel()
    if (phase.is === 'mixing' || phase.is === 'changing') await phase.generation.end()
    await endPlaylist(this.#options.hlsDirectory)
    await this.#push?.close()
    this.#tell(state)
  }

  #tell(state: LiveState): void {
    this.#state = state
    this.#options.onState(state)
  }
}
