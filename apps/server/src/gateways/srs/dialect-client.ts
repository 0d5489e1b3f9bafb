import { until } from '../../testing/until.ts'
import type { DialectClient, DialectUnderTest, Heard, Said } from '../dialect-client.ts'
import { WiredSocket } from '../wired-socket.ts'
import type { HeardFrame } from './stage.ts'

/** The srs dialect for the conformance suite: what its pages say to each other are controls. */
export const SRS: DialectUnderTest = {
  name: 'srs',
  connect: (port) => SrsClient.open(port),
  canResume: false,
  hasLeave: true,
  leavesOffers: false,
  isTranslated: false,
}

const NEWS: Partial<Record<string, Heard>> = { join: { type: 'come' }, leave: { type: 'gone' } }

/** Participants of a call; a page for two that reads more leaves. */
const SEATS = 2

/** A page for two. */
class SrsClient implements DialectClient {
  readonly heard: Heard[] = []
  readonly #socket: WiredSocket
  readonly #display = crypto.randomUUID()
  readonly #answers = new Map<string, HeardFrame['msg']>()
  #requests = 0

  private constructor(socket: WiredSocket) {
    this.#socket = socket
    socket.listen((frame) => this.#onFrame(JSON.parse(frame) as HeardFrame))
  }

  static async open(port: number): Promise<SrsClient> {
    return new SrsClient(await WiredSocket.open(port, '/sig/v1/rtc'))
  }

  async join(room: string): Promise<'joined' | 'full'> {
    const answer = await this.#ask({ action: 'join', room, display: this.#display })
    if (answer?.action !== 'join') throw new Error(`not joined: ${answer?.code}`)
    if (answer.participants.length <= SEATS) return 'joined'
    this.heard.push({ type: 'full' })
    return 'full'
  }

  say(room: string, said: Said): void {
    const data = JSON.stringify(said)
    const display = this.#display
    this.#send({ action: 'control', room, display, call: said.type, data })
  }

  async leave(): Promise<void> {
    await this.#ask({ action: 'leave' })
  }

  close(): Promise<void> {
    return this.#socket.close()
  }

  cut(): Promise<void> {
    return this.#socket.cut()
  }

  talkNonsense(room: string): void {
    const display = this.#display
    this.#socket.send('nonsense')
    this.#socket.send(new Uint8Array([1, 2, 3]))
    this.#send([])
    this.#send({ action: 'constructor', room, display })
    this.#send({ action: 'control', room, display, data: {} })
    this.#send({ action: 'publish', room, display: 'somebody else' })
    this.#send({ action: 'join', room: null, display })
  }

  settle(): Promise<void> {
    return this.#socket.ping()
  }

  #onFrame({ tid, msg }: HeardFrame): void {
    if (tid !== undefined) {
      this.#answers.set(tid, msg)
      return
    }
    const heard = NEWS[msg?.event ?? '']
    if (heard) this.heard.push(heard)
    if (msg?.event === 'control') this.heard.push(JSON.parse(String(msg['data'])) as Said)
  }

  async #ask(msg: object): Promise<HeardFrame['msg']> {
    const tid = this.#send(msg)
    await until(() => this.#answers.has(tid))
    return this.#answers.get(tid) ?? null
  }

  #send(msg: object): string {
    this.#requests++
    const tid = String(this.#requests)
    this.#socket.send(JSON.stringify({ tid, msg }))
    return tid
  }
}
