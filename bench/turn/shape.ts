/** What is relayed, and how: a row of the table. */
export interface LoadShape {
  allocations: number
  /** Of the data in each packet. */
  bytes: number
  method: 'channel' | 'send'
  transport: 'udp' | 'tcp'
  /** Where clients send to: a host, which sends as much back, or each other's relayed address. */
  to: 'peer' | 'relay'
}

export const ALLOCATIONS = [1, 50, 500] as const
export const BYTES = [100, 500, 1000] as const
export const METHODS = ['channel', 'send'] as const
export const TRANSPORTS = ['udp', 'tcp'] as const
export const PEERS = ['peer', 'relay'] as const

/** All rows, those that matter most first. */
export function allShapes(): LoadShape[] {
  return PEERS.flatMap((to) =>
    TRANSPORTS.flatMap((transport) =>
      METHODS.flatMap((method) =>
        ALLOCATIONS.flatMap((allocations) =>
          BYTES.map((bytes) => ({ allocations, bytes, method, transport, to })),
        ),
      ),
    ),
  )
}

/** As `udp channel to peer, 50 x 1000 B`. */
export function shapeName({ allocations, bytes, method, transport, to }: LoadShape): string {
  return `${transport} ${method} to ${to}, ${allocations} x ${bytes} B`
}

/** What `npm run bench:turn` promises of Duet's packets per second, in those of coturn. */
export function targetOf({ method, transport, to }: LoadShape): number {
  if (method !== 'channel' || transport !== 'udp') return 1
  return to === 'relay' ? 2.5 : 1.2
}
