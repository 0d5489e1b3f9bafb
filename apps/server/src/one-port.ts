import {
  batchedDatagrams,
  shareDatagrams,
  type DatagramNetwork,
  type Packet,
} from '@duet/datagrams'
import { ATTRIBUTE, HEADER_BYTES, METHOD } from '@duet/stun'
import type { Config } from './config/index.ts'

/** Where TURN and the media server have their UDP sockets from; each its own unless said. */
export interface UdpNetworks {
  turn?: DatagramNetwork
  media?: DatagramNetwork
}

/** Both on one port, where --turn-port and --media-port are the same. */
export function udpNetworks({ turnPort, mediaPort }: Config): UdpNetworks {
  if (!turnPort || turnPort !== mediaPort) return {}
  const { first: turn, second: media } = shareDatagrams({
    network: batchedDatagrams,
    port: turnPort,
    isForSecond: isForMedia,
  })
  return { turn, media }
}

/** The class bit of answers in a STUN message's type (RFC 8489 §5). */
const ANSWER_BIT = 0x0100

/**
 * Which datagrams on the port of both are for the media server (RFC 7983 §7): DTLS, RTP and RTCP, ICE's
 * connectivity checks, and answers to its own. TURN has the rest: STUN, and ChannelData.
 */
export function isForMedia({ bytes, start, end }: Packet): boolean {
  const first = start < end ? (bytes[start] ?? 0) : 0
  if (first > 3) return (first >= 20 && first <= 63) || (first >= 128 && first <= 191)
  if (end - start < HEADER_BYTES) return false
  const type = (first << 8) | (bytes[start + 1] ?? 0)
  if ((type & ANSWER_BIT) !== 0) return true
  return type === METHOD.binding && hasUsername(bytes, start, end)
}

/** A check names its session (RFC 8445 §7.1.2); who asks TURN for nothing but its address has no name. */
function hasUsername(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + HEADER_BYTES; at + 4 <= end;) {
    const type = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    if (type === ATTRIBUTE.username) return true
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
    at += 4 + length + (-length & 3)
  }
  return false
}
