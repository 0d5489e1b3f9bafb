import type { CancelTimer, Clock, Logger } from '@duet/base'
import type { PeerMedia } from '../call-state.ts'
import type { LocalMedia, MediaKind } from '../local-media.ts'
import type { PathReport } from '../path-report.ts'
import {
  DIRECT,
  nextMediaPath,
  playsOf,
  sendsDirectly,
  usesServer,
  viaOf,
  type MediaPathInput,
  type MediaPathMessage,
  type MediaPathState,
  type MediaVia,
  type MediaWay,
} from './media-path-state.ts'
import { ServerLeg, type MediaGrant, type ServerLegOptions } from './server-leg.ts'

export interface MediaSwitchOptions {
  /** The connection from browser to browser. */
  connection: RTCPeerConnection
  media: LocalMedia
  clock: Clock
  logger: Logger
  /** Asks for the way to the media server; null: not now. */
  requestMedia: () => Promise<MediaGrant | null>
  /** Says something over the data channel; false when it is not open. */
  send: (message: MediaPathMessage) => boolean
  /** True for the side that answered the first offer. */
  isPeerFirst: () => boolean
  /** What the other side says that it sends; null: it said nothing. */
  expected: () => PeerMedia | null
  /** Whether anything is to be sent directly. */
  setDirectActive: (isActive: boolean) => void
  /** Another stream is to be shown: see `stream`. */
  onStream: () => void
  onChange: () => void
}

/** What is not there by then is not coming, in milliseconds. */
const ENTER_LIMIT_MS = 5_000

/** After so long nothing goes through the server any more, whatever the other side shows. */
const RETURN_LIMIT_MS = 5_000

/** A peer that moves it all the time is followed no faster than that, in milliseconds. */
const ENTER_INTERVAL_MS = 1_000

/**
 * Moves the media of one peer connection through the server and back, as both sides agree
 * (docs/protocol.md, V3). The way that is shown is left when the other one is there, and not before.
 */
export class MediaSwitch {
  readonly #options: MediaSwitchOptions
  readonly #createLeg: (options: ServerLegOptions) => ServerLeg
  #state = DIRECT
  #leg: ServerLeg | undefined
  /** It told that it is lost: it may still wait for the direct way, and is never gone back to. */
  #isLegLost = false
  #enteredAt = -Infinity
  /** Counts how often a way there was looked for. */
  #entry = 0
  #cancelLimit: CancelTimer = () => {}
  #cancelPause: CancelTimer = () => {}
  #isClosed = false

  constructor(
    options: MediaSwitchOptions,
    createLeg = (legOptions: ServerLegOptions) => new ServerLeg(legOptions),
  ) {
    this.#options = options
    this.#createLeg = createLeg
  }

  get way(): MediaWay {
    const { by, name, why } = this.#state
    return { name, by, why, isThroughServer: usesServer(this.#state) }
  }

  /** What comes from the server, while that is shown; null: the direct stream is. */
  get stream(): MediaStream | null {
    return (playsOf(this.#state) === 'server' && this.#leg?.stream) || null
  }

  /** Moves sound and picture, on both sides. */
  move(via: MediaVia): void {
    this.#input({ type: 'move', via, why: 'pressed' })
  }

  handle(message: MediaPathMessage): void {
    this.#input({ type: 'peer', message, isPeerFirst: this.#options.isPeerFirst() })
  }

  /** Something else is to be sent. */
  async mediaChanged(kind: MediaKind): Promise<void> {
    await this.#leg?.mediaChanged(kind)
  }

  /** The truth about what is shown; null: the direct connection has it. */
  async sample(): Promise<PathReport | null> {
    return playsOf(this.#state) === 'server' ? ((await this.#leg?.sample()) ?? null) : null
  }

  /** Ends what goes through the server. Idempotent. */
  close(): void {
    this.#isClosed = true
    this.#cancelLimit()
    this.#dropLeg()
  }

  #input(input: MediaPathInput): void {
    if (this.#isClosed) return
    const before = this.#state
    const next = nextMediaPath(before, input)
    if (next === before) return
    if (this.#isLegLost && viaOf(before) === 'direct' && viaOf(next) === 'server') {
      this.#input({ type: 'give-up' })
      return this.#input(input)
    }
    this.#state = next
    if (next.name !== before.name) this.#enter(next, before)
    if (playsOf(next) !== playsOf(before)) this.#options.onStream()
    this.#options.setDirectActive(sendsDirectly(next))
    if (limitOf(next) !== limitOf(before)) this.#limit()
    if (!usesServer(next)) this.#dropLeg()
    this.#tell()
    this.#options.onChange()
  }

  #enter({ name, by, why }: MediaPathState, before: MediaPathState): void {
    this.#options.logger.info('path of the media', { name, by, why })
    if (name === 'returning') this.#leg?.awaitDirect()
    else if (name === 'entering' && this.#leg) this.#leg.awaitServer()
    else if (name === 'entering' && before.name === 'direct') this.#openLegSoon()
  }

  /** Runs on whatever the other side says meanwhile. */
  #limit(): void {
    this.#cancelLimit()
    const { clock } = this.#options
    const limit = limitOf(this.#state)
    if (limit === 'leaving') {
      this.#cancelLimit = clock.after(RETURN_LIMIT_MS, () => this.#input({ type: 'give-up' }))
    } else if (limit === 'entering') {
      this.#cancelLimit = clock.after(ENTER_LIMIT_MS, () => this.#fail())
    }
  }

  #openLegSoon(): void {
    const { clock, logger } = this.#options
    const pauseMs = Math.max(0, this.#enteredAt + ENTER_INTERVAL_MS - clock.now())
    const entry = ++this.#entry
    const open = () => {
      this.#enteredAt = clock.now()
      this.#openLeg(entry).catch((error: unknown) => {
        logger.debug('no way to the media server', { error: String(error) })
        if (this.#isEntering(entry)) this.#fail()
      })
    }
    this.#cancelPause()
    if (pauseMs === 0) open()
    else this.#cancelPause = clock.after(pauseMs, open)
  }

  async #openLeg(entry: number): Promise<void> {
    const { clock, connection, expected, logger, media, requestMedia } = this.#options
    if (!this.#isEntering(entry)) return
    const grant = await requestMedia()
    if (!this.#isEntering(entry)) return
    if (!grant) return this.#fail()
    this.#leg = this.#createLeg({
      grant,
      media,
      direct: connection,
      expected,
      clock,
      logger,
      onArrived: () => this.#input({ type: 'arrived' }),
      onLost: () => {
        this.#isLegLost = true
        this.#fail()
      },
    })
  }

  /** The same wish as when it was begun, and nothing was opened for it yet. */
  #isEntering(entry: number): boolean {
    return this.#state.name === 'entering' && this.#entry === entry && !this.#leg
  }

  #fail(): void {
    const why = this.#state.name === 'entering' ? 'failed' : 'lost'
    this.#input({ type: 'move', via: 'direct', why })
  }

  #dropLeg(): void {
    this.#cancelPause()
    this.#leg?.close()
    this.#leg = undefined
    this.#isLegLost = false
  }

  #tell(): void {
    const { turn, why } = this.#state
    const via = viaOf(this.#state)
    this.#options.send({ type: 'media-path', turn, via, why, plays: playsOf(this.#state) })
  }
}

/** What must not take too long now. */
function limitOf(state: MediaPathState): 'entering' | 'leaving' | undefined {
  if (state.name === 'entering') return 'entering'
  return viaOf(state) === 'direct' && usesServer(state) ? 'leaving' : undefined
}

export function createMediaSwitch(options: MediaSwitchOptions): MediaSwitch {
  return new MediaSwitch(options)
}
