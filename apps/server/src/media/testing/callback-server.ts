/** What a callback was sent. */
export interface CallbackEvent {
  action: string
  client_id: string
  ip: string
  vhost: string
  app: string
  stream: string
  param: string
  [field: string]: unknown
}

/** A server of somebody who is asked and told of sessions. For tests. */
export class CallbackServer {
  readonly events: CallbackEvent[] = []
  /** How it answers. */
  answer: (event: CallbackEvent) => Response | Promise<Response> = () => new Response('0')
  readonly #server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const event = (await request.json()) as CallbackEvent
      this.events.push(event)
      return this.answer(event)
    },
  })

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}/sessions?secret=word`
  }

  get actions(): string[] {
    return this.events.map(({ action }) => action)
  }

  async stop(): Promise<void> {
    await this.#server.stop(true)
  }
}
