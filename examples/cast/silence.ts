/** What a look at a peer connection finds. */
export interface Look {
  isConnected: boolean
  /** Everything that came in so far. */
  received: number
  /** Milliseconds of one clock. */
  now: number
}

/** How long nothing has come in, from looks at a peer connection. */
export class Silence {
  #received = 0
  #heardAt: number

  /** `now`: milliseconds of the clock that the looks go by. */
  constructor(now: number) {
    this.#heardAt = now
  }

  /** Milliseconds since something came in, as far as looks can tell; 0 when it just did. */
  look({ isConnected, received, now }: Look): number {
    // What a path lets through before it works is no sign of life.
    if (isConnected && received !== this.#received) this.#heardAt = now
    this.#received = received
    return now - this.#heardAt
  }
}

/** The counters that grow with each packet, in whichever report a browser has them. */
const COUNTERS: Readonly<Record<string, readonly string[]>> = {
  transport: ['packetsReceived', 'bytesReceived'],
  'candidate-pair': ['packetsReceived', 'bytesReceived'],
  'inbound-rtp': ['packetsReceived'],
  'data-channel': ['messagesReceived'],
}

/** A number that changes whenever something came in. */
export function sumReceived(reports: Iterable<Record<string, unknown>>): number {
  let sum = 0
  for (const report of reports) {
    for (const counter of COUNTERS[String(report['type'])] ?? []) {
      const count = report[counter]
      if (typeof count === 'number') sum += count
    }
  }
  return sum
}
