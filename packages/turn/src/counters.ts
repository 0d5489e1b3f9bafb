import type { ClientTransport } from './client.ts'

/** Packets and bytes of relayed data, without headers. */
export interface Traffic {
  packets: number
  bytes: number
}

/** What was relayed for clients of one transport. */
export interface TransportTraffic {
  fromClient: Traffic
  toClient: Traffic
}

/** Counts what happens; names are the server's own words, never a client's. */
export class Counters {
  readonly traffic: Record<ClientTransport, TransportTraffic> = {
    udp: noTraffic(),
    tcp: noTraffic(),
    tls: noTraffic(),
  }
  readonly #refusals = new Map<string, number>()
  readonly #drops = new Map<string, number>()
  allocationsMade = 0

  /** Counts a request that was answered with an error. */
  refuse(reason: string): void {
    this.#refusals.set(reason, (this.#refusals.get(reason) ?? 0) + 1)
  }

  /** Counts something that was not answered or not passed on. */
  drop(reason: string): void {
    this.#drops.set(reason, (this.#drops.get(reason) ?? 0) + 1)
  }

  get refusals(): Record<string, number> {
    return Object.fromEntries(this.#refusals)
  }

  get drops(): Record<string, number> {
    return Object.fromEntries(this.#drops)
  }
}

/** Traffic that has not begun. */
export function noTraffic(): TransportTraffic {
  return { fromClient: { packets: 0, bytes: 0 }, toClient: { packets: 0, bytes: 0 } }
}
