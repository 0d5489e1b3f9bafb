import type { Clock } from '@duet/base'
import { AddressCounter } from '../bounds/address-counter.ts'
import { addressGroup } from '../bounds/address-group.ts'
import { plainAddress } from '../config/index.ts'
import type { Guests, GuestStream } from './guests.ts'
import type { Tls } from './listen.ts'
import { everyAddress } from './listen-addresses.ts'
import { LOOPBACK, type Peer, type PeerBook } from './peer-book.ts'
import { Pipe, type PipeSocket } from './pipe.ts'
import { SortingSocket, type Found, type Sort } from './sorting-socket.ts'
import { Unsorted } from './unsorted.ts'

/** What stands behind a shared port, on loopback. */
export interface Behind {
  /** Speaks HTTPS. */
  https: number
  /** Speaks HTTP to those whose TLS ended here. */
  http: number
}

export interface SharedPortOptions {
  /** Undefined: every address of the machine. */
  host: string | undefined
  port: number
  /** Asked for each connection. */
  behind: () => Behind
  peers: PeerBook
  /** Undefined: there are none, and all who speak TLS want HTTPS. */
  guests: Guests | undefined
  /** Presented to guests. */
  tls: Tls
  /** Many people come by the address of a proxy: it is bound by the total alone. */
  isTrustedProxy: (address: string) => boolean
  clock: Clock
}

interface Data {
  sorting: SortingSocket | undefined
}

type Socket = Bun.Socket<Data>

/** What HTTP clients offer (RFC 7301 §6, RFC 9113 §3.1): browsers always do, TURN clients never. */
const HTTP_PROTOCOLS = new Set(['http/1.1', 'h2', 'http/1.0'])

/** RFC 8737 §6.2. */
const ACME_PROTOCOL = 'acme-tls/1'

/** More connections at once are not taken, and not more of them from one address (an IPv6 /64). */
const CONNECTIONS = { inAll: 20_000, perAddress: 2000 }

/** A connection that came in, and what it becomes. */
interface Arrival {
  sort: Sort
  /** Undefined: it came in by the outer port before, and is counted there. */
  peer: Peer | undefined
}

/**
 * A TCP port that several protocols share, told apart by the first bytes. What offers HTTP in its
 * ClientHello is carried on as it is; other TLS ends here, and is told apart within.
 */
export class SharedPort {
  readonly #options: SharedPortOptions
  /** Each with what counts it out. */
  readonly #sockets = new Map<SortingSocket, () => void>()
  readonly #counter = new AddressCounter(CONNECTIONS)
  readonly #unsorted = new Unsorted()
  readonly #outer: Bun.TCPSocketListener<Data>
  /** Ends the TLS of who does not say that it wants HTTP. */
  #inner: Bun.TCPSocketListener<Data> | undefined
  /** Answer TLS-ALPN-01, by the name that is asked for (RFC 8737 §3). */
  readonly #answers = new Map<string, Bun.TCPSocketListener<Data>>()

  /** Throws what `Bun.listen` throws. */
  constructor(options: SharedPortOptions) {
    this.#options = options
    this.#inner = this.#openInner(options.tls)
    const { host, port } = options
    try {
      this.#outer = this.#listen({ hostname: host ?? everyAddress(), port }, (socket) =>
        this.#arriveOuter(socket),
      )
    } catch (error) {
      this.#inner?.stop(true)
      throw error
    }
  }

  get port(): number {
    return this.#outer.port
  }

  /** Open connections. */
  get size(): number {
    return this.#sockets.size
  }

  /** For guests that come from now on. */
  setTls(tls: Tls): void {
    const before = this.#inner
    this.#inner = this.#openInner(tls)
    before?.stop(false)
  }

  /** From now on TLS-ALPN-01 is answered with these. */
  setAnswers(certificates: ReadonlyMap<string, Tls>): void {
    for (const [name, listener] of this.#answers) {
      if (certificates.has(name)) continue
      listener.stop(false)
      this.#answers.delete(name)
    }
    for (const [name, tls] of certificates) {
      if (!this.#answers.has(name)) this.#answers.set(name, answerAcme(tls))
    }
  }

  /** Takes no new connections; open ones go on. */
  stop(): void {
    this.#outer.stop(false)
    this.setAnswers(new Map())
  }

  /** Cuts everything. Idempotent. */
  close(): void {
    this.stop()
    this.#inner?.stop(true)
    for (const socket of this.#sockets.keys()) socket.close()
  }

  #openInner(tls: Tls): Bun.TCPSocketListener<Data> | undefined {
    if (!this.#options.guests) return undefined
    return this.#listen(
      { hostname: LOOPBACK, port: 0, tls: { cert: tls.cert, key: tls.key } },
      (socket) => ({ sort: this.#sortInner(socket), peer: undefined }),
    )
  }

  #listen(
    where: { hostname: string; port: number; tls?: { cert: string; key: string } },
    arrive: (socket: Socket) => Arrival | undefined,
  ): Bun.TCPSocketListener<Data> {
    return Bun.listen<Data>({
      ...where,
      data: { sorting: undefined },
      socket: {
        binaryType: 'uint8array',
        open: (socket) => this.#handleOpen(socket, arrive(socket)),
        data: (socket, chunk) => socket.data.sorting?.handleData(chunk),
        drain: (socket) => socket.data.sorting?.handleDrain(),
        close: (socket) => this.#handleClose(socket),
        // The socket closes by itself; without this the error would be reported as unhandled.
        error() {},
        // With this, `open` comes before the handshake, so that one that stalls is timed.
        handshake() {},
      },
    })
  }

  #handleOpen(socket: Socket, arrival: Arrival | undefined): void {
    const countOut = arrival && this.#count(arrival)
    if (!arrival || !countOut) {
      socket.terminate()
      return
    }
    const { peer, sort } = arrival
    const sorting = new SortingSocket(socket, sort, this.#options.clock)
    socket.data = { sorting }
    socket.setNoDelay(true)
    this.#sockets.set(sorting, countOut)
    if (peer && !this.#unsorted.add(peer, () => sorting.close())) sorting.close()
  }

  #handleClose(socket: Socket): void {
    const { sorting } = socket.data
    const countOut = sorting && this.#sockets.get(sorting)
    if (!countOut) return
    this.#sockets.delete(sorting)
    countOut()
    sorting.handleClose()
  }

  /** Returns its end; undefined: there are too many. */
  #count({ peer }: Arrival): (() => void) | undefined {
    if (!peer) return () => {}
    const { address, port } = peer
    const isProxy = this.#options.isTrustedProxy(address)
    const group = isProxy ? `${address} ${port}` : addressGroup(address)
    if (!this.#counter.admit(group)) return undefined
    return () => {
      this.#unsorted.remove(peer)
      this.#counter.release(group)
    }
  }

  /** Undefined: the socket is gone already. */
  #arriveOuter(socket: Socket): Arrival | undefined {
    if (!socket.remoteAddress) return undefined
    const peer = { address: plainAddress(socket.remoteAddress), port: socket.remotePort }
    return { peer, sort: (found, first) => this.#sortOuter(socket, { peer, found, first }) }
  }

  #sortOuter(
    socket: Socket,
    { peer, found, first }: { peer: Peer; found: Found; first: Uint8Array },
  ): GuestStream | undefined {
    const port = found.kind === 'tls' ? this.#portFor(found) : undefined
    // Behind the inner port it is sorted once more, and not before its handshake is done.
    if (port === undefined || port !== this.#inner?.port) this.#unsorted.remove(peer)
    if (found.kind === 'stun') return this.#acceptGuest(socket, first, { ...peer, isSecure: false })
    return this.#pipe(socket, first, { peer, port })
  }

  #sortInner(socket: Socket): Sort {
    const from = { address: socket.remoteAddress ?? '', port: socket.remotePort }
    return (found, first) => {
      // Known since before it was carried on; undefined: it did not come in by the outer port.
      const peer = this.#options.peers.find(from)
      if (!peer) return undefined
      this.#unsorted.remove(peer)
      if (found.kind === 'stun')
        return this.#acceptGuest(socket, first, { ...peer, isSecure: true })
      if (found.kind !== 'http') return undefined
      return this.#pipe(socket, first, { peer, port: this.#options.behind().http })
    }
  }

  /** Who speaks TLS goes on to it; undefined: to nobody. */
  #portFor({ protocols, serverName }: Extract<Found, { kind: 'tls' }>): number | undefined {
    if (protocols.includes(ACME_PROTOCOL)) return this.#answers.get(serverName ?? '')?.port
    const isHttp = protocols.some((protocol) => HTTP_PROTOCOLS.has(protocol))
    return this.#inner && !isHttp ? this.#inner.port : this.#options.behind().https
  }

  #pipe(
    socket: PipeSocket,
    first: Uint8Array,
    { peer, port }: { peer: Peer; port: number | undefined },
  ): GuestStream | undefined {
    if (port === undefined) return undefined
    return new Pipe(socket, first, { port, peer, peers: this.#options.peers })
  }

  #acceptGuest(
    socket: Socket,
    first: Uint8Array,
    from: Peer & { isSecure: boolean },
  ): GuestStream | undefined {
    const guest = this.#options.guests?.accept(socket, from)
    guest?.handleData(first)
    return guest
  }
}

/** Negotiates `acme-tls/1` and presents the certificate; nothing is said after that. */
function answerAcme({ cert, key }: Tls): Bun.TCPSocketListener<Data> {
  const protocol = Buffer.from(`${String.fromCharCode(ACME_PROTOCOL.length)}${ACME_PROTOCOL}`)
  return Bun.listen<Data>({
    hostname: LOOPBACK,
    port: 0,
    tls: { cert, key, ALPNProtocols: protocol },
    data: { sorting: undefined },
    socket: { data() {}, error() {} },
  })
}
