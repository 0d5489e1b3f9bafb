/** One ICE candidate of this browser, as far as it may be known. */
export interface SeenCandidate {
  type: 'host' | 'srflx' | 'prflx' | 'relay'
  protocol: 'udp' | 'tcp'
  /** An IP address; a browser may put a name that ends with `.local` in place of its own. */
  address: string
  port: number
  /** Tells network interfaces apart; empty where the browser does not. */
  network: string
}

const TYPES = ['host', 'srflx', 'prflx', 'relay'] as const

/** Reads `candidate:…` (RFC 8839 §5.1); undefined when it is none. */
export function readCandidate(line: string): SeenCandidate | undefined {
  const [, , transport, , address, port, typ, type, ...rest] = line.trim().split(/\s+/)
  const kind = TYPES.find((each) => each === type)
  const protocol = transport?.toLowerCase()
  if (!line.startsWith('candidate:') || typ !== 'typ' || !kind || !address) return undefined
  if ((protocol !== 'udp' && protocol !== 'tcp') || !/^\d{1,5}$/.test(port ?? '')) return undefined
  const at = rest.indexOf('network-id')
  const network = at < 0 ? '' : (rest[at + 1] ?? '')
  return { type: kind, protocol, address, port: Number(port), network }
}

/** 4 or 6; undefined for a name. */
export function familyOf(address: string): 4 | 6 | undefined {
  if (address.includes(':')) return 6
  return /^\d+\.\d+\.\d+\.\d+$/.test(address) ? 4 : undefined
}
