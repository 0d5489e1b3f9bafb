import { SerialQueue, type Clock, type Logger } from '@duet/base'
import { MAX_CHAT_LENGTH, type ClientRequest } from '@duet/protocol'
import type { ChatLine } from './call-state.ts'
import type { Keyring } from './keyring.ts'

export interface ChatOptions {
  /** Seals and opens lines; without it they travel in the open. */
  keyring: Keyring | undefined
  /** True when the person went on with a peer that showed no sign of the link's key. */
  isPeerKeyless: () => boolean
  clock: Clock
  logger: Logger
  send: (request: ClientRequest) => void
  onLine: (line: ChatLine) => void
  /** A line came that this link's key does not open, or that is not sealed and should be. */
  onUnreadable: () => void
}

/** In UTF-16 units: sealed, any script (3 bytes a unit, then base64) fits `MAX_CHAT_LENGTH`. */
const MAX_LINE_LENGTH = Math.floor((MAX_CHAT_LENGTH * 3) / 4 / 3) - 100

/**
 * Lines of text, in order, sealed with the link's key unless the peer has none. What a lost
 * session may not have delivered is kept until the same peer is there again, and is never said
 * to another one.
 */
export class Chat {
  readonly #options: ChatOptions
  /** Sealing and opening take turns, so that lines keep their order. */
  readonly #queue = new SerialQueue()
  /** Lines that wait for the same peer; undefined while there is no doubt where lines go. */
  #held: ClientRequest[] | undefined
  /** Whether the present peer sealed a line with this link's key. */
  #peer = { isSealing: false }

  constructor(options: ChatOptions) {
    this.#options = options
  }

  /** True while lines are sealed, both ways; what was said before keeps its form. */
  get isSealed(): boolean {
    const { isPeerKeyless, keyring } = this.#options
    return keyring !== undefined && (this.#peer.isSealing || !isPeerKeyless())
  }

  /** Says `text`, in several lines when it is long. Each is told to the page at once. */
  say(text: string, name: string): void {
    const { clock, onLine } = this.#options
    const keyring = this.isSealed ? this.#options.keyring : undefined
    for (const line of cut(text)) {
      onLine({ from: 'self', name, text: line, at: clock.now(), isSealed: keyring !== undefined })
      this.#run(async () => this.#send(await seal(line, keyring)))
    }
  }

  /** Takes a line of the peer. */
  hear(body: string, isSealed: boolean, name: string): void {
    const { clock, keyring, onLine, onUnreadable } = this.#options
    const peer = this.#peer
    // Who has the key seals: an open line is then not the peer's, whoever says so.
    const isRefused = !isSealed && this.isSealed
    this.#run(async () => {
      const text = isSealed ? ((await keyring?.open(body)) ?? null) : body
      if (text === null || isRefused) return onUnreadable()
      peer.isSealing ||= isSealed
      onLine({ from: 'peer', name, text, at: clock.now(), isSealed })
    })
  }

  /** The session was lost: `unsaid` and what is said from now on waits. */
  hold(unsaid: ClientRequest[]): void {
    this.#held ??= []
    this.#held.push(...unsaid.filter((request) => request.type === 'chat'))
  }

  /** The same peer is there again. */
  release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const request of held) this.#options.send(request)
  }

  /** The peer is another one, or gone: what was meant for it is dropped. */
  forget(): void {
    this.#held = undefined
    this.#peer = { isSealing: false }
  }

  close(): void {
    this.#queue.close()
  }

  #send(request: ClientRequest): void {
    if (this.#held) this.#held.push(request)
    else this.#options.send(request)
  }

  #run(task: () => Promise<void>): void {
    this.#queue.add(task).catch((error: unknown) => {
      this.#options.logger.debug('a line was dropped', { error: String(error) })
    })
  }
}

async function seal(text: string, keyring: Keyring | undefined): Promise<ClientRequest> {
  if (!keyring) return { type: 'chat', body: text }
  return { type: 'chat', body: await keyring.seal(text), sealed: true }
}

/** Cuts `text` into lines that fit, never inside a character. */
function cut(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const character of text) {
    if (line.length + character.length > MAX_LINE_LENGTH) {
      lines.push(line)
      line = ''
    }
    line += character
  }
  return line === '' ? lines : [...lines, line]
}
