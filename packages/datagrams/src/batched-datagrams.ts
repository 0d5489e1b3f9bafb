import type { TransportAddress } from '@duet/stun'
import { bindBunSocket } from './bun-datagrams.ts'
import type { BindOptions, DatagramNetwork, DatagramPort, Destination } from './datagrams.ts'
import { enlargeReceiveBuffer, loadLibC, type LibC } from './libc.ts'
import { Pace } from './pace.ts'
import { ReceiveBatch } from './receive-batch.ts'
import { MAX_BATCHED_BYTES, SendBatch } from './send-batch.ts'

/**
 * The packet path for many small datagrams. What is sent in one turn of the event loop leaves with one
 * system call. Where datagrams come all the time, what comes within a moment is received with one as
 * well. Where the C library is another one, it is the portable path.
 */
export const batchedDatagrams: DatagramNetwork = {
  async bind(options) {
    const libc = loadLibC()
    if (!libc) return (await bindBunSocket(options)).port
    sharedTurns ??= new Turns(libc)
    // Nothing comes before the event loop turns again.
    const onDatagram: BindOptions['onDatagram'] = (payload, from) => port.handle(payload, from)
    const socket = await bindBunSocket({ ...options, onDatagram })
    enlargeReceiveBuffer(libc, socket.fd)
    const port = new BatchedPort(socket, { libc, turns: sharedTurns, handle: options.onDatagram })
    return port
  },
}

/** Received in one turn, at most. */
const MAX_FULL_BATCHES = 8

/** One for the process, as its event loop is. */
let sharedTurns: Turns | undefined

class BatchedPort implements DatagramPort {
  readonly #handle: BindOptions['onDatagram']
  readonly #port: DatagramPort
  readonly #fd: number
  readonly #batch: SendBatch
  readonly #turns: Turns
  /** Something was sent or received since its turn began. */
  #isInUse = false
  #isClosed = false

  constructor(
    socket: { port: DatagramPort; fd: number },
    { libc, turns, handle }: { libc: LibC; turns: Turns; handle: BindOptions['onDatagram'] },
  ) {
    this.#handle = handle
    this.#port = socket.port
    this.#fd = socket.fd
    this.#batch = new SendBatch(libc, socket.fd)
    this.#turns = turns
  }

  get local(): DatagramPort['local'] {
    return this.#port.local
  }

  send(payload: Uint8Array, destination: Destination): boolean {
    if (this.#isClosed) return false
    if (payload.length > MAX_BATCHED_BYTES) {
      // What was sent before leaves before.
      this.#batch.flush()
      return this.#port.send(payload, destination)
    }
    this.#use()
    this.#batch.add(payload, destination)
    if (this.#batch.isFull) this.#batch.flush()
    return true
  }

  close(): void {
    if (this.#isClosed) return
    this.#batch.flush()
    this.#isClosed = true
    this.#port.close()
  }

  /** A datagram came. */
  readonly handle = (payload: Uint8Array, from: TransportAddress): void => {
    if (this.#isClosed) return
    this.#use()
    this.#turns.pace.add()
    this.#handle(payload, from)
  }

  /** Its turn ends: what was sent leaves. */
  flush(): void {
    this.#isInUse = false
    if (!this.#isClosed) this.#batch.flush()
  }

  /** Receives what waits, and sends what that leads to. */
  drain(batch: ReceiveBatch): void {
    // Whatever comes, the event loop turns.
    for (let full = 0; full < MAX_FULL_BATCHES; full += 1) {
      if (this.#isClosed || !batch.receive(this.#fd, this.handle)) break
    }
    if (!this.#isClosed) this.#batch.flush()
  }

  #use(): void {
    if (this.#isInUse) return
    this.#isInUse = true
    this.#turns.add(this)
  }
}

/** The turns of the event loop in which something is sent or received. */
class Turns {
  readonly pace = new Pace()
  readonly #libc: LibC
  readonly #received: ReceiveBatch
  #ports: BatchedPort[] = []

  constructor(libc: LibC) {
    this.#libc = libc
    this.#received = new ReceiveBatch(libc)
  }

  /** A port is used in this turn. */
  add(port: BatchedPort): void {
    if (this.#ports.length === 0) setImmediate(this.#end)
    this.#ports.push(port)
  }

  readonly #end = (): void => {
    const ports = this.#ports
    this.#ports = []
    for (const port of ports) port.flush()
    const micros = this.pace.waitMicros(performance.now())
    if (micros === 0) return
    this.#libc.usleep(micros)
    // Those that receive something are used in the next turn as well.
    for (const port of ports) port.drain(this.#received)
  }
}
