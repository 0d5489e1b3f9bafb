import { randomBytes, randomInt } from 'node:crypto'
import { DuetError, type CancelTimer, type Clock } from '@duet/base'
import { destinationOf, type DatagramNetwork, type DatagramPort } from '@duet/datagrams'
import { joinAddress, portOf, type IpAddress } from '@duet/stun'
import type { PortRange } from '../config/index.ts'
import type { CheckResult } from './check-turn.ts'

export interface CheckRelayOptions {
  /** Where relays are bound. */
  bind: IpAddress
  /** Where peers would reach them. */
  external: IpAddress
  ports: PortRange
  network: DatagramNetwork
  clock: Clock
  timeoutMs: number
  /** Ends it at once. */
  signal?: AbortSignal | undefined
}

/** Relays of running calls have ports too: so many others are tried. */
const MAX_BIND_ATTEMPTS = 16
const FIRST_WAIT_MS = 250
/** So long that nobody guesses it; nothing that it may reach takes it for a message of its own. */
const TOKEN_BYTES = 32

/**
 * Whether a packet to a relay port at the external address comes to this port here: a NAT then
 * passes on the ports as they are. The port is one that no relay has.
 */
export async function checkRelay(options: CheckRelayOptions): Promise<CheckResult> {
  const { bind, external, network, clock, timeoutMs, signal } = options
  const token = randomBytes(TOKEN_BYTES)
  token[0] = 0xff
  const { promise, resolve } = Promise.withResolvers<CheckResult>()
  const relay = await bindFreePort(options, (payload) => {
    if (token.equals(payload)) resolve('reached')
  })
  if (!relay) return 'silent'
  const sender = await network
    .bind({ ip: bind, port: 0, onDatagram: () => {} })
    .catch((error: unknown) => {
      relay.close()
      throw error
    })
  const destination = destinationOf(joinAddress(external, portOf(relay.local)))
  let cancelNext: CancelTimer | undefined
  const send = (waitMs: number): void => {
    cancelNext = clock.after(waitMs, () => send(2 * waitMs))
    sender.send(token, destination)
  }
  const cancelEnd = clock.after(timeoutMs, () => resolve('silent'))
  signal?.addEventListener('abort', () => resolve('silent'), { once: true })
  send(FIRST_WAIT_MS)
  try {
    return await promise
  } finally {
    cancelNext?.()
    cancelEnd()
    sender.close()
    relay.close()
  }
}

/** Undefined when all that were tried are in use. */
async function bindFreePort(
  { bind, ports, network }: CheckRelayOptions,
  onDatagram: (payload: Uint8Array) => void,
): Promise<DatagramPort | undefined> {
  for (let attempt = 0; attempt < MAX_BIND_ATTEMPTS; attempt += 1) {
    try {
      const port = randomInt(ports.first, ports.last + 1)
      return await network.bind({ ip: bind, port, onDatagram })
    } catch (error) {
      if (!(error instanceof DuetError) || error.code !== 'port-in-use') throw error
    }
  }
  return undefined
}
