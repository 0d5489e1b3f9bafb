import type { Packet } from '@duet/datagrams'
import type { TransportAddress } from '@duet/stun'
import type { Allocation } from './allocation.ts'

/** How a client reaches the server. */
export type ClientTransport = 'udp' | 'tcp' | 'tls'

/** One five-tuple: the way back to a client, and its allocation if it has one. */
export interface Client {
  readonly transport: ClientTransport
  /** The client's address as the server sees it. */
  readonly address: TransportAddress
  readonly allocation: Allocation | undefined
  /** Gives the five-tuple its allocation, or takes it away again. */
  setAllocation(allocation: Allocation | undefined): void
  /** Sends a STUN message that answers the client. */
  send(message: Uint8Array): void
  /** Sends ChannelData or a Data indication, which may be changed then; returns whether it went out. */
  sendPacket(packet: Packet): boolean
}
