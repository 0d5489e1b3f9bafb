/** What may arrive on the one port. */
export type PacketKind = 'stun' | 'dtls' | 'rtp' | 'rtcp' | 'unknown'

/** RFC 7983 §7 tells the protocols apart by the first byte, RFC 5761 §4 RTCP by the second. */
export function packetKind(packet: Uint8Array): PacketKind {
  const first = packet[0] ?? 255
  if (first >= 128 && first <= 191) {
    const type = packet[1] ?? 0
    return type >= 192 && type <= 223 ? 'rtcp' : 'rtp'
  }
  if (first <= 3) return 'stun'
  return first >= 20 && first <= 63 ? 'dtls' : 'unknown'
}
