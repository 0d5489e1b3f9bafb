import type { Clock, Logger } from '@duet/base'
import type { SessionKind } from '@duet/media'
import { postCallback } from './callback-post.ts'
import type { MediaClient } from './media-client.ts'
import { MediaRefusal } from './refusal.ts'
import { placeOf, ReportQueue } from './report-queue.ts'

/** The URLs of each callback. */
export interface CallbackUrls {
  onPublish: readonly string[]
  onUnpublish: readonly string[]
  onPlay: readonly string[]
  onStop: readonly string[]
}

export interface CallbacksOptions {
  urls: CallbackUrls
  /** Names this server. */
  serverId: string
  /** Sessions that may wait for an answer. */
  maxAsking: number
  clock: Clock
  logger: Logger
}

type Action = 'on_publish' | 'on_unpublish' | 'on_play' | 'on_stop'

/** Rules MD20 to MD23 of docs/media.md: asks others whether a session may be, and tells them of its end. */
export class Callbacks {
  readonly #options: CallbacksOptions
  readonly #reports: ReportQueue
  #asking = 0

  constructor(options: CallbacksOptions) {
    this.#options = options
    this.#reports = new ReportQueue(options.clock, options.logger)
  }

  /** Whether anybody wants to be asked of sessions of this kind. */
  isAsked(kind: SessionKind): boolean {
    return this.#asked(kind).length > 0
  }

  /** Resolves when everybody who is asked says zero. Rejects with a MediaRefusal. */
  async ask(client: MediaClient): Promise<void> {
    const { clock, logger, maxAsking } = this.#options
    if (this.#asking >= maxAsking) {
      throw new MediaRefusal('unavailable', 'Too many sessions wait to be allowed.')
    }
    const action = client.kind === 'publish' ? 'on_publish' : 'on_play'
    this.#asking += 1
    try {
      for (const url of this.#asked(client.kind)) {
        const answer = await postCallback(url, this.#event(action, client), clock)
        if (answer.name === 'allowed') continue
        const { name, reason } = answer
        const fields = { action, callback: placeOf(url), reason }
        if (name === 'refused') {
          logger.info('a callback refused a session', fields)
          throw new MediaRefusal('refused', `This server’s ${action} refused it.`)
        }
        logger.warn('a callback did not answer', fields)
        throw new MediaRefusal('unavailable', `This server’s ${action} does not answer.`)
      }
    } finally {
      this.#asking -= 1
    }
  }

  /** The session that was allowed is over. */
  report(client: MediaClient): void {
    const { onStop, onUnpublish } = this.#options.urls
    const isPublisher = client.kind === 'publish'
    const event = this.#event(isPublisher ? 'on_unpublish' : 'on_stop', client)
    for (const url of isPublisher ? onUnpublish : onStop) this.#reports.add(url, event)
  }

  /** Idempotent. */
  close(): Promise<void> {
    return this.#reports.close()
  }

  #asked(kind: SessionKind): readonly string[] {
    const { onPlay, onPublish } = this.#options.urls
    return kind === 'publish' ? onPublish : onPlay
  }

  #event(action: Action, client: MediaClient): Record<string, unknown> {
    const { target, vhost, param } = client
    return {
      server_id: this.#options.serverId,
      action,
      client_id: client.clientId,
      ip: client.address,
      vhost,
      app: target.app,
      tcUrl: `webrtc://${vhost}/${target.app}`,
      stream: target.name,
      param,
      stream_url: `/${target.app}/${target.name}`,
      pageUrl: client.pageUrl,
    }
  }
}
