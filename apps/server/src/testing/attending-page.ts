import { PROTOCOL_VERSION, type PeopleRequest, type RoomRequest } from '@duet/protocol'
import { until } from './until.ts'

/** A frame of the server. */
export type HeardEvent = Record<string, unknown> & { type: string }

/** A session of the native protocol as a page has it, on a real socket; for tests. */
export class AttendingPage {
  readonly events: HeardEvent[] = []
  readonly #socket: WebSocket
  #seq = 0
  #ack = 0
  #isLost = false

  /** Says hello as soon as `socket` is open; `isAttending`: and that it is a device of its user. */
  constructor(socket: WebSocket, isAttending: boolean) {
    this.#socket = socket
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION }))
      if (isAttending) this.say({ type: 'attend' })
    }
    socket.onmessage = ({ data: frame }) => {
      const event = JSON.parse(String(frame)) as HeardEvent
      this.#ack = Math.max(this.#ack, Number(event['seq'] ?? 0))
      this.events.push(event)
    }
    socket.onclose = () => (this.#isLost = true)
  }

  /** Sends a request and returns its number. */
  say(request: PeopleRequest | RoomRequest): number {
    this.#socket.send(JSON.stringify({ ...request, seq: ++this.#seq, ack: this.#ack }))
    return this.#seq
  }

  /** S7: says that it is there. */
  ping(): void {
    this.#socket.send(JSON.stringify({ type: 'ping', ack: this.#ack }))
  }

  all(type: string): HeardEvent[] {
    return this.events.filter((event) => event.type === type)
  }

  /** The `nth` event of this type, when it comes. Rejects when the connection is lost before. */
  async hears(type: string, nth = 1): Promise<HeardEvent> {
    await this.#until(() => this.all(type).length >= nth)
    return this.all(type)[nth - 1] as HeardEvent
  }

  /**
   * Sends a request and resolves with what answers it: a message by its `clientId`. Rejects when
   * the connection is lost before.
   */
  async asks(request: PeopleRequest | RoomRequest): Promise<HeardEvent> {
    const clientId = 'clientId' in request ? request.clientId : undefined
    const seq = this.say(request)
    const isAnswer = (event: HeardEvent) =>
      event['replyTo'] === seq || (clientId !== undefined && event['clientId'] === clientId)
    await this.#until(() => this.events.some(isAnswer))
    return this.events.find(isAnswer) as HeardEvent
  }

  close(): void {
    this.#socket.close()
  }
  async #until(isSo: () => boolean): Promise<void> {
    await until(() => isSo() || this.#isLost)
    if (!isSo()) throw new Error('the connection was lost')
  }
}
