import { randomInt } from 'node:crypto'
import { DuetError, type Logger } from '@duet/base'
import {
  familyOf,
  ipOf,
  joinAddress,
  portOf,
  type IpAddress,
  type IpFamily,
  type TransportAddress,
} from '@duet/stun'
import type { DatagramNetwork } from '@duet/datagrams'
import { Relay } from './relay.ts'

/** So many ports that others use are skipped before an allocation is refused. */
const MAX_BIND_ATTEMPTS = 64

/** The portable path does not tell. */
const NO_SOCKET = -1

/** Where relays are bound, and the address that peers reach them at. */
export interface RelayAddress {
  bind: IpAddress
  /** Differs from `bind` behind a one-to-one NAT. */
  external: IpAddress
}

export interface RelayPoolOptions {
  network: DatagramNetwork
  /** The first address of each family is used, until `setAddresses` says otherwise. */
  addresses: readonly RelayAddress[]
  minPort: number
  maxPort: number
  logger: Logger
  /** Where other threads see which ports are relays. */
  register?: RelayRegister | undefined
}

/** Keeps which ports are relays. */
export interface RelayRegister {
  add(local: TransportAddress, fd: number): void
  remove(local: TransportAddress): void
}

export interface OpenRelayOptions {
  family: IpFamily
  /** Takes an even port (EVEN-PORT). */
  isEven?: boolean
  /** Takes the port after it as well. */
  hasNext?: boolean
}

/** Opens relay sockets on unpredictable ports, and knows each of them by its addresses. */
export class RelayPool {
  readonly #options: RelayPoolOptions
  /** By bound address and by external address. */
  readonly #relays = new Map<TransportAddress, Relay>()
  /** Bound addresses that are in use or being opened. */
  readonly #taken = new Set<TransportAddress>()
  #addresses: readonly RelayAddress[]

  constructor(options: RelayPoolOptions) {
    this.#options = options
    this.#addresses = options.addresses
  }

  /** Relays that are opened from now on are bound to these and seen at these. */
  setAddresses(addresses: readonly RelayAddress[]): void {
    this.#addresses = addresses
  }

  /** The IP addresses at which open relays are bound and seen. */
  get ips(): Set<IpAddress> {
    return new Set(Array.from(this.#relays.keys(), ipOf))
  }

  /** Sockets that are open or being opened. */
  get size(): number {
    return this.#taken.size
  }

  hasFamily(family: IpFamily): boolean {
    return this.#addressOf(family) !== undefined
  }

  /** The relay that is reached at `address`, if it is one of ours. */
  find(address: TransportAddress): Relay | undefined {
    return this.#relays.get(address)
  }

  /**
   * Opens one relay, or two on neighbouring ports. Undefined when there is no free port; never
   * leaves a socket behind.
   */
  async open(options: OpenRelayOptions): Promise<Relay[] | undefined> {
    const address = this.#addressOf(options.family)
    if (!address) return undefined
    const { minPort, maxPort } = this.#options
    const count = maxPort - minPort + 1
    // RFC 8656 §7.2 and CVE-2025-69217: a port must not be guessed from the ones before it.
    const start = randomInt(count)
    let attempts = 0
    for (let step = 0; step < count && attempts < MAX_BIND_ATTEMPTS; step += 1) {
      const port = minPort + ((start + step) % count)
      const ports = options.hasNext ? [port, port + 1] : [port]
      const isSuitable = !options.isEven || port % 2 === 0
      if (!isSuitable || ports.some((each) => !this.#isFree(address, each))) continue
      attempts += 1
      const relays = await this.#openAll(address, ports)
      if (relays) return relays
    }
    return undefined
  }

  /** Opens one relay on a port that was given up for it. */
  async openAt(family: IpFamily, port: number): Promise<Relay | undefined> {
    const address = this.#addressOf(family)
    if (!address || !this.#isFree(address, port)) return undefined
    const relays = await this.#openAll(address, [port])
    return relays?.[0]
  }

  #isFree(address: RelayAddress, port: number): boolean {
    return port <= this.#options.maxPort && !this.#taken.has(joinAddress(address.bind, port))
  }

  async #openAll(address: RelayAddress, ports: number[]): Promise<Relay[] | undefined> {
    // All are taken before the first is awaited, so that nobody else tries them meanwhile.
    for (const port of ports) this.#taken.add(joinAddress(address.bind, port))
    const opened = await Promise.all(ports.map((port) => this.#openOne(address, port)))
    const relays = opened.filter((relay) => relay !== undefined)
    if (relays.length === ports.length) return relays
    for (const relay of relays) relay.close()
    return undefined
  }

  async #openOne(address: RelayAddress, port: number): Promise<Relay | undefined> {
    const local = joinAddress(address.bind, port)
    try {
      const socket = await this.#options.network.bind({
        ip: address.bind,
        port,
        onPacket: (packet, from) => relay.onPeerPacket(packet, from),
        onIcmpError: (error, peer) => relay.onIcmpError(error, peer),
      })
      const relayed = joinAddress(address.external, portOf(socket.local))
      const relay = new Relay({ port: socket, relayed, onClosed: () => this.#forget(relay) })
      this.#relays.set(local, relay)
      this.#relays.set(relayed, relay)
      this.#options.register?.add(local, socket.fd ?? NO_SOCKET)
      return relay
    } catch (error) {
      this.#taken.delete(local)
      // Another program has the port: the next one is tried. Anything else a person must see.
      if (!(error instanceof DuetError) || error.code !== 'port-in-use') {
        this.#options.logger.error('a relay port cannot be opened', { error: String(error) })
      }
      return undefined
    }
  }

  #forget(relay: Relay): void {
    this.#relays.delete(relay.local)
    this.#relays.delete(relay.relayed)
    this.#options.register?.remove(relay.local)
    this.#taken.delete(relay.local)
  }

  #addressOf(family: IpFamily): RelayAddress | undefined {
    return this.#addresses.find(({ bind }) => familyOf(bind) === family)
  }
}
