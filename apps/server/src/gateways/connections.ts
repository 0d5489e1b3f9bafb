import type { Clock } from '@duet/base'
import { AddressCounter } from '../bounds/address-counter.ts'
import { addressGroup } from '../bounds/address-group.ts'
import type { SocketHandler } from '../front/socket.ts'
import type { DialectLimits } from './dialect-limits.ts'

/** One client of a dialect on its WebSocket. */
export interface DialectConnection extends SocketHandler {
  /** A second has passed. */
  tick(): void
  /** The server goes away. Idempotent. */
  parentClosed(): void
}

/** What is held at one moment. */
export interface ConnectionsLoad {
  connections: number
  /** Addresses that have connections. */
  addresses: number
}

const TICK_MS = 1_000

/** The connections of a gateway: bounded in all and for each address, told of every second. */
export class Connections<Connection extends DialectConnection> {
  readonly #open = new Set<Connection>()
  readonly #counter: AddressCounter
  readonly #cancelTicks: () => void
  #isClosed = false

  constructor(
    limits: Pick<DialectLimits, 'maxConnections' | 'maxConnectionsPerAddress'>,
    clock: Clock,
  ) {
    this.#counter = new AddressCounter({
      inAll: limits.maxConnections,
      perAddress: limits.maxConnectionsPerAddress,
    })
    this.#cancelTicks = clock.every(TICK_MS, () => {
      for (const connection of this.#open) connection.tick()
    })
  }

  get load(): ConnectionsLoad {
    return { connections: this.#open.size, addresses: this.#counter.size }
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#open.values()
  }

  /** One more from this address, which is to call `onClosed` once; or why there can be none. */
  accept(address: string, create: (onClosed: () => void) => Connection): SocketHandler | Response {
    if (this.#isClosed) return plain(503, 'The server is going away.')
    const group = addressGroup(address)
    if (!this.#counter.admit(group)) return plain(429, 'Too many connections.')
    const connection: Connection = create(() => {
      this.#open.delete(connection)
      this.#counter.release(group)
    })
    this.#open.add(connection)
    return connection
  }

  /** Tells all of them, and takes no more. Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelTicks()
    for (const connection of this.#open) connection.parentClosed()
  }
}

/** A refusal in words. */
export function plain(status: number, sentence: string): Response {
  return new Response(`${sentence}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  })
}
