import { addressOf, destinationOf, type DatagramPort } from '@duet/datagrams'
import {
  ATTRIBUTE,
  decodeMessage,
  formatAddress,
  METHOD,
  parseIp,
  type TransportAddress,
} from '@duet/stun'
import type { MediaServer } from '../media-server.ts'
import { writePli } from '../rtp/rtcp/key-frame-requests.ts'
import type { ClientMedia } from './client-sdp.ts'
import { World, type TestClient } from './world.ts'

/** Datagrams of clients that are kept to be changed. */
const MAX_RECORDED = 400
const STRANGERS = 32
const HANDSHAKE_STEPS = 8
const CODECS = ['VP8', 'VP9', 'H264', 'AV1'] as const satisfies ClientMedia['codec'][]

/** One that publishes and one that plays it. */
export interface Couple {
  codec: ClientMedia['codec']
  publisher: TestClient
  player: TestClient
}

/**
 * A server with clients that behave, which must notice nothing, and with a couple for each codec
 * that does not behave, each of them read inside the server as well, on a network that delivers at once what goes to the server.
 */
export class FuzzScene {
  readonly world: World
  honest!: Couple
  readonly bad: Couple[] = []
  /** What real clients sent to the server. */
  readonly recorded: Uint8Array[] = []
  /** Where something was sent to though nobody made an authentic check from there. */
  readonly leaks: string[] = []
  /** What was read inside the server. */
  frames = 0
  readonly #checked = new Set<TransportAddress>()
  readonly #strangers: DatagramPort[] = []
  #sent = 0
  #received = 0

  private constructor(world: World) {
    this.world = world
  }

  static async open(): Promise<FuzzScene> {
    const world = await World.open({
      onSend: (payload, from, to) => scene.#handleSend(payload, from, to.address),
    })
    const scene = new FuzzScene(world)
    scene.honest = await scene.#couple('VP8', 'room/honest')
    for (const codec of CODECS) scene.bad.push(await scene.#couple(codec, `room/${codec}`))
    for (let index = 0; index < STRANGERS; index += 1) scene.#strangers.push(scene.#stranger(index))
    await scene.pass(100)
    return scene
  }

  get server(): MediaServer {
    return this.world.server
  }

  get clients(): TestClient[] {
    return [this.honest, ...this.bad].flatMap(({ publisher, player }) => [publisher, player])
  }

  /** From an address that nobody knows. */
  sendAsStranger(bytes: Uint8Array, index: number): void {
    this.#strangers[index % STRANGERS]?.send(bytes, destinationOf(this.#serverAddress))
  }

  /** From the address of a client, as if on its behalf. */
  sendAs(client: TestClient, bytes: Uint8Array): void {
    client.port.send(bytes, destinationOf(this.#serverAddress))
  }

  /** Lets time pass while the honest couple goes on. */
  async pass(ms: number): Promise<void> {
    const { publisher, player } = this.honest
    publisher.sendVideo(this.#sent)
    this.#sent += 1
    await this.world.pass(ms)
    this.#received += player.receivedOf('video').length
    for (const client of this.clients) {
      client.received.length = 0
      client.feedback.length = 0
    }
    this.world.datagrams.sent.length = 0
  }

  /** Lets one more client shake hands, while something happens in each of the steps. */
  async handshake(stream: string, disturb: (client: TestClient) => void): Promise<void> {
    const client = await this.world.client('play', stream)
    for (let step = 0; step < HANDSHAKE_STEPS; step += 1) {
      disturb(client)
      await this.pass(10)
    }
    this.server.end(client.id, 'ended')
    client.media.close()
    client.port.close()
    this.world.clients.splice(this.world.clients.indexOf(client), 1)
  }

  /** How things stand; all but the sessions is empty where everything is well. */
  async state(): Promise<{ leaks: string[]; ended: string[]; lost: number; connected: number }> {
    await this.world.pass(100)
    this.#received += this.honest.player.receivedOf('video').length
    this.honest.player.received.length = 0
    const { leaks, world } = this
    const connected = this.server.sessions().filter(({ state }) => state === 'connected').length
    return { leaks, ended: world.ended, lost: this.#sent - this.#received, connected }
  }

  close(): void {
    for (const stranger of this.#strangers) stranger.close()
    this.world.close()
  }

  get #serverAddress(): TransportAddress {
    return addressOf(`192.0.2.1:${this.server.port}`)
  }

  async #couple(codec: ClientMedia['codec'], stream: string): Promise<Couple> {
    const publisher = await this.world.connected('publish', stream, { codec })
    const player = await this.world.connected('play', stream, { codec })
    this.server.read(stream, { onFrame: () => (this.frames += 1) })
    for (let count = 0; count < 5; count += 1) publisher.sendAudio(count)
    const { media } = player
    media.sendRtcp(writePli(media.scratch, 0, { sender: 5, media: 1 }))
    await this.#move(publisher)
    await this.#move(player)
    await this.world.pass(20)
    return { codec, publisher, player }
  }

  /** From now on without a delay. */
  async #move(client: TestClient): Promise<void> {
    const host = this.world.newHost()
    this.#checked.add(addressOf(`${host}:40000`))
    await client.move(host, this.world.datagrams)
  }

  #stranger(index: number): DatagramPort {
    const ip = parseIp(`203.0.113.${index + 1}`)
    if (ip === undefined) throw new TypeError('no address')
    return this.world.datagrams.open({ ip, port: 5_000 + index, onDatagram: () => {} })
  }

  #handleSend(payload: Uint8Array, from: TransportAddress, to: TransportAddress): void {
    if (to === this.#serverAddress) {
      this.#checked.add(from)
      if (this.recorded.length < MAX_RECORDED) this.recorded.push(payload.slice())
    } else if (!this.#checked.has(to) && !isAnswerToStranger(payload)) {
      this.leaks.push(formatAddress(to))
    }
  }
}

const ANSWERED: readonly number[] = [ATTRIBUTE.xorMappedAddress, ATTRIBUTE.fingerprint]

/** A check that lost its name is a Binding request of anybody, who is told where it came from (RFC 8489 §12.1). */
function isAnswerToStranger(payload: Uint8Array): boolean {
  const message = decodeMessage(payload)
  if (message?.class !== 'success' || message.method !== METHOD.binding) return false
  const isMapped = message.attributes.every(({ type }) => ANSWERED.includes(type))
  return isMapped && message.integrityOffset === undefined
}

/**
 * Whether what became of a datagram still is the check that a client signed: all up to the end of
 * its integrity, but for the header's length, which RFC 8489 §14.5 leaves out.
 */
export function isSameCheck(original: Uint8Array, changed: Uint8Array): boolean {
  const offset = decodeMessage(original)?.integrityOffset
  if (offset === undefined) return false
  const end = offset + 24
  for (let at = 0; at < end; at += 1) {
    if (at !== 2 && at !== 3 && original[at] !== changed[at]) return false
  }
  return true
}
