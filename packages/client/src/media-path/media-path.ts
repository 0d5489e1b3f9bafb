import type { Clock, Logger } from '@duet/base'
import type { PeerMedia } from '../call-state.ts'
import type { LocalMedia, MediaKind } from '../local-media.ts'
import type { PathReport } from '../path-report.ts'
import type { LoadMediaParts } from './load-media-parts.ts'
import type { MediaPathMessage, MediaVia, MediaWay } from './media-path-state.ts'
import type { MediaSwitch, MediaSwitchOptions } from './media-switch.ts'

/** Where sound and picture go; see `Call.moveMedia()`. */
export interface MediaPathInfo extends MediaWay {
  /** True when they can go through the server: both sides can, and the server does it. */
  isOffered: boolean
}

/** Without a connection. */
export const NO_MEDIA_PATH: MediaPathInfo = {
  isOffered: false,
  name: 'direct',
  by: null,
  why: 'pressed',
  isThroughServer: false,
}

export interface MediaPathOptions extends Omit<MediaSwitchOptions, 'expected' | 'onChange'> {
  media: LocalMedia
  clock: Clock
  logger: Logger
  /** Absent: this side never goes through the server. */
  loadMediaParts?: LoadMediaParts | undefined
  /** True when the server has a media server. */
  hasMediaServer: () => boolean
  onChange: (info: MediaPathInfo) => void
}

/**
 * Where the media of one peer connection goes. Agreed on over its own data channel, never by a word of
 * the server, which could listen then (docs/protocol.md, V3). What moves it is loaded for the first move.
 */
export class MediaPath {
  readonly #options: MediaPathOptions
  #switch: MediaSwitch | undefined
  #loading: 'none' | 'running' | 'failed' = 'none'
  /** What this side wants, while what makes the first move is loaded. */
  #wish: MediaVia | undefined
  /** What the other side said last; undefined: it can't go there. */
  #heard: MediaPathMessage | undefined
  #peerMedia: PeerMedia | null = null
  #told = NO_MEDIA_PATH
  #isClosed = false

  constructor(options: MediaPathOptions) {
    this.#options = options
  }

  get info(): MediaPathInfo {
    if (this.#isClosed) return NO_MEDIA_PATH
    const { hasMediaServer } = this.#options
    return { ...this.#way, isOffered: this.#heard !== undefined && hasMediaServer() }
  }

  /** What comes from the server, while that is shown; null: the direct stream is. */
  get stream(): MediaStream | null {
    return this.#switch?.stream ?? null
  }

  /** The data channel is open: the other side learns that this one can. */
  open(): void {
    if (this.#options.loadMediaParts) this.#tell(0, 'pressed')
  }

  /** The server says whether it has a media server. */
  refresh(): void {
    this.#announce()
  }

  /** Moves sound and picture, on both sides. */
  move(via: MediaVia): void {
    if (via === 'server' && !this.info.isOffered) return
    if (this.#switch) return this.#switch.move(via)
    this.#wish = via
    if (via === 'server') void this.#load()
    this.#announce()
  }

  handle(message: MediaPathMessage): void {
    if (!this.#options.loadMediaParts) return
    this.#heard = message
    if (this.#switch) this.#switch.handle(message)
    else if (message.via === 'server') void this.#load()
    this.#announce()
  }

  /** What the other side says that it sends. */
  setPeerMedia(media: PeerMedia): void {
    this.#peerMedia = media
  }

  /** Something else is to be sent. */
  async mediaChanged(kind: MediaKind): Promise<void> {
    await this.#switch?.mediaChanged(kind)
  }

  /** The truth about what is shown; null: the direct connection has it. */
  async sample(): Promise<PathReport | null> {
    return (await this.#switch?.sample()) ?? null
  }

  /** Ends what goes through the server. Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#switch?.close()
    this.#announce()
  }

  get #way(): MediaWay {
    if (this.#switch) return this.#switch.way
    if (this.#loading === 'failed') return { ...NO_MEDIA_PATH, by: 'self', why: 'failed' }
    const via = this.#wish ?? this.#heard?.via
    if (this.#loading === 'none' || via !== 'server') return NO_MEDIA_PATH
    const by = this.#wish ? 'self' : 'peer'
    return { name: 'entering', by, why: 'pressed', isThroughServer: true }
  }

  async #load(): Promise<void> {
    const { loadMediaParts, logger, ...options } = this.#options
    if (this.#loading === 'running' || !loadMediaParts) return
    this.#loading = 'running'
    try {
      const { createMediaSwitch } = await loadMediaParts()
      if (this.#isClosed) return
      this.#switch = createMediaSwitch({
        ...options,
        logger,
        expected: () => this.#peerMedia,
        onChange: () => this.#announce(),
      })
      if (this.#heard) this.#switch.handle(this.#heard)
      if (this.#wish) this.#switch.move(this.#wish)
    } catch (error) {
      logger.debug('nothing moves the media', { error: String(error) })
      this.#loading = 'failed'
      this.#wish = undefined
      this.#tell((this.#heard?.turn ?? 0) + 1, 'failed')
    }
    this.#announce()
  }

  /** Before anything was moved. */
  #tell(turn: number, why: MediaPathMessage['why']): void {
    this.#options.send({ type: 'media-path', turn, via: 'direct', why, plays: 'direct' })
  }

  #announce(): void {
    const { info } = this
    if (JSON.stringify(info) === JSON.stringify(this.#told)) return
    this.#told = info
    this.#options.onChange(info)
  }
}
