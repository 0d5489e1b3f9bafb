import { io, type Socket } from 'socket.io-client'
import { until } from '../../testing/until.ts'
import type { DialectClient, DialectUnderTest, Heard, Said } from '../dialect-client.ts'
import { Wire } from '../wire.ts'

/** The room dialect for the conformance suite. */
export const ROOM: DialectUnderTest = {
  name: 'room',
  connect: (port) => RoomClient.open(port),
  canResume: false,
  hasLeave: true,
  leavesOffers: false,
  isTranslated: true,
}

const COMMON_WORDS = { otherjoin: 'come', bye: 'gone', full: 'full' } as const

/** A page with the current version of its library. */
class RoomClient implements DialectClient {
  readonly heard: Heard[] = []
  readonly #wire: Wire
  readonly #socket: Socket
  readonly #counts = new Map<string, number>()

  private constructor(wire: Wire, socket: Socket) {
    this.#wire = wire
    this.#socket = socket
    socket.onAny((event: string, _: string, data: unknown) => this.#onEvent(event, data))
  }

  static async open(port: number): Promise<RoomClient> {
    const wire = await Wire.open(port)
    const socket = io(`http://127.0.0.1:${wire.port}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    })
    const client = new RoomClient(wire, socket)
    await until(() => socket.connected)
    return client
  }

  async join(room: string): Promise<'joined' | 'full'> {
    const [joined, full] = [this.#count('joined'), this.#count('full')]
    this.#socket.emit('join', room)
    await until(() => this.#count('joined') > joined || this.#count('full') > full)
    return this.#count('full') > full ? 'full' : 'joined'
  }

  say(room: string, said: Said): void {
    if (said.type === 'text') this.#say(room, said.body)
    else if (said.type !== 'candidate') this.#say(room, said)
    else {
      const { type, candidate, sdpMid: id, sdpMLineIndex: label } = said
      this.#say(room, { type, label, id, candidate })
    }
  }

  async leave(room: string): Promise<void> {
    const before = this.#count('leaved')
    this.#socket.emit('leave', room)
    await until(() => this.#count('leaved') > before)
  }

  async close(): Promise<void> {
    this.#socket.disconnect()
    await until(() => !this.#socket.connected)
    this.#socket.io.engine.close()
  }

  async cut(): Promise<void> {
    this.#wire.cut()
    await until(() => !this.#socket.connected)
  }

  talkNonsense(room: string): void {
    this.#socket.emit('message')
    this.#socket.emit('message', null, {})
    this.#socket.emit('constructor', room)
    this.#socket.emit('join')
    this.#socket.emit('leave', {})
  }

  /** Leaving is answered every time, and in order. */
  settle(): Promise<void> {
    return this.leave('a room in which nobody is')
  }

  #say(room: string, data: unknown): void {
    if (this.#socket.connected) this.#socket.emit('message', room, data)
  }

  #onEvent(event: string, data: unknown): void {
    this.#counts.set(event, this.#count(event) + 1)
    if (event === 'message') this.heard.push(toSaid(data))
    if (event in COMMON_WORDS) {
      this.heard.push({ type: COMMON_WORDS[event as keyof typeof COMMON_WORDS] })
    }
  }

  #count(event: string): number {
    return this.#counts.get(event) ?? 0
  }
}

function toSaid(data: unknown): Said {
  if (typeof data === 'string') return { type: 'text', body: data }
  const { type, label, id, candidate } = data as Record<string, string>
  if (type !== 'candidate') return data as Said
  return {
    type,
    candidate: candidate ?? '',
    sdpMid: id ?? '',
    sdpMLineIndex: Number(label ?? -1),
  }
}
