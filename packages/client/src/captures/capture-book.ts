import type { CancelTimer, Clock } from '@duet/base'
import type {
  CaptureEvent,
  CaptureProgress,
  CapturePurpose,
  CaptureRequest,
  CapturesChanged,
} from '@duet/protocol'
import type { MediaPath } from '../media-path/media-path.ts'
import type { Capture, CaptureInfo } from './capture-info.ts'

export interface CaptureBookOptions {
  clock: Clock
  /** Who else is there; undefined: nobody. */
  peer: () => string | undefined
  /** Where sound and picture go now; undefined: nowhere. */
  mediaPath: () => CapturePath | undefined
  send: (request: CaptureRequest) => void
  onChange: () => void
}

/** What is used of a path. */
export type CapturePath = Pick<MediaPath, 'info' | 'move'>

/** Captures that are over and remembered. */
const MAX_ENDED = 8

/**
 * The pause before the server is tried again, in milliseconds: what was there a moment ago is soon there again, and
 * until then nothing is recorded.
 */
const AGAIN_MS = 1_000

/** The same where it failed, or breaks again and again. */
const LONG_AGAIN_MS = 5_000

/** A server that is lost so soon after it was lost before breaks again and again, in milliseconds. */
const STABLE_MS = 60_000

/**
 * Who agreed to what and what is on, by the word of the server, and the way through the server for as long as anything
 * is (docs/protocol.md, B). Loaded when anybody says anything about it.
 */
export class CaptureBook {
  readonly #options: CaptureBookOptions
  /** What the person here agreed to, whatever the server says of it, and whether the server has said it, too. */
  readonly #agreed = new Map<CapturePurpose, { isConfirmed: boolean }>()
  #consents: CapturesChanged['consents'] = []
  #active: Capture[] = []
  #ended: Capture[] = []
  /** The path that was looked at since something is on, and whether it was moved here. */
  #asked: { path: CapturePath; isMovedHere: boolean } | undefined
  /** The pause that is to be made since the call left the server; undefined: it is there. */
  #pauseMs: number | undefined
  #cancelAgain: CancelTimer | undefined
  #lostAt = -Infinity

  constructor(options: CaptureBookOptions) {
    this.#options = options
  }

  get info(): Omit<CaptureInfo, 'offered'> {
    const peer = this.#options.peer()
    const purposesOf = (isPeer: boolean) =>
      this.#consents.filter(({ member }) => (member === peer) === isPeer).flatMap((c) => c.purposes)
    return {
      ownConsents: purposesOf(false),
      peerConsents: purposesOf(true),
      active: this.#active,
      ended: this.#ended,
    }
  }

  say(request: CaptureRequest): void {
    if (request.type === 'consent') {
      if (request.isGiven) this.#agreed.set(request.purpose, { isConfirmed: false })
      else this.#agreed.delete(request.purpose)
      this.steer()
    }
    this.#options.send(request)
  }

  hear(event: CaptureEvent): void {
    if (event.type === 'captures') this.#agree(event)
    else this.#hearState(event.capture, event)
    this.steer()
    this.#options.onChange()
  }

  /** Whoever was agreed with is gone. */
  clear(): void {
    this.#agreed.clear()
    this.#agree({ consents: [], active: [] })
    this.#asked = undefined
    this.#stopTrying()
  }

  /**
   * B8: what is on, and was agreed to here, goes through the server, and a way there that is gone is looked for
   * again. By its word alone the server gets nothing.
   */
  steer(): void {
    const path = this.#options.mediaPath()
    if (!path) return
    if (!this.#active.some(({ purpose }) => this.#agreed.has(purpose))) return this.#goBack()
    const { isOffered, name, why } = path.info
    const isThere = name === 'server' || name === 'entering'
    if (isThere) this.#stopTrying()
    if (this.#asked?.path !== path) {
      if (isThere) this.#asked = { path, isMovedHere: false }
      else if (isOffered) this.#move(path)
    } else if (!isThere && why !== 'pressed') {
      this.#pauseMs ??= this.#pauseAfter(why)
      if (name === 'direct') this.#tryAgainAfter(this.#pauseMs)
    }
  }

  /** Idempotent. */
  close(): void {
    this.#stopTrying()
  }

  #agree({ consents, active }: Omit<CapturesChanged, 'type'>): void {
    const peer = this.#options.peer()
    const over = this.#active.filter(({ id }) => !active.some((each) => each.id === id))
    for (const capture of over) this.#end({ ...capture, state: 'stopped' })
    const known = this.#active
    this.#consents = consents
    this.#forgetRefused(active)
    this.#active = active.map(
      ({ id, purpose, by }) =>
        known.find((each) => each.id === id) ?? {
          id,
          purpose,
          by: by === peer ? 'peer' : 'self',
          state: 'starting',
        },
    )
  }

  /**
   * B1: a no of the peer ends the consent here as well, and so does whatever else took it from the server's list. What
   * it was given for goes on as what it is (R10): only that one, and not what is begun afterwards.
   */
  #forgetRefused(active: CapturesChanged['active']): void {
    const { ownConsents } = this.info
    for (const [purpose, agreement] of this.#agreed) {
      const isOn = this.#active.some(
        (known) => known.purpose === purpose && active.some(({ id }) => id === known.id),
      )
      if (ownConsents.includes(purpose)) agreement.isConfirmed = true
      else if (agreement.isConfirmed && !isOn) this.#agreed.delete(purpose)
    }
  }

  #hearState(id: string, progress: CaptureProgress): void {
    const { state, fault, recording, live } = progress
    const running = this.#active.find((each) => each.id === id)
    const capture = running ?? this.#ended.find((each) => each.id === id)
    if (!capture) return
    const { fault: _fault, missing: _missing, ...rest } = capture
    const peer = this.#options.peer()
    const missing = progress.missing?.map((member) => (member === peer ? 'peer' : 'self'))
    const next: Capture = {
      ...rest,
      state,
      ...(fault && { fault }),
      ...(missing && missing.length > 0 && { missing }),
      ...(recording && { recording }),
      ...(live && { live }),
    }
    if (state === 'stopped' || state === 'failed') {
      this.#active = this.#active.filter((each) => each !== running)
      this.#end(next)
    } else if (running) {
      this.#active = this.#active.map((each) => (each === running ? next : each))
    }
  }

  #end(capture: Capture): void {
    const others = this.#ended.filter(({ id }) => id !== capture.id)
    this.#ended = [...others, capture].slice(-MAX_ENDED)
  }

  #move(path: CapturePath): void {
    this.#asked = { path, isMovedHere: true }
    path.move('server')
  }

  #goBack(): void {
    const asked = this.#asked
    this.#asked = undefined
    this.#stopTrying()
    if (asked?.isMovedHere) asked.path.move('direct')
  }

  /** Called once for each time that the call left the server. */
  #pauseAfter(why: 'failed' | 'lost'): number {
    if (why === 'failed') return LONG_AGAIN_MS
    const now = this.#options.clock.now()
    const isOften = now - this.#lostAt < STABLE_MS
    this.#lostAt = now
    return isOften ? LONG_AGAIN_MS : AGAIN_MS
  }

  #tryAgainAfter(pauseMs: number): void {
    this.#cancelAgain ??= this.#options.clock.after(pauseMs, () => {
      this.#cancelAgain = undefined
      const path = this.#options.mediaPath()
      if (path && this.#asked?.path === path) this.#move(path)
    })
  }

  #stopTrying(): void {
    this.#pauseMs = undefined
    this.#cancelAgain?.()
    this.#cancelAgain = undefined
  }
}

export function createCaptureBook(options: CaptureBookOptions): CaptureBook {
  return new CaptureBook(options)
}
