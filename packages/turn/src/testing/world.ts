import { FakeClock } from '@duet/base'
import { type DatagramPort, destinationOf, addressOf, FakeDatagrams } from '@duet/datagrams'
import { usersAuthenticator } from '../authenticator.ts'
import {
  createTurnServer,
  type TurnServer,
  type TurnServerOptions,
  type TurnStats,
} from '../turn-server.ts'
import { statsOf } from './stats.ts'
import { TurnClient } from './turn-client.ts'

/** Where the server of a `World` is. */
export const SERVER_IP = '198.51.100.10'
const SERVER = `${SERVER_IP}:3478`

/** A server on a network in memory, with a clock that stands still. */
export class World {
  readonly clock: FakeClock
  readonly network: FakeDatagrams
  readonly server: TurnServer
  readonly #ports: DatagramPort[] = []

  private constructor(clock: FakeClock, network: FakeDatagrams, server: TurnServer) {
    this.clock = clock
    this.network = network
    this.server = server
  }

  /** Users are `ann` with `secret` and `bob` with `other`, unless `options` say else. */
  static async create(options: Partial<TurnServerOptions> = {}): Promise<World> {
    const clock = new FakeClock()
    const network = new FakeDatagrams()
    const server = await createTurnServer({
      udp: [{ host: SERVER_IP, port: 3478 }],
      relay: { addresses: [{ bind: SERVER_IP }], minPort: 50_000, maxPort: 50_999 },
      authenticate: usersAuthenticator(
        new Map([
          ['ann', 'secret'],
          ['bob', 'other'],
        ]),
      ),
      nonceKey: 'a key for nonces in tests',
      clock,
      datagrams: network,
      ...options,
    })
    return new World(clock, network, server)
  }

  /** Sockets of the server: listeners and relays. */
  get serverSockets(): number {
    return this.network.size - this.#ports.length
  }

  stats(): Promise<TurnStats> {
    return statsOf(this.server)
  }

  /** A client at an address, whose user is `ann` unless said. */
  client(address = '8.0.0.1:1000', username = 'ann', password?: string): TurnClient {
    const { ip, port } = destinationOf(addressOf(address))
    const server = destinationOf(addressOf(SERVER))
    const client: TurnClient = new TurnClient({
      username,
      password: password ?? (username === 'bob' ? 'other' : 'secret'),
      send: (bytes) => void socket.send(bytes, server),
    })
    const onDatagram = (bytes: Uint8Array): void => client.handle(bytes)
    const socket = this.network.open({ ip, port, onDatagram })
    this.#ports.push(socket)
    return client
  }
}

/** Lets promises that can be resolved resolve. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}
