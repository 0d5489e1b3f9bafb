import type { DuetError } from '@duet/base'
import type { IpAddress, TransportAddress } from '@duet/stun'
import type { Destination } from './destination.ts'
import type { IcmpErrorHandler } from './icmp-error.ts'
import { Packet } from './packet.ts'

/** A bound UDP socket. */
export interface DatagramPort {
  readonly local: TransportAddress
  /** What another thread may take over; the portable path does not tell. */
  readonly fd?: number
  /** Sends now or drops: returns whether it went out. Copies nothing that it keeps. */
  send(payload: Uint8Array, destination: Destination): boolean
  /**
   * As `send`, without a view on the bytes, which costs as much as copying them. What was just received here or at
   * another port of the same network, perhaps with another header, leaves from where it lies: until the call that
   * told of it is over, it is not to be written.
   */
  sendPacket(packet: Packet, destination: Destination): boolean
  /** Idempotent; nothing is received afterwards. */
  close(): void
}

/** Takes a datagram; `payload` is only valid during the call. */
export type DatagramHandler = (payload: Uint8Array, from: TransportAddress) => void
/** Takes a datagram where it lies; `packet` is only valid during the call. */
export type PacketHandler = (packet: Packet, from: TransportAddress) => void

interface BindBase {
  ip: IpAddress
  /** 0 takes any free port. */
  port: number
  /**
   * Threads share a port: the first one makes sure that it is free, the others take part. All
   * datagrams of one sender come to one of them. The portable path can't.
   */
  sharing?: 'first' | 'others' | undefined
  /** A socket to take over, of a thread that is gone: it is bound already. */
  fd?: number | undefined
  /** Hears of ICMP errors about what was sent, as many as the system keeps. The portable path does not tell. */
  onIcmpError?: IcmpErrorHandler | undefined
}

/** Where to bind, and who is called for each datagram: `onPacket` needs no view on each of them. */
export type BindOptions = BindBase &
  (
    | { onDatagram: DatagramHandler; onPacket?: never }
    | { onPacket: PacketHandler; onDatagram?: never }
  )

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

/** Calls the handler of `options` with datagrams that stand alone. */
export function datagramHandlerOf(options: BindOptions): DatagramHandler {
  const { onPacket, onDatagram } = options
  if (!onPacket) return onDatagram
  const packet = new Packet()
  return (payload, from) => {
    packet.wrap(payload)
    onPacket(packet, from)
  }
}

/** Calls the handler of `options` with datagrams where they lie. */
export function packetHandlerOf(options: BindOptions): PacketHandler {
  const { onPacket, onDatagram } = options
  return onPacket ?? ((packet, from) => onDatagram(packet.view(), from))
}
