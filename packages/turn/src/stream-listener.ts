import { formatIp, parseIp, type IpAddress } from '@duet/stun'
import { bindError } from '@duet/datagrams'
import type { StreamClient } from './stream-client.ts'
import { StreamClients } from './stream-clients.ts'
import type { TurnCore } from './turn-core.ts'

/** A certificate chain and its private key, as PEM. */
export interface TlsCertificate {
  cert: string
  key: string
}

export interface StreamListenerOptions {
  core: TurnCore
  ip: IpAddress
  /** 0 takes any free port. */
  port: number
  /** Without it, TCP; with it, TLS. */
  tls?: TlsCertificate
}

interface Connection {
  client: StreamClient | undefined
}

type Socket = Bun.Socket<Connection>

/** Serves clients on TCP or TLS connections. */
export class StreamListener {
  readonly transport: 'tcp' | 'tls'
  readonly #options: StreamListenerOptions
  readonly #clients: StreamClients
  #server: Bun.TCPSocketListener<Connection>
  #tls: TlsCertificate | undefined

  /** Throws a `DuetError` (`BindErrorCode`). */
  constructor(options: StreamListenerOptions) {
    this.#options = options
    this.transport = options.tls ? 'tls' : 'tcp'
    this.#tls = options.tls
    this.#server = this.#listen(options.port, options.tls)
    this.#clients = new StreamClients(options.core, this.transport)
  }

  get port(): number {
    return this.#server.port
  }

  /** The address that the port is bound to. */
  get ip(): IpAddress {
    return this.#options.ip
  }

  /** Open connections. */
  get size(): number {
    return this.#clients.size
  }

  /**
   * New connections get this certificate; those that are open stay. Throws a `DuetError` when
   * it cannot be used, and goes on with the one before.
   */
  setTls(tls: TlsCertificate): void {
    const { port } = this.#server
    this.#server.stop(false)
    try {
      this.#server = this.#listen(port, tls)
      this.#tls = tls
    } catch (error) {
      this.#server = this.#listen(port, this.#tls)
      throw error
    }
  }

  /** Closes the port and all connections. Idempotent. */
  close(): void {
    this.#server.stop(true)
    this.#clients.close()
  }

  #listen(port: number, tls: TlsCertificate | undefined): Bun.TCPSocketListener<Connection> {
    const host = formatIp(this.#options.ip)
    try {
      return Bun.listen<Connection>({
        hostname: host,
        port,
        ...(tls ? { tls } : {}),
        data: { client: undefined },
        socket: {
          binaryType: 'uint8array',
          open: (socket) => this.#handleOpen(socket),
          data: (socket, chunk) => socket.data.client?.handleData(chunk),
          drain: (socket) => socket.data.client?.handleDrain(),
          close: ({ data: { client } }) => client && this.#clients.handleClose(client),
          // The socket closes by itself; without this the error would be reported as unhandled.
          error() {},
          // With this, `open` comes before the handshake, so that one that stalls is timed.
          handshake() {},
        },
      })
    } catch (error) {
      throw bindError(error, this.transport === 'tls' ? 'TLS' : 'TCP', { host, port })
    }
  }

  #handleOpen(socket: Socket): void {
    // A socket that is gone already has no address.
    const ip = parseIp(socket.remoteAddress ?? '')
    const from = ip && { ip, port: socket.remotePort }
    const client = from && this.#clients.open(socket, from)
    if (!client) {
      this.#options.core.services.counters.drop('connection-limit')
      socket.terminate()
      return
    }
    socket.data = { client }
    socket.setNoDelay(true)
  }
}
