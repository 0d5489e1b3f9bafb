import { PROTOCOL_VERSION, SUBPROTOCOL, type ServerMessage, type Signal } from '@duet/protocol'
import { until } from '../../testing/until.ts'
import type { DialectClient, DialectUnderTest, Heard, Said } from '../dialect-client.ts'
import { WiredSocket } from '../wired-socket.ts'

/** The native dialect for the conformance suite. */
export const NATIVE: DialectUnderTest = {
  name: 'native',
  connect: (port) => NativeClient.open(port),
  canResume: true,
  hasLeave: true,
  leavesOffers: true,
  isTranslated: true,
}

class NativeClient implements DialectClient {
  readonly heard: Heard[] = []
  readonly #socket: WiredSocket
  readonly #counts = new Map<string, number>()
  #seq = 0
  #ack = 0

  private constructor(socket: WiredSocket) {
    this.#socket = socket
    socket.listen((frame) => this.#onMessage(JSON.parse(frame) as ServerMessage & { seq?: number }))
  }

  static async open(port: number): Promise<NativeClient> {
    const client = new NativeClient(await WiredSocket.open(port, '/ws', [SUBPROTOCOL]))
    client.#send({ type: 'hello', version: PROTOCOL_VERSION })
    await client.#hears('welcome', 1)
    return client
  }

  async join(room: string): Promise<'joined' | 'full'> {
    const [joined, full] = [this.#count('joined'), this.#count('full')]
    this.#request({ type: 'join', room, tag: crypto.randomUUID() })
    await until(() => this.#count('joined') > joined || this.#count('full') > full)
    return this.#count('full') > full ? 'full' : 'joined'
  }

  say(_: string, said: Said): void {
    if (said.type === 'text') this.#request({ type: 'chat', body: said.body })
    else if (said.type !== 'candidate') this.#request({ type: 'description', description: said })
    else {
      const { candidate, sdpMid, sdpMLineIndex } = said
      this.#request({ type: 'candidate', candidate: { candidate, sdpMid, sdpMLineIndex } })
    }
  }

  async leave(): Promise<void> {
    const before = this.#count('left')
    this.#request({ type: 'leave' })
    await this.#hears('left', before + 1)
  }

  close(): Promise<void> {
    return this.#socket.close()
  }

  cut(): Promise<void> {
    return this.#socket.cut()
  }

  talkNonsense(): void {
    this.#socket.send('nonsense')
    this.#socket.send(new Uint8Array([1, 2, 3]))
    this.#send({ type: 'constructor' })
    this.#send([])
    this.#request({ type: 'description', description: null })
    this.#request({ type: 'candidate', candidate: { candidate: 7 } })
    this.#request({ type: 'chat', body: {} })
  }

  async settle(): Promise<void> {
    const before = this.#count('pong')
    this.#send({ type: 'ping', ack: this.#ack })
    await this.#hears('pong', before + 1)
  }

  #request(message: object): void {
    this.#send({ ...message, seq: ++this.#seq, ack: this.#ack })
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message))
  }

  #onMessage(message: ServerMessage & { seq?: number }): void {
    this.#ack = message.seq ?? this.#ack
    this.#counts.set(message.type, this.#count(message.type) + 1)
    this.heard.push(...toHeard(message))
  }

  #count(type: string): number {
    return this.#counts.get(type) ?? 0
  }

  #hears(type: string, count: number): Promise<void> {
    return until(() => this.#count(type) >= count)
  }
}

/** What a message says in common words; those without a word for it say nothing. */
function toHeard(message: ServerMessage): Heard[] {
  switch (message.type) {
    case 'joined':
      return message.peers.flatMap(({ signals }) => signals.flatMap(toSaid))
    case 'description':
    case 'candidate':
      return toSaid(message)
    case 'chat':
      return [{ type: 'text', body: message.body }]
    case 'peer-joined':
      return [{ type: 'come' }]
    case 'peer-left':
      return [{ type: 'gone' }]
    case 'peer-away':
      return [{ type: 'away' }]
    case 'full':
      return [{ type: 'full' }]
    default:
      return []
  }
}

function toSaid(signal: Signal): Said[] {
  if (signal.type === 'description') return [signal.description]
  if (signal.type !== 'candidate' || !signal.candidate) return []
  const { candidate, sdpMid, sdpMLineIndex } = signal.candidate
  return [
    { type: 'candidate', candidate, sdpMid: sdpMid ?? '', sdpMLineIndex: sdpMLineIndex ?? -1 },
  ]
}
