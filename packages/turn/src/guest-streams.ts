import { parseIp } from '@duet/stun'
import type { StreamSocket } from './stream-client.ts'
import { StreamClients } from './stream-clients.ts'
import type { TurnCore } from './turn-core.ts'

/** Who opened a connection, and whether it is encrypted. */
export interface StreamOrigin {
  transport: 'tcp' | 'tls'
  /** IP address. */
  address: string
  port: number
}

/** A connection that was handed over, which goes on to be told what becomes of its socket. */
export interface GuestStream {
  handleData(chunk: Uint8Array): void
  /** The socket takes bytes again. */
  handleDrain(): void
  /** Idempotent. */
  handleClose(): void
}

/** Serves connections that others opened: on a port that TURN shares with HTTPS. */
export class GuestStreams {
  readonly #core: TurnCore
  /** Those of a kind from its first one on. */
  readonly #clients = new Map<StreamOrigin['transport'], StreamClients>()

  constructor(core: TurnCore) {
    this.#core = core
  }

  /** Open connections. */
  get size(): number {
    return [...this.#clients.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** Undefined: there is no room for it, or that is no address. */
  accept(
    socket: StreamSocket,
    { transport, address, port }: StreamOrigin,
  ): GuestStream | undefined {
    const clients = this.#clients.get(transport) ?? new StreamClients(this.#core, transport)
    this.#clients.set(transport, clients)
    const ip = parseIp(address)
    const client = ip === undefined ? undefined : clients.open(socket, { ip, port })
    if (!client) {
      this.#core.services.counters.drop('connection-limit')
      return undefined
    }
    return {
      handleData: (chunk) => client.handleData(chunk),
      handleDrain: () => client.handleDrain(),
      handleClose: () => clients.handleClose(client),
    }
  }

  /** Ends all of them. Idempotent. */
  close(): void {
    for (const clients of this.#clients.values()) clients.close()
  }
}
