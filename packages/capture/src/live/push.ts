import { join } from 'node:path'
import type { CancelTimer, Clock, Logger } from '@duet/base'
import { FfmpegProcess } from '../ffmpeg/ffmpeg-process.ts'
import { LIVE_PLAYLIST, type LivePush } from '../live.ts'
import {
  MAX_PUSHES,
  MAX_RELOADS,
  PUSH_FIRST_MS,
  PUSH_LAST_MS,
  PUSH_STUCK_MS,
  STEADY_MS,
} from './limits.ts'

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

/**
 * Sends the broadcast to an RTMP server, out of the playlist: by an ffmpeg of its own, so that what happens to
 * it does not reach the broadcast.
 */
export class Push {
  readonly #options: PushOptions
  readonly #target: string | undefined
  #process: FfmpegProcess | undefined
  #isClosed = false
  #failures = 0
  #startedAt = 0
  #movedAt = 0
  #lastSize = ''
  #cancelRetry: CancelTimer | undefined
  readonly #stopWatching: CancelTimer
  #state: PushState | undefined

  constructor(options: PushOptions) {
    this.#options = options
    this.#target = targetOf(options.push)
    this.#stopWatching = options.clock.every(1000, () => this.#watch())
    if (this.#target === undefined) this.#tell('refused')
    else this.#start(this.#target)
  }

  /** What is in the playlist is still sent, once that has ended. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#stopWatching()
    this.#cancelRetry?.()
    this.#process?.end()
    await this.#process?.exited
  }

  #start(target: string): void {
    const { clock, ffmpegPath, hlsDirectory } = this.#options
    this.#tell('connecting')
    this.#startedAt = clock.now()
    this.#movedAt = this.#startedAt
    this.#process = new FfmpegProcess({
      path: ffmpegPath,
      args: pushArguments(join(hlsDirectory, LIVE_PLAYLIST), target),
      clock,
      onProgress: (name, value) => {
        if (name === 'total_size' && Number(value) > 0) this.#handleMoved(value)
      },
      onExit: ({ message }) => this.#handleExit(target, message),
    })
  }

  #handleMoved(size: string): void {
    if (size === this.#lastSize || this.#isClosed) return
    this.#lastSize = size
    this.#movedAt = this.#options.clock.now()
    if (this.#movedAt - this.#startedAt >= STEADY_MS) this.#failures = 0
    this.#tell('on')
  }

  #handleExit(target: string, message: string): void {
    this.#process = undefined
    if (this.#isClosed) return
    this.#failures += 1
    const { clock, logger, push } = this.#options
    logger.warn('pushing the broadcast ended', {
      // Cut afterwards: half a key is one that is not found.
      reason: withoutSecrets(message, push).slice(0, MAX_REASON_LENGTH),
    })
    this.#tell('refused')
    if (this.#failures > MAX_PUSHES) return
    const waitMs = Math.min(PUSH_FIRST_MS * 2 ** (this.#failures - 1), PUSH_LAST_MS)
    this.#cancelRetry = clock.after(waitMs, () => this.#start(target))
  }

  #watch(): void {
    if (this.#process && this.#options.clock.now() - this.#movedAt > PUSH_STUCK_MS) {
      this.#process.kill()
    }
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

/** Undefined for what is no address of RTMP. */
function targetOf({ url, key }: LivePush): string | undefined {
  if (/[\s\p{Cc}]/u.test(url + (key ?? ''))) return undefined
  const { protocol, hostname } = URL.parse(url) ?? { protocol: '', hostname: '' }
  if (!['rtmp:', 'rtmps:'].includes(protocol) || hostname === '') return undefined
  return key ? `${url.replace(/\/+$/, '')}/${key}` : url
}

/** ffmpeg names addresses, and servers the keys that they refuse. */
export function withoutSecrets(message: string, { url, key }: LivePush): string {
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
