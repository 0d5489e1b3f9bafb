import { nextMoment, Packet } from '@duet/datagrams'
import { isChannelDataByte, StreamFramer, type TransportAddress } from '@duet/stun'
import type { Allocation } from './allocation.ts'
import type { Client } from './client.ts'
import { FrameBatch } from './frame-batch.ts'
import type { TurnCore } from './turn-core.ts'
import { WriteBacklog } from './write-backlog.ts'
import type { WriteTurn } from './write-turn.ts'

/** Tells of one frame after the other. */
const framePacket = new Packet()
/** When the bytes came that it is in. */
let chunkMoment = 0

/** What a connection needs of its socket. */
export interface StreamSocket {
  /** Returns how many bytes were taken, which may be fewer, or negative. */
  write(bytes: Uint8Array): number
  /** Closes at once, whatever waits. */
  terminate(): void
}

/** How far a connection has come; times are milliseconds since the epoch. */
export type StreamState =
  | { kind: 'unauthenticated'; since: number }
  | { kind: 'allocated'; allocation: Allocation }
  | { kind: 'idle'; since: number }
  | { kind: 'closed' }

export interface StreamClientOptions {
  core: TurnCore
  socket: StreamSocket
  /** Of all connections of a kind. */
  turn: WriteTurn
  transport: 'tcp' | 'tls'
  address: TransportAddress
}

/** A client on a TCP or TLS connection. Its allocation ends with it (RFC 8656 §7.1). */
export class StreamClient implements Client {
  readonly transport: 'tcp' | 'tls'
  readonly address: TransportAddress
  readonly #core: TurnCore
  readonly #socket: StreamSocket
  readonly #framer: StreamFramer
  readonly #backlog: WriteBacklog
  readonly #batch: FrameBatch
  #state: StreamState

  constructor({ core, socket, turn, transport, address }: StreamClientOptions) {
    const { limits, clock, lastChannel } = core.services
    this.transport = transport
    this.address = address
    this.#core = core
    this.#socket = socket
    this.#state = { kind: 'unauthenticated', since: clock.now() }
    this.#framer = new StreamFramer({
      maxFrameBytes: limits.unauthenticatedFrameBytes,
      lastChannel,
      onFrame: (bytes, start, end) => this.#handleFrame(bytes, start, end),
    })
    this.#backlog = new WriteBacklog((bytes) => socket.write(bytes), limits.writeBacklogBytes)
    // What is written at once may have to wait at once.
    this.#batch = new FrameBatch(turn, limits.writeBacklogBytes, (frames) => {
      this.#backlog.push(frames)
    })
  }

  get state(): StreamState {
    return this.#state
  }

  get allocation(): Allocation | undefined {
    return this.#state.kind === 'allocated' ? this.#state.allocation : undefined
  }

  setAllocation(allocation: Allocation | undefined): void {
    if (this.#state.kind === 'closed') return
    const { limits, clock } = this.#core.services
    this.#state = allocation
      ? { kind: 'allocated', allocation }
      : { kind: 'idle', since: clock.now() }
    // Who has authenticated itself may send long ones as long as the connection lasts.
    this.#framer.maxFrameBytes = limits.streamFrameBytes
  }

  /** An answer that cannot wait any more ends the connection: the client does not read. */
  send(message: Uint8Array): void {
    if (this.#state.kind === 'closed') return
    this.#batch.flush()
    if (!this.#backlog.push(message)) this.#end('not-reading')
  }

  sendPacket(packet: Packet): boolean {
    if (this.#state.kind === 'closed') return false
    // ChannelData is padded on a stream (RFC 8656 §12.5); a STUN message is as it is.
    packet.pad(-packet.length & 3)
    if (!this.#batch.hasRoom(packet.length)) this.#batch.flush()
    // As long as something waits for the socket, each frame is judged on its own.
    if (this.#backlog.bytes > 0 || !this.#batch.hasRoom(packet.length)) {
      return this.#backlog.push(packet.view())
    }
    this.#batch.add(packet)
    return true
  }

  /** Bytes from the client. */
  handleData(chunk: Uint8Array): void {
    chunkMoment = nextMoment()
    this.#framer.push(chunk)
    const { state } = this.#framer
    if (state.kind === 'closed' && this.#state.kind !== 'closed') this.#end(state.reason)
  }

  /** The socket takes bytes again. */
  handleDrain(): void {
    if (this.#state.kind !== 'closed') this.#backlog.drain()
  }

  /** The connection is gone. Idempotent. */
  handleClose(): void {
    if (this.#state.kind === 'closed') return
    const { allocation } = this
    this.#state = { kind: 'closed' }
    this.#framer.close()
    this.#batch.clear()
    this.#backlog.clear()
    allocation?.close('disconnected')
  }

  /** Ends a connection that has had no allocation for too long. */
  handleTick(now: number): void {
    const { unauthenticatedMs, idleMs } = this.#core.services.limits
    if (this.#state.kind === 'unauthenticated' && now - this.#state.since >= unauthenticatedMs) {
      this.#end('no-allocation-in-time')
    } else if (this.#state.kind === 'idle' && now - this.#state.since >= idleMs) {
      this.#end('idle')
    }
  }

  /** No view is made of what is relayed. */
  #handleFrame(bytes: Uint8Array, start: number, end: number): void {
    const { counters, lastChannel } = this.#core.services
    framePacket.wrap(bytes, start, end, chunkMoment)
    if (isChannelDataByte(bytes[start] ?? 0, lastChannel)) {
      if (this.allocation) this.allocation.handleChannelData(framePacket)
      else counters.drop('no-allocation')
    } else if (!this.allocation?.handleSendPacket(framePacket)) {
      this.#core.handleStun(this, bytes.subarray(start, end))
    }
  }

  #end(reason: string): void {
    this.#core.services.counters.drop(`connection-${reason}`)
    this.handleClose()
    this.#socket.terminate()
  }
}
