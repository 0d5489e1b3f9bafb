import { FakeClock } from '@duet/base'
import { FakeDatagrams, type DatagramNetwork } from '@duet/datagrams'
import { parseIp, type IpAddress } from '@duet/stun'
import { createTurnServer, restAuthenticator, type TurnServer } from '@duet/turn'
import { FakeNat, type FakeNatOptions } from './fake-nat.ts'

/** The machine of a `NatScene`. */
export const OWN = '192.168.1.5'
export const PUBLIC = '203.0.113.7'
const PUBLIC_IP = parseIp(PUBLIC) as IpAddress

/** Steps of a tenth of a second; nothing takes longer than a minute. */
const MAX_STEPS = 600
const STEP_MS = 100

/** A machine behind a NAT, with STUN servers outside, and a clock that stands still. */
export class NatScene {
  readonly clock = new FakeClock()
  readonly outside = new FakeDatagrams()
  readonly nat: FakeNat
  readonly #servers: TurnServer[] = []

  constructor(options: Partial<FakeNatOptions> = {}) {
    const { outside } = this
    const usual = { isMapped: () => true, hairpins: true }
    this.nat = new FakeNat({ outside, publicIp: PUBLIC_IP, ...usual, ...options })
  }

  async addStun(...hosts: string[]): Promise<void> {
    for (const host of hosts) await this.#serve(host, this.outside, 'of others')
  }

  /** On the machine itself. */
  async addTurn(secret: string): Promise<TurnServer> {
    return this.#serve(OWN, this.nat, secret)
  }

  /** What the promise comes to, while time passes. */
  async ended<Value>(promise: Promise<Value>): Promise<Value> {
    const state = { isDone: false }
    const done = promise.finally(() => (state.isDone = true))
    await this.passUntil(() => state.isDone)
    return done
  }

  async passUntil(isDone: () => boolean): Promise<void> {
    for (let step = 0; step < MAX_STEPS && !isDone(); step += 1) {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
      this.clock.advance(STEP_MS)
    }
  }

  close(): void {
    for (const server of this.#servers) void server.close()
  }

  async #serve(host: string, network: DatagramNetwork, secret: string): Promise<TurnServer> {
    const server = await createTurnServer({
      udp: [{ host, port: 3478 }],
      relay: { addresses: [{ bind: host }] },
      authenticate: restAuthenticator({ secrets: [secret], now: () => this.clock.now() }),
      datagrams: network,
      clock: this.clock,
    })
    this.#servers.push(server)
    return server
  }
}
