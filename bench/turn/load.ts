import type { TransportAddress } from '@duet/stun'
import { readCpuMicros } from '../signal/process-usage.ts'
import { ipv4Address, LoadClient, type TurnTarget } from './load-client.ts'
import type { LoadShape } from './shape.ts'
import {
  addressOf,
  DatagramBurst,
  DatagramCounter,
  ipv4Name,
  LoadSocket,
  ReadySockets,
  repeated,
} from './system.ts'
import { incomingBytes, outgoingMessage } from './wire.ts'

export interface LoadWindow {
  /** The server's process. */
  pid: number
  warmUpMs: number
  ms: number
}

/** Where load comes from. */
export interface LoadSource {
  /** Where clients and their peer are. */
  clientHost: string
  /** Packets that each sends in a row at saturation, as those of a picture are. */
  burst: number
}

/** What a window of load came to. */
export interface LoadResult {
  packetsPerSecond: number
  /** Of the server's processor time. */
  microsPerPacket: number
  /** Of a core, that the server used. */
  serverShare: number
  lossPercent: number
}

/** Packets on their way in each direction at saturation: little enough to fit into any buffer. */
const IN_FLIGHT = 256
/** What has not come after so long without any packet is lost. */
const STALL_MS = 20
const DRAIN_MS = 150
/** Rounds between two looks at the clock. */
const ROUNDS_PER_LOOK = 16
/** Two for each pair, where clients send to each other. */
const MIN_RELAYED = 2

/** Packets of one direction. */
interface Direction {
  sent: number
  received: number
  /** Given up. */
  lost: number
}

/** Clients with allocations, and a host that is their peer: they send without a pause or evenly. */
export class Load {
  readonly #shape: LoadShape
  readonly #clients: LoadClient[] = []
  /** From clients, and to their relays. */
  readonly #bursts: DatagramBurst[] = []
  readonly #peerBursts: DatagramBurst[] = []
  readonly #peer: LoadSocket
  readonly #ready = new ReadySockets()
  readonly #counter = new DatagramCounter()
  readonly #messages: Uint8Array[] = []
  readonly #messageBytes: number
  /** How far each client's message was written to its stream. */
  readonly #written: Float64Array
  readonly #burst: number
  readonly #up: Direction = { sent: 0, received: 0, lost: 0 }
  readonly #down: Direction = { sent: 0, received: 0, lost: 0 }
  #skimmed = 0
  #nextUp = 0
  #nextDown = 0

  /** Throws when the server refuses something. */
  constructor(shape: LoadShape, target: TurnTarget, { clientHost, burst }: LoadSource) {
    this.#shape = shape
    this.#peer = new LoadSocket('udp', clientHost)
    const isRelayed = shape.to === 'relay'
    const count = isRelayed ? Math.max(MIN_RELAYED, shape.allocations) : shape.allocations
    this.#burst = burst
    const relayed: TransportAddress[] = []
    const payload = new Uint8Array(shape.bytes).fill(0x80)
    for (let index = 0; index < count; index += 1) {
      const client = new LoadClient(target, shape.transport, clientHost)
      this.#clients.push(client)
      const address = client.allocate()
      relayed.push(address)
      const name = ipv4Name(target.host, Number(address) % 65_536)
      this.#peerBursts.push(new DatagramBurst(this.#burst, payload, name))
      this.#ready.add(client.socket, index)
    }
    for (const [index, client] of this.#clients.entries()) {
      const peer = isRelayed ? relayed[index ^ 1]! : ipv4Address(clientHost, this.#peer.port)
      if (shape.method === 'channel') client.bind(peer)
      else client.permit(peer)
      const message = outgoingMessage(shape, peer)
      this.#bursts.push(new DatagramBurst(this.#burst, message))
      this.#messages.push(repeated(message, this.#burst))
    }
    this.#messageBytes = this.#messages[0]!.length / this.#burst
    this.#written = new Float64Array(count)
    this.#peer.segment(shape.bytes)
    if (shape.transport === 'udp') {
      for (const { socket } of this.#clients) socket.segment(this.#messageBytes)
    }
  }

  /** As many packets as go through. */
  saturate(window: LoadWindow): LoadResult {
    return this.#measure(window, (ms) => this.#flood(ms))
  }

  /** So many packets per second in all, evenly. */
  pace(window: LoadWindow, perSecond: number): LoadResult {
    return this.#measure(window, (ms) => this.#sendEvenly(ms, perSecond))
  }

  close(): void {
    for (const client of this.#clients) {
      if (this.#shape.transport === 'tcp') client.socket.close()
      else {
        // Its last request is one datagram.
        client.socket.segment(0)
        client.close()
      }
    }
    this.#ready.close()
    this.#peer.close()
  }

  #measure({ pid, warmUpMs, ms }: LoadWindow, run: (ms: number) => void): LoadResult {
    run(warmUpMs)
    const before = { cpu: readCpuMicros(pid), at: performance.now(), received: this.#received }
    run(ms)
    const cpu = readCpuMicros(pid) - before.cpu
    const seconds = (performance.now() - before.at) / 1000
    const packets = this.#received - before.received
    const drained = performance.now() + DRAIN_MS
    while (performance.now() < drained) this.#collect()
    const sent = this.#up.sent + this.#down.sent
    return {
      packetsPerSecond: packets / seconds,
      microsPerPacket: cpu / packets,
      serverShare: cpu / seconds / 1_000_000,
      lossPercent: Math.max(0, 1 - this.#received / sent) * 100,
    }
  }

  get #received(): number {
    return this.#up.received + this.#down.received
  }

  #flood(ms: number): void {
    const endsAt = performance.now() + ms
    let [now, lastCameAt] = [performance.now(), performance.now()]
    for (let round = 0; now < endsAt; round += 1) {
      while (inFlight(this.#up) <= IN_FLIGHT - this.#burst) {
        if (!this.#sendUp(this.#burst)) break
      }
      if (this.#shape.to === 'peer') {
        while (inFlight(this.#down) <= IN_FLIGHT - this.#burst) {
          if (!this.#sendDown(this.#burst)) break
        }
      }
      const came = this.#collect()
      if (came) lastCameAt = now
      if (round % ROUNDS_PER_LOOK === 0) now = performance.now()
      if (now - lastCameAt > STALL_MS) {
        giveUp(this.#up)
        giveUp(this.#down)
        lastCameAt = now
      }
    }
  }

  #sendEvenly(ms: number, perSecond: number): void {
    const startedAt = performance.now()
    const isBothWays = this.#shape.to === 'peer'
    let sent = 0
    for (let now = startedAt; now - startedAt < ms; now = performance.now()) {
      const due = ((now - startedAt) * perSecond) / 1000
      for (; sent < due; sent += 1) {
        if (isBothWays && sent % 2 === 1) this.#sendDown(1)
        else this.#sendUp(1)
      }
      this.#collect()
    }
  }

  /** The next client sends; returns whether it could. */
  #sendUp(count: number): boolean {
    const index = this.#nextUp
    this.#nextUp = (index + 1) % this.#clients.length
    const { socket } = this.#clients[index]!
    if (this.#shape.transport === 'tcp') return this.#writeUp(index, count)
    const taken = socket.trySend(this.#bursts[index]!, count)
    this.#up.sent += taken
    return taken > 0
  }

  /** A stream may take part of a message: the next time it goes on there. */
  #writeUp(index: number, count: number): boolean {
    const offset = this.#written[index]!
    const length = count * this.#messageBytes - offset
    const address = addressOf(this.#messages[index]!) + offset
    const taken = this.#clients[index]!.socket.tryWrite(address, length)
    if (taken <= 0) return false
    this.#up.sent += taken / this.#messageBytes
    this.#written[index] = (offset + taken) % this.#messageBytes
    return true
  }

  /** The peer sends to the next client. */
  #sendDown(count: number): boolean {
    const index = this.#nextDown
    this.#nextDown = (index + 1) % this.#clients.length
    const taken = this.#peer.trySend(this.#peerBursts[index]!, count)
    this.#down.sent += taken
    return taken > 0
  }

  /** Takes what came; returns whether anything did. */
  #collect(): boolean {
    const before = this.#received
    if (this.#shape.to === 'peer') this.#up.received += this.#counter.take(this.#peer)
    const toClients = this.#shape.to === 'peer' ? this.#down : this.#up
    const ready = this.#ready.look()
    for (let position = 0; position < ready; position += 1) {
      const { socket } = this.#clients[this.#ready.at(position)]!
      if (this.#shape.transport === 'udp') toClients.received += this.#counter.take(socket)
      else this.#skimmed += socket.skim()
    }
    if (this.#shape.transport === 'tcp') {
      toClients.received = Math.floor(this.#skimmed / incomingBytes(this.#shape))
    }
    return this.#received > before
  }
}

function inFlight({ sent, received, lost }: Direction): number {
  return sent - received - lost
}

function giveUp(direction: Direction): void {
  direction.lost += Math.max(0, inFlight(direction))
}
