/** Between the packets of one body, from version 3 of the client on. */
const SEPARATOR = '\u001e'

/** A client of version 4 over polling, one request at a time. For tests. */
export class Poller {
  readonly #url: string
  readonly #options: RequestInit

  private constructor(url: string, options: RequestInit) {
    this.#url = url
    this.#options = options
  }

  /** Begins a session with a Socket.IO socket. */
  static async open(origin: string, options: RequestInit = {}): Promise<Poller> {
    const url = `${origin}/socket.io/?EIO=4&transport=polling`
    const answer = await fetch(url, options)
    const { sid } = JSON.parse((await answer.text()).slice(1)) as { sid: string }
    const poller = new Poller(`${url}&sid=${sid}`, options)
    await poller.post('40')
    await poller.poll()
    return poller
  }

  async poll(more: RequestInit = {}): Promise<string[]> {
    const answer = await fetch(this.#url, { ...this.#options, ...more })
    return (await answer.text()).split(SEPARATOR)
  }

  async post(...packets: string[]): Promise<number> {
    const body = packets.join(SEPARATOR)
    return (await fetch(this.#url, { ...this.#options, method: 'POST', body })).status
  }

  say(event: string, ...args: unknown[]): Promise<number> {
    return this.post(`42${JSON.stringify([event, ...args])}`)
  }
}
