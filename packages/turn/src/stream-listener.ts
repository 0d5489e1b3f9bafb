import type { CancelTimer } from '@duet/base'
import { formatIp, ipOf, joinAddress, parseIp, unmapIp, type IpAddress } from '@duet/stun'
import { bindError } from '@duet/datagrams'
import { TICK_MS } from './lifetimes.ts'
import { householdOf } from './networks.ts'
import { StreamClient } from './stream-client.ts'
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
  readonly #clients = new Map<StreamClient, Socket>()
  readonly #byHousehold = new Map<IpAddress, number>()
  readonly #stopTicking: CancelTimer
  #server: Bun.TCPSocketListener<Connection>
  #tls: TlsCertificate | undefined

  /** Throws a `DuetError` (`BindErrorCode`). */
  constructor(options: StreamListenerOptions) {
    this.#options = options
    this.transport = options.tls ? 'tls' : 'tcp'
    this.#tls = options.tls
    this.#server = this.#listen(options.port, options.tls)
    const { clock } = options.core.services
    this.#stopTicking = clock.every(TICK_MS, () => {
      for (const client of this.#clients.keys()) client.handleTick(clock.now())
    })
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
    this.#stopTicking()
    this.#server.stop(true)
    for (const [client, socket] of this.#clients) {
      client.handleClose()
      socket.terminate()
    }
    this.#clients.clear()
    this.#byHousehold.clear()
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
          close: (socket) => this.#handleClose(socket),
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
    if (ip === undefined || !this.#hasRoom(unmapIp(ip))) {
      this.#options.core.services.counters.drop('connection-limit')
      socket.terminate()
      return
    }
    const client = new StreamClient({
      core: this.#options.core,
      socket,
      transport: this.transport,
      address: joinAddress(unmapIp(ip), socket.remotePort),
    })
    socket.data = { client }
    socket.setNoDelay(true)
    this.#clients.set(client, socket)
    this.#count(client, 1)
  }

  #handleClose(socket: Socket): void {
    const { client } = socket.data
    if (!client || !this.#clients.delete(client)) return
    this.#count(client, -1)
    client.handleClose()
  }

  #hasRoom(ip: IpAddress): boolean {
    const { connections, connectionsPerAddress } = this.#options.core.services.limits
    const count = this.#byHousehold.get(householdOf(ip)) ?? 0
    return this.#clients.size < connections && count < connectionsPerAddress
  }

  #count(client: StreamClient, difference: number): void {
    const household = householdOf(ipOf(client.address))
    const count = (this.#byHousehold.get(household) ?? 0) + difference
    if (count > 0) this.#byHousehold.set(household, count)
    else this.#byHousehold.delete(household)
  }
}
