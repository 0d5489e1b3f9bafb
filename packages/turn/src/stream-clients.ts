import type { CancelTimer } from '@duet/base'
import { ipOf, joinAddress, unmapIp, type IpAddress } from '@duet/stun'
import { TICK_MS } from './lifetimes.ts'
import { householdOf } from './networks.ts'
import { StreamClient, type StreamSocket } from './stream-client.ts'
import type { TurnCore } from './turn-core.ts'
import { WriteTurn } from './write-turn.ts'

/** Clients on connections of one kind, as many as the limits let in. */
export class StreamClients {
  readonly #core: TurnCore
  readonly #transport: 'tcp' | 'tls'
  readonly #sockets = new Map<StreamClient, StreamSocket>()
  readonly #turn = new WriteTurn()
  readonly #byHousehold = new Map<IpAddress, number>()
  readonly #stopTicking: CancelTimer

  constructor(core: TurnCore, transport: 'tcp' | 'tls') {
    this.#core = core
    this.#transport = transport
    const { clock } = core.services
    this.#stopTicking = clock.every(TICK_MS, () => {
      for (const client of this.#sockets.keys()) client.handleTick(clock.now())
    })
  }

  /** Open connections. */
  get size(): number {
    return this.#sockets.size
  }

  /** Undefined: there is no room for it. */
  open(socket: StreamSocket, from: { ip: IpAddress; port: number }): StreamClient | undefined {
    const ip = unmapIp(from.ip)
    if (!this.#hasRoom(ip)) return undefined
    const client = new StreamClient({
      core: this.#core,
      socket,
      turn: this.#turn,
      transport: this.#transport,
      address: joinAddress(ip, from.port),
    })
    this.#sockets.set(client, socket)
    this.#count(client, 1)
    return client
  }

  /** Its connection is gone. Idempotent. */
  handleClose(client: StreamClient): void {
    if (!this.#sockets.delete(client)) return
    this.#count(client, -1)
    client.handleClose()
  }

  /** Ends all of them. Idempotent. */
  close(): void {
    this.#stopTicking()
    for (const [client, socket] of this.#sockets) {
      client.handleClose()
      socket.terminate()
    }
    this.#sockets.clear()
    this.#byHousehold.clear()
  }

  #hasRoom(ip: IpAddress): boolean {
    const { connections, connectionsPerAddress } = this.#core.services.limits
    const count = this.#byHousehold.get(householdOf(ip)) ?? 0
    return this.#sockets.size < connections && count < connectionsPerAddress
  }

  #count(client: StreamClient, difference: number): void {
    const household = householdOf(ipOf(client.address))
    const count = (this.#byHousehold.get(household) ?? 0) + difference
    if (count > 0) this.#byHousehold.set(household, count)
    else this.#byHousehold.delete(household)
  }
}
