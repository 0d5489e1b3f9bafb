import type { Logger } from '@duet/base'
import type {
  CaptureAgreement,
  CaptureEvent,
  CapturePurpose,
  CaptureRequest,
  LiveOptions,
} from '@duet/protocol'
import type { LoadMediaParts } from '../media-path/load-media-parts.ts'
import type { CaptureBook, CaptureBookOptions } from './capture-book.ts'
import { NO_CAPTURE, type CaptureInfo, type Capturing } from './capture-info.ts'

export interface CapturesOptions extends Omit<CaptureBookOptions, 'onChange'> {
  /** Absent: this side is never captured. */
  loadMediaParts?: LoadMediaParts | undefined
  logger: Logger
  onChange: (info: CaptureInfo) => void
  onRefused: (code: 'capture-unavailable') => void
}

/**
 * Consents and captures of a call. Nothing is agreed to before what shows it is loaded, so that nobody is captured
 * without seeing it.
 */
export class Captures implements Capturing {
  readonly #options: CapturesOptions
  #offered: readonly CapturePurpose[] = []
  #book: CaptureBook | undefined
  #isLoading = false
  /** What was heard and is to be said while it is loaded. */
  #waiting: (CaptureEvent | CaptureRequest)[] = []
  /** What a lost session may not have delivered. */
  #held: CaptureRequest[] = []
  #told: CaptureInfo = NO_CAPTURE

  constructor(options: CapturesOptions) {
    this.#options = options
  }

  get capture(): CaptureInfo {
    const { peer, mediaPath } = this.#options
    const isOffered = peer() !== undefined && mediaPath()?.info.isOffered
    return { ...NO_CAPTURE, ...this.#book?.info, offered: isOffered ? this.#offered : [] }
  }

  setConsent(purpose: CapturePurpose, isGiven: boolean): void {
    const peer = isGiven ? this.#options.peer() : undefined
    this.#say({ type: 'consent', ...(peer !== undefined && { peer }), purpose, isGiven })
  }

  startCapture(purpose: CapturePurpose, live?: LiveOptions): void {
    this.#say({ type: 'capture', purpose, isOn: true, ...(live && { live }) })
  }

  stopCapture(purpose: CapturePurpose): void {
    this.#say({ type: 'capture', purpose, isOn: false })
  }

  /** What the server does. */
  setOffered(offered: readonly CapturePurpose[] = []): void {
    this.#offered = offered
    this.refresh()
  }

  /** The server's word. */
  hear(event: CaptureEvent): void {
    if (this.#book) this.#book.hear(event)
    else this.#wait(event)
  }

  /** It has its seat, with what was agreed on for it. */
  seated(agreement: CaptureAgreement = { consents: [], active: [] }): void {
    const isEmpty = agreement.consents.length + agreement.active.length === 0
    if (this.#book || !isEmpty) this.hear({ type: 'captures', ...agreement })
  }

  /** Somebody else is there, or the media goes another way. */
  refresh(): void {
    this.#book?.steer()
    const { capture } = this
    if (JSON.stringify(capture) === JSON.stringify(this.#told)) return
    this.#told = capture
    this.#options.onChange(capture)
  }

  /** The session was lost: what was given up in it is given up once the same peer is there again. */
  hold(unsaid: readonly { type: string }[]): void {
    this.#held.push(...(unsaid as CaptureRequest[]).filter(isGivingUp))
  }

  release(): void {
    for (const request of this.#held.splice(0)) this.#options.send(request)
  }

  /** Whoever was agreed with is gone. */
  clear(): void {
    this.#waiting = []
    this.#held = []
    this.#book?.clear()
  }

  /** Idempotent. */
  close(): void {
    this.clear()
    this.#book?.close()
  }

  #say(request: CaptureRequest): void {
    if (this.#options.peer() === undefined) return
    if (this.#book) this.#book.say(request)
    else this.#wait(request)
  }

  #wait(message: CaptureEvent | CaptureRequest): void {
    this.#waiting.push(message)
    if (!this.#isLoading) void this.#load()
  }

  async #load(): Promise<void> {
    const { loadMediaParts, logger, onRefused, ...options } = this.#options
    this.#isLoading = true
    try {
      if (!loadMediaParts) throw new TypeError('there is nothing to load')
      const { createCaptureBook } = await loadMediaParts()
      const book = createCaptureBook({ ...options, onChange: () => this.refresh() })
      this.#book = book
      for (const message of this.#waiting.splice(0)) {
        if (isRequest(message)) book.say(message)
        else book.hear(message)
      }
    } catch (error) {
      logger.debug('nothing shows what is agreed on', { error: String(error) })
      if (this.#waiting.splice(0).some(isRequest)) onRefused('capture-unavailable')
    }
    this.#isLoading = false
  }
}

function isRequest(message: CaptureEvent | CaptureRequest): message is CaptureRequest {
  return message.type === 'consent' || message.type === 'capture'
}

/** Whoever gives up is not to be captured on because a network failed. */
function isGivingUp(request: CaptureRequest): boolean {
  if (request.type === 'consent') return !request.isGiven
  return request.type === 'capture' && !request.isOn
}
