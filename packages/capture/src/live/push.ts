import { join } from 'node:path'
import type { CancelTimer, Clock, Logger } from '@duet/base'
import { FfmpegProcess } from '../ffmpeg/ffmpeg-process.ts'
import { LIVE_PLAYLIST, type LivePush } from '../live.ts'
import {
  LOOKUP_MS,
  MAX_PUSHES,
  MAX_RELOADS,
  PUSH_FIRST_MS,
  PUSH_LAST_MS,
  PUSH_STUCK_MS,
  STEADY_MS,
} from './limits.ts'
import { codeOf } from './rtmp/code-of.ts'
import { PushRelay } from './rtmp/push-relay.ts'
import { rtmpAddress, type RtmpAddress } from './rtmp/rtmp-address.ts'

const MAX_REASON_LENGTH = 200
/** Of a key, as servers name it; shorter ones are words like any. */
const MIN_PART_LENGTH = 4

export type PushState = 'connecting' | 'on' | 'refused'

export interface PushOptions {
  ffmpegPath: string
  push: LivePush
  hlsDirectory: string
  clock: Clock
  logger: Logger
  onState: (state: PushState) => void
}

/** connecting: the address is looked up and connected to. pausing: another attempt follows. */
type Phase =
  | { is: 'connecting'; startedAt: number }
  | { is: 'sending'; process: FfmpegProcess; relay: PushRelay; startedAt: number; lost?: string }
  | { is: 'pausing'; cancel: CancelTimer }
  | { is: 'over' }

/**
 * Sends the broadcast to an RTMP server, out of the playlist: by an ffmpeg of its own, so that what happens to
 * it does not reach the broadcast.
 */
export class Push {
  readonly #options: PushOptions
  readonly #target: RtmpAddress | undefined
  #phase: Phase = { is: 'over' }
  #failures = 0
  #movedAt = 0
  #lastSize = ''
  readonly #stopWatching: CancelTimer
  #state: PushState | undefined

  constructor(options: PushOptions) {
    this.#options = options
    this.#target = rtmpAddress(options.push)
    this.#stopWatching = options.clock.every(1000, () => this.#watch())
    if (this.#target === undefined) this.#tell('refused')
    else void this.#attempt(this.#target)
  }

  /** What is in the playlist is still sent, once that has ended. Idempotent. */
  async close(): Promise<void> {
    const phase = this.#phase
    this.#phase = { is: 'over' }
    this.#stopWatching()
    if (phase.is === 'pausing') phase.cancel()
    if (phase.is !== 'sending') return
    phase.process.end()
    await phase.process.exited
    phase.relay.close()
  }

  async #attempt(target: RtmpAddress): Promise<void> {
    const { clock } = this.#options
    const attempt: Phase = { is: 'connecting', startedAt: clock.now() }
    this.#phase = attempt
    this.#tell('connecting')
    try {
      const relay: PushRelay = await PushRelay.open({
        target,
        addresses: await this.#addresses(),
        ca: this.#options.push.ca,
        clock,
        onLost: (reason) => this.#handleLost(relay, reason),
      })
      if (this.#phase === attempt) this.#send(relay, target)
      else relay.close()
    } catch (error) {
      if (this.#phase === attempt) this.#handleFailure(target, codeOf(error))
    }
  }

  /** Rejects when there are none. */
  async #addresses(): Promise<readonly string[]> {
    const { clock, push } = this.#options
    const late = Promise.withResolvers<never>()
    const cancel = clock.after(LOOKUP_MS, () => late.reject(new Error('the name was not found')))
    try {
      const addresses = await Promise.race([push.addresses(), late.promise])
      if (addresses.length === 0) throw new Error('the address may not be reached')
      return addresses
    } finally {
      cancel()
    }
  }

  #send(relay: PushRelay, target: RtmpAddress): void {
    const { clock, ffmpegPath, hlsDirectory } = this.#options
    const startedAt = clock.now()
    this.#movedAt = startedAt
    const process = new FfmpegProcess({
      path: ffmpegPath,
      args: pushArguments(join(hlsDirectory, LIVE_PLAYLIST), relay.url),
      clock,
      onProgress: (name, value) => {
        if (name === 'total_size' && Number(value) > 0) this.#handleMoved(value)
      },
      onExit: ({ message }) => {
        const phase = this.#phase
        relay.close()
        if (phase.is !== 'sending' || phase.relay !== relay) return
        this.#handleFailure(target, phase.lost ?? message)
      },
    })
    this.#phase = { is: 'sending', process, relay, startedAt }
  }

  #handleMoved(size: string): void {
    const phase = this.#phase
    if (size === this.#lastSize || phase.is !== 'sending') return
    this.#lastSize = size
    this.#movedAt = this.#options.clock.now()
    if (this.#movedAt - phase.startedAt >= STEADY_MS) this.#failures = 0
    this.#tell('on')
  }

  /** ffmpeg finds out by itself, and may say more of it. */
  #handleLost(relay: PushRelay, reason: string): void {
    const phase = this.#phase
    if (phase.is === 'sending' && phase.relay === relay) phase.lost = reason
  }

  #handleFailure(target: RtmpAddress, message: string): void {
    this.#failures += 1
    const { clock, logger, push } = this.#options
    logger.warn('pushing the broadcast ended', {
      // Cut afterwards: half a key is one that is not found.
      reason: withoutSecrets(message, push).slice(0, MAX_REASON_LENGTH),
    })
    this.#tell('refused')
    if (this.#failures > MAX_PUSHES) {
      this.#phase = { is: 'over' }
      return
    }
    const waitMs = Math.min(PUSH_FIRST_MS * 2 ** (this.#failures - 1), PUSH_LAST_MS)
    this.#phase = {
      is: 'pausing',
      cancel: clock.after(waitMs, () => void this.#attempt(target)),
    }
  }

  #watch(): void {
    const phase = this.#phase
    const isStuck = this.#options.clock.now() - this.#movedAt > PUSH_STUCK_MS
    if (phase.is === 'sending' && isStuck) phase.process.kill()
  }

  #tell(state: PushState): void {
    if (this.#state === state) return
    this.#state = state
    this.#options.onState(state)
  }
}

function pushArguments(playlist: string, target: string): string[] {
  return [
    ['-hide_banner', '-nostdin', '-loglevel', 'error', '-progress', 'pipe:1'],
    // Reloaded so often without anything new, it ends: nobody else may be left to end it.
    ['-max_reload', String(MAX_RELOADS), '-live_start_index', '-1', '-i', playlist],
    ['-c', 'copy', '-bsf:a', 'aac_adtstoasc', '-flvflags', 'no_duration_filesize'],
    ['-f', 'flv', target],
  ].flat()
}

/** ffmpeg names addresses, and servers the keys that they refuse. */
export function withoutSecrets(
  message: string,
  { url, key }: Pick<LivePush, 'url' | 'key'>,
): string {
  const { pathname = '', search = '', username = '', password = '' } = URL.parse(url) ?? {}
  const parts = key?.split(/[/?&=]/).filter(({ length }) => length >= MIN_PART_LENGTH) ?? []
  const secrets = [key, ...parts, ...pathname.split('/'), search.slice(1), username, password]
    .flatMap((secret) => (secret ? [secret, decoded(secret)] : []))
    .sort((a, b) => b.length - a.length)
  let clean = message.replace(/rtmps?:\/\/\S+/gi, '(address)')
  for (const secret of secrets) clean = clean.replaceAll(secret, '(secret)')
  return clean
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
