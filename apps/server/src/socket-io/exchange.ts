import { messageOf, type Logger } from '@duet/base'
import type { RequestContext } from '../front/socket.ts'
import { isOverfull } from './engine-packets.ts'
import { EngineRequest } from './engine-request.ts'

export interface ExchangeOptions {
  context: RequestContext
  request: Request
  release: () => void
  logger: Logger
}

/**
 * One HTTP request and its answer. To the engine it is the answer, of Node's ServerResponse the
 * part that it touches.
 */
export class Exchange {
  readonly request: EngineRequest
  readonly answer: Promise<Response>
  readonly #options: ExchangeOptions
  #resolve: (answer: Response) => void = () => {}
  #status = 200
  #headers: Record<string, string> = {}
  #isAnswered = false

  constructor(options: ExchangeOptions) {
    this.#options = options
    const { context, request, release } = options
    this.request = new EngineRequest({ context, method: request.method, release })
    this.answer = new Promise((resolve) => (this.#resolve = resolve))
    request.signal.addEventListener('abort', this.#handleAbort)
  }

  get headersSent(): boolean {
    return this.#isAnswered
  }

  get writableEnded(): boolean {
    return this.#isAnswered
  }

  writeHead(status: number, headers: Record<string, string> = {}): this {
    this.#status = status
    this.#headers = headers
    return this
  }

  end(body?: string | Uint8Array<ArrayBuffer>): void {
    if (this.#isAnswered) return
    this.#isAnswered = true
    this.#options.request.signal.removeEventListener('abort', this.#handleAbort)
    const { 'Content-Length': _counted, ...headers } = this.#headers
    this.#resolve(new Response(body ?? null, { status: this.#status, headers }))
    // The first answer of a session that began is 200: there its place is kept.
    if (this.#status !== 200) this.request.release()
  }

  /** Hands the body to the engine, if it still wants it. */
  async readBody(): Promise<void> {
    const { request, logger } = this.#options
    try {
      const isBinary = this.request.headers['content-type'] === 'application/octet-stream'
      const body = isBinary ? Buffer.from(await request.arrayBuffer()) : await request.text()
      if (isOverfull(body, this.request.isVersion3)) throw new RangeError('too many packets')
      this.request.emit('data', body)
      this.request.emit('end')
    } catch (error) {
      logger.debug('a request was not read', { error: messageOf(error) })
      this.request.emit('close')
    }
    // The session may have ended meanwhile.
    this.writeHead(400).end()
  }

  readonly #handleAbort = (): void => {
    this.request.emit('close')
    this.end()
  }
}
