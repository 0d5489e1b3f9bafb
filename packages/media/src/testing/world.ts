import { FakeClock, silentLogger } from '@duet/base'
import {
  addressOf,
  destinationOf,
  FakeDatagrams,
  type DatagramNetwork,
  type DatagramPort,
} from '@duet/datagrams'
import { ipFromBits, parseIp, type TransportAddress } from '@duet/stun'
import { createMediaServer } from '../create-media-server.ts'
import { createDtlsContext } from '../dtls/create-context.ts'
import type { DtlsContext } from '../dtls/dtls.ts'
import type { MediaLimits } from '../limits.ts'
import type { MediaServer, SessionAnswer, SessionKind } from '../media-server.ts'
import {
  rtpHeaderBytes,
  sequenceOf,
  setMarker,
  setPayloadType,
  setSequence,
  setSsrc,
  setTimestamp,
} from '../rtp/rtp-packet.ts'
import { SequenceUnwrapper } from '../rtp/sequence.ts'
import { parseRtcp } from '../rtp/rtcp/parse.ts'
import type { RtcpPacket } from '../rtp/rtcp/rtcp-packet.ts'
import { CLIENT_PAYLOAD_TYPE, type ClientMedia } from './client-sdp.ts'
import { LossyDatagrams, type LossOptions } from './lossy-datagrams.ts'
import { MediaClient } from './media-client.ts'

const SERVER_HOST = '192.0.2.1'
const STEP_MS = 10
const CLIENT_TICK_MS = 50

export interface WorldOptions {
  loss?: number
  jitterMs?: number
  seed?: number
  limits?: Partial<MediaLimits>
  onSend?: LossOptions['onSend']
}

/** A media server and its clients on a network in memory, with a clock that is turned by hand. */
export class World {
  readonly clock = new FakeClock()
  readonly datagrams = new FakeDatagrams()
  readonly network: LossyDatagrams
  readonly clientDtls: DtlsContext
  server!: MediaServer
  readonly clients: TestClient[] = []
  readonly ended: string[] = []
  #hosts = 0

  private constructor({ loss = 0, jitterMs = 0, seed = 1, onSend }: WorldOptions) {
    const { clock } = this
    this.network = new LossyDatagrams(this.datagrams, { clock, loss, jitterMs, seed, onSend })
    this.clientDtls = createDtlsContext({ clock: this.clock })
  }

  static async open(options: WorldOptions = {}): Promise<World> {
    const world = new World(options)
    world.server = await createMediaServer({
      listen: [{ host: SERVER_HOST, port: 8000 }],
      candidates: [SERVER_HOST],
      clock: world.clock,
      logger: silentLogger,
      ...(options.limits ? { limits: options.limits } : {}),
      network: world.network,
    })
    world.server.on('ended', ({ kind }, reason) => world.ended.push(`${kind} ${reason}`))
    return world
  }

  /** A client that was answered; its handshake has not begun. */
  async client(
    kind: SessionKind,
    stream = 'room/ann',
    media: Partial<ClientMedia> = {},
  ): Promise<TestClient> {
    const client = new TestClient(this, { kind, stream, media })
    this.clients.push(client)
    await client.begin()
    return client
  }

  /** A client whose handshake is done. */
  async connected(
    kind: SessionKind,
    stream?: string,
    media?: Partial<ClientMedia>,
  ): Promise<TestClient> {
    const client = await this.client(kind, stream, media)
    await this.until(
      () => client.media.isConnected && this.server.session(client.id)?.state === 'connected',
    )
    return client
  }

  /** Turns the clock, and lets clients do what they do by the clock. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      this.clock.advance(STEP_MS)
      if ((this.clock.now() / STEP_MS) % (CLIENT_TICK_MS / STEP_MS) < 1) {
        for (const { media } of this.clients) media.tick()
      }
      await Promise.resolve()
    }
  }

  /** Lets time pass until it is so; throws when it is not within 20 s. */
  async until(isSo: () => boolean): Promise<void> {
    for (let passed = 0; passed < 20_000; passed += STEP_MS) {
      if (isSo()) return
      await this.pass(STEP_MS)
    }
    throw new Error('it did not become so')
  }

  /** An address that nobody has. */
  newHost(): string {
    this.#hosts += 1
    return `198.51.100.${this.#hosts}`
  }

  close(): void {
    for (const { media } of this.clients) media.close()
    this.server.close()
    this.clientDtls.close()
    // What is still on its way arrives nowhere.
    this.clock.advance(1_000)
  }
}

/** One client with what it got. */
export class TestClient {
  readonly media: MediaClient
  readonly received: Uint8Array[] = []
  readonly feedback: RtcpPacket[] = []
  readonly ended: string[] = []
  answer!: SessionAnswer
  port!: DatagramPort
  readonly #world: World
  readonly #kind: SessionKind
  readonly #stream: string
  readonly #media: ClientMedia
  #rtxCount = 0

  constructor(
    world: World,
    { kind, stream, media }: { kind: SessionKind; stream: string; media: Partial<ClientMedia> },
  ) {
    this.#world = world
    this.#kind = kind
    this.#stream = stream
    this.#media = {
      direction: kind === 'publish' ? 'sendonly' : 'recvonly',
      codec: 'VP8',
      audioSsrc: 1111,
      videoSsrc: 2222,
      videoRtxSsrc: 3333,
      ...media,
    }
    this.media = new MediaClient({
      dtls: world.clientDtls,
      media: this.#media,
      onRtp: (packet, length) => this.received.push(packet.slice(0, length)),
      onRtcp: (packet, length) => this.feedback.push(...(parseRtcp(packet, length) ?? [])),
      onEnded: (reason) => this.ended.push(reason),
    })
  }

  get id(): string {
    return this.answer.id
  }

  /** What came with one payload type. */
  receivedOf(kind: keyof typeof CLIENT_PAYLOAD_TYPE): Uint8Array[] {
    return this.received.filter((packet) => (packet[1]! & 0x7f) === CLIENT_PAYLOAD_TYPE[kind])
  }

  feedbackOf<Type extends RtcpPacket['type']>(type: Type): Extract<RtcpPacket, { type: Type }>[] {
    return this.feedback.filter((packet) => packet.type === type) as never
  }

  async begin(): Promise<void> {
    await this.move()
    this.answer = this.#world.server.open({
      kind: this.#kind,
      stream: this.#stream,
      sdp: this.media.description('actpass'),
      address: '198.51.100.1',
    })
    this.media.accept(this.answer.sdp)
  }

  /** Goes on from another address. */
  async move(
    host = this.#world.newHost(),
    network: DatagramNetwork = this.#world.network,
  ): Promise<void> {
    const ip = parseIp(host) ?? ipFromBits(0)
    this.port = await network.bind({
      ip,
      port: 40_000,
      onDatagram: (payload, from) => this.media.receive(payload, from),
    })
    this.media.setPort(this.port)
    this.media.check()
  }

  /** A packet of VP8 with `count` as its number and its content. */
  sendVideo(count: number, { isKeyFrame = count === 0, ssrc = this.#media.videoSsrc } = {}): void {
    const { scratch } = this.media
    scratch.fill(0, 0, 40)
    scratch[0] = 0x80
    setPayloadType(scratch, CLIENT_PAYLOAD_TYPE.video)
    setMarker(scratch, true)
    setSequence(scratch, count & 0xffff)
    setTimestamp(scratch, (count * 3_000) >>> 0)
    setSsrc(scratch, ssrc)
    scratch.set([0x10, isKeyFrame ? 0 : 1], 12)
    new DataView(scratch.buffer).setUint32(20, count)
    this.media.sendRtp(40)
  }

  /** Sends a packet again, as a retransmission (RFC 4588). */
  repeatVideo(count: number): void {
    const { scratch } = this.media
    scratch.fill(0, 0, 44)
    scratch[0] = 0x80
    setPayloadType(scratch, CLIENT_PAYLOAD_TYPE.videoRtx)
    setMarker(scratch, true)
    setSequence(scratch, this.#rtxCount++ & 0xffff)
    setTimestamp(scratch, (count * 3_000) >>> 0)
    setSsrc(scratch, this.#media.videoRtxSsrc)
    const view = new DataView(scratch.buffer)
    view.setUint16(12, count & 0xffff)
    scratch.set([0x10, count === 0 ? 0 : 1], 14)
    view.setUint32(22, count)
    this.media.sendRtp(42)
  }

  /** What did not come of the picture so far, by the numbers that it came with. */
  missingVideo(): number[] {
    const got = new Set<number>()
    for (const packet of this.receivedOf('video')) got.add(sequenceOf(packet))
    for (const packet of this.receivedOf('videoRtx')) {
      const header = rtpHeaderBytes(packet, packet.length)
      got.add((packet[header]! << 8) | packet[header + 1]!)
    }
    if (got.size === 0) return []
    const unwrapper = new SequenceUnwrapper()
    const all = [...got].map((sequence) => unwrapper.unwrap(sequence))
    const missing: number[] = []
    for (let next = Math.min(...all); next < Math.max(...all); next += 1) {
      if (!got.has(next & 0xffff)) missing.push(next & 0xffff)
    }
    return missing
  }

  /** Nothing leaves it any more. */
  silence(): void {
    this.media.setPort({ ...this.port, local: this.port.local, send: () => true, close: () => {} })
  }

  sendAudio(count: number): void {
    const { scratch } = this.media
    scratch.fill(0, 0, 40)
    scratch[0] = 0x80
    setPayloadType(scratch, CLIENT_PAYLOAD_TYPE.audio)
    setSequence(scratch, count & 0xffff)
    setTimestamp(scratch, (count * 960) >>> 0)
    setSsrc(scratch, this.#media.audioSsrc)
    new DataView(scratch.buffer).setUint32(20, count)
    this.media.sendRtp(40)
  }

  /** Bytes to the server as they are. */
  sendRaw(bytes: Uint8Array): void {
    this.port.send(bytes, destinationOf(serverAddress(this.#world)))
  }
}

function serverAddress({ server }: World): TransportAddress {
  return addressOf(`${SERVER_HOST}:${server.port}`)
}
