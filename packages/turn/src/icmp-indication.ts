import type { IcmpError } from '@duet/datagrams'
import {
  ATTRIBUTE,
  encodeIcmp,
  encodeMessage,
  encodeXorAddress,
  familyOf,
  ipOf,
  METHOD,
  type IpFamily,
  type TransportAddress,
} from '@duet/stun'

const TRANSACTION_ID_BYTES = 12
/** Destination unreachable and time exceeded; for IPv6 packet too big, too (RFC 8656 §11.5). */
const REPORTED_TYPES: Record<IpFamily, ReadonlySet<number>> = {
  4: new Set([3, 11]),
  6: new Set([1, 2, 3]),
}

/** Whether a client is told of this error about a datagram to `peer`. */
export function isReported({ type }: IcmpError, peer: TransportAddress): boolean {
  return REPORTED_TYPES[familyOf(ipOf(peer))].has(type)
}

/** The Data indication that tells of it: without data (RFC 8656 §11.5). */
export function icmpIndication(error: IcmpError, peer: TransportAddress): Uint8Array {
  const transactionId = crypto.getRandomValues(new Uint8Array(TRANSACTION_ID_BYTES))
  const { type, code } = error
  const data = hasMtu(error, familyOf(ipOf(peer))) ? error.info : 0
  const attributes = [
    { type: ATTRIBUTE.xorPeerAddress, value: encodeXorAddress(peer, transactionId) },
    { type: ATTRIBUTE.icmp, value: encodeIcmp({ type, code, data }) },
  ]
  return encodeMessage({ class: 'indication', method: METHOD.data, transactionId, attributes })
}

/** Fragmentation needed, or packet too big: for all others the error data are 0 (RFC 8656 §18.13). */
function hasMtu({ type, code }: IcmpError, family: IpFamily): boolean {
  return family === 4 ? type === 3 && code === 4 : type === 2
}
