import { messageOf, type Clock, type CancelTimer, type Logger } from '@duet/base'
import type { HttpRoute, RequestContext, SocketHandler, SocketRoute } from '../front/socket.ts'
import { MAX_MESSAGE_BYTES, PATHS, PREFIX } from './paths.ts'

/** What is loaded. */
export interface LoadedSocketIo {
  readonly routes: readonly SocketRoute[]
  readonly httpRoutes: readonly HttpRoute[]
  close(): Promise<void>
}

export interface LateSocketIoOptions {
  load: () => Promise<LoadedSocketIo>
  clock: Clock
  logger: Logger
}

/** The start is over by then, and hardly anybody was there before, in milliseconds. */
const LOAD_AFTER_MS = 500

/** Socket.IO takes a while to load: it is loaded when the start is over, or for whoever comes first. */
export class LateSocketIo implements LoadedSocketIo {
  readonly routes: readonly SocketRoute[]
  readonly httpRoutes: readonly HttpRoute[]
  readonly #options: LateSocketIoOptions
  readonly #cancelLoading: CancelTimer
  #loaded: Promise<LoadedSocketIo | undefined> | undefined
  #isClosed = false

  constructor(options: LateSocketIoOptions) {
    this.#options = options
    this.routes = PATHS.map((path) => ({
      path,
      maxMessageBytes: MAX_MESSAGE_BYTES,
      isPlainAllowed: true,
      accept: (context) => this.#accept(path, context),
    }))
    this.httpRoutes = [
      {
        prefix: PREFIX,
        maxBodyBytes: MAX_MESSAGE_BYTES,
        isPlainAllowed: true,
        respond: (context, request) => this.#respond(context, request),
      },
    ]
    this.#cancelLoading = options.clock.after(LOAD_AFTER_MS, () => void this.#load())
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelLoading()
    await (await this.#loaded)?.close()
  }

  async #accept(path: string, context: RequestContext): Promise<SocketHandler | Response> {
    const loaded = await this.#load()
    const route = loaded?.routes.find((each) => each.path === path)
    return route ? route.accept(context) : unavailable()
  }

  async #respond(context: RequestContext, request: Request): Promise<Response> {
    const [route] = (await this.#load())?.httpRoutes ?? []
    return route ? route.respond(context, request) : unavailable()
  }

  /** Undefined: it can't be loaded now. */
  #load(): Promise<LoadedSocketIo | undefined> {
    if (this.#isClosed) return Promise.resolve(undefined)
    this.#cancelLoading()
    this.#loaded ??= this.#options.load().catch((error: unknown) => {
      this.#options.logger.error('Socket.IO was not loaded', { reason: messageOf(error) })
      this.#loaded = undefined
      return undefined
    })
    return this.#loaded
  }
}

function unavailable(): Response {
  return new Response('Socket.IO can’t be served now\n', { status: 503 })
}
