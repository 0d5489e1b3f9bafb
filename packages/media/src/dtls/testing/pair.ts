import { FakeClock } from '@duet/base'
import type { SrtpKeys } from '../../srtp/keys.ts'
import type { DtlsAssociation, DtlsContext, DtlsEnd, Fingerprint } from '../dtls.ts'

export type Side = 'client' | 'server'

/** What became of one side. */
export interface End {
  association: DtlsAssociation
  keys: SrtpKeys | undefined
  ended: DtlsEnd[]
  /** Every datagram that it sent, whatever became of it. */
  sent: Uint8Array[]
}

export interface PairOptions {
  client: DtlsContext
  server: DtlsContext
  clock?: FakeClock
  /** Whom the client takes for the server, and the other way round; the truth unless given. */
  announced?: Partial<Record<Side, readonly Fingerprint[]>>
  /** What the network makes of a datagram: none, itself, or others. */
  carry?: (datagram: Uint8Array, from: Side) => readonly Uint8Array[]
  /** Which of so many waiting datagrams comes next; the first unless given. */
  pick?: (waiting: number) => number
  onConnected?: (side: Side) => void
}

/** As often as `tick` is to be called. */
const TICK_MS = 50

/** A client and a server with a network between them that delivers when it is told to. */
export class Pair {
  readonly clock: FakeClock
  readonly client: End
  readonly server: End
  readonly #options: PairOptions
  readonly #waiting: { datagram: Uint8Array; to: Side }[] = []

  constructor(options: PairOptions) {
    const { client, server, announced } = options
    this.#options = options
    this.clock = options.clock ?? new FakeClock()
    this.server = this.#open('server', (handlers) =>
      server.accept({ ...handlers, fingerprints: announced?.client ?? [client.fingerprint] }),
    )
    this.client = this.#open('client', (handlers) =>
      client.connect({ ...handlers, fingerprints: announced?.server ?? [server.fingerprint] }),
    )
  }

  get states(): DtlsAssociation['state'][] {
    return [this.client.association.state, this.server.association.state]
  }

  /** Delivers until nothing is on its way. */
  settle(): this {
    while (this.#waiting.length > 0) {
      const index = this.#options.pick?.(this.#waiting.length) ?? 0
      const [next] = this.#waiting.splice(index, 1)
      this[next!.to].association.receive(next!.datagram)
    }
    return this
  }

  /** Lets time pass, with a tick for both as often as is due. */
  run(ms: number): this {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      this.settle()
      this.clock.advance(TICK_MS)
      this.client.association.tick()
      this.server.association.tick()
    }
    return this.settle()
  }

  close(): void {
    this.client.association.close()
    this.server.association.close()
  }

  #open(side: Side, make: (handlers: Handlers) => DtlsAssociation): End {
    const end: Omit<End, 'association'> = { keys: undefined, ended: [], sent: [] }
    const to = side === 'client' ? 'server' : 'client'
    const association = make({
      send: (bytes) => {
        const datagram = bytes.slice()
        end.sent.push(datagram)
        const carried = this.#options.carry?.(datagram, side) ?? [datagram]
        for (const each of carried) this.#waiting.push({ datagram: each, to })
      },
      onConnected: (keys) => {
        end.keys = keys
        this.#options.onConnected?.(side)
      },
      onEnded: (reason) => end.ended.push(reason),
    })
    return Object.assign(end, { association })
  }
}

interface Handlers {
  send(datagram: Uint8Array): void
  onConnected(keys: SrtpKeys): void
  onEnded(end: DtlsEnd): void
}
