import { formatIp, ipOf, portOf, type IpAddress, type TransportAddress } from '@duet/stun'
import type { DuetError } from '@duet/base'

/** Where datagrams go, prepared once and used for each of them. */
export interface Destination {
  readonly address: TransportAddress
  readonly ip: IpAddress
  /** The IP address as text. */
  readonly host: string
  readonly port: number
}

/** Prepares `address` for sending to it. */
export function destinationOf(address: TransportAddress): Destination {
  const ip = ipOf(address)
  return { address, ip, host: formatIp(ip), port: portOf(address) }
}

/** A bound UDP socket. */
export interface DatagramPort {
  readonly local: TransportAddress
  /** Sends now or drops: returns whether it went out. Copies nothing that it keeps. */
  send(payload: Uint8Array, destination: Destination): boolean
  /** Idempotent; nothing is received afterwards. */
  close(): void
}

export interface BindOptions {
  ip: IpAddress
  /** 0 takes any free port. */
  port: number
  /** Called for each datagram; `payload` is only valid during the call. */
  onDatagram: (payload: Uint8Array, from: TransportAddress) => void
}

/** Why a socket could not be bound. */
export type BindErrorCode = 'port-in-use' | 'address-unavailable' | 'bind-failed'
export type BindError = DuetError<BindErrorCode>

/**
 * The packet path: where UDP sockets come from. The server knows sockets only as this,
 * so that a faster path can take the place of the portable one.
 */
export interface DatagramNetwork {
  /** Rejects with a `DuetError` whose code is a `BindErrorCode`. */
  bind(options: BindOptions): Promise<DatagramPort>
}
