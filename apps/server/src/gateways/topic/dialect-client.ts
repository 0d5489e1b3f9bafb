import type { DialectClient, DialectUnderTest, Heard, Said } from '../dialect-client.ts'
import { WiredSocket } from '../wired-socket.ts'

/** The topic dialect for the conformance suite. */
export const TOPIC: DialectUnderTest = {
  name: 'topic',
  connect: (port) => TopicClient.open(port),
  canResume: false,
  hasLeave: false,
  leavesOffers: false,
  isTranslated: true,
}

/** A page that has media as soon as it has subscribed. */
class TopicClient implements DialectClient {
  readonly heard: Heard[] = []
  readonly #socket: WiredSocket

  private constructor(socket: WiredSocket) {
    this.#socket = socket
    socket.listen((frame) => this.heard.push(toHeard(frame)))
  }

  static async open(port: number): Promise<TopicClient> {
    return new TopicClient(await WiredSocket.open(port, '/'))
  }

  async join(room: string): Promise<'joined' | 'full'> {
    const before = this.#fulls
    this.#send({ cmd: 'subscribe', subject: `room-${room}` })
    this.#publish(room, 'call', null)
    await this.settle()
    return this.#fulls > before ? 'full' : 'joined'
  }

  say(room: string, said: Said): void {
    if (said.type === 'text') this.#publish(room, 'chat', said.body)
    else if (said.type !== 'candidate') this.#publish(room, said.type, said)
    else {
      const { candidate, sdpMid, sdpMLineIndex } = said
      this.#publish(room, 'candidate', { candidate, sdpMid, sdpMLineIndex })
    }
  }

  /** There is no word for it. */
  leave(): Promise<void> {
    return this.close()
  }

  close(): Promise<void> {
    return this.#socket.close()
  }

  cut(): Promise<void> {
    return this.#socket.cut()
  }

  talkNonsense(room: string): void {
    const subject = `room-${room}`
    this.#socket.send('nonsense')
    this.#socket.send(new Uint8Array([1, 2, 3]))
    this.#send([])
    this.#send({ cmd: 'constructor', subject })
    this.#send({ cmd: 'publish', subject })
    this.#send({ cmd: 'publish', subject, event: null, data: {} })
    this.#send({ cmd: 'subscribe', subject: null })
  }

  settle(): Promise<void> {
    return this.#socket.ping()
  }

  get #fulls(): number {
    return this.heard.filter(({ type }) => type === 'full').length
  }

  #publish(room: string, event: string, data: unknown): void {
    this.#send({ cmd: 'publish', subject: `room-${room}`, event, data })
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message))
  }
}

function toHeard(frame: string): Heard {
  const { event, data } = JSON.parse(frame) as { event: string; data: never }
  switch (event) {
    case 'call':
      return { type: 'come' }
    case 'leave':
      return { type: 'gone' }
    case 'full':
      return { type: 'full' }
    case 'chat':
      return { type: 'text', body: data }
    case 'candidate':
      return { type: 'candidate', ...(data as object) } as Heard
    default:
      return data
  }
}
