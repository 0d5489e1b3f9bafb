import { ipOf, joinAddress, portOf, type TransportAddress } from '@duet/stun'
import { CHANGE, type NatSocket } from './stun-socket.ts'

/** What a NAT makes the same, or lets in, depends on (RFC 4787 §4.1, §5). */
export type NatBehaviour =
  | 'endpoint-independent'
  | 'address-dependent'
  | 'address-and-port-dependent'

/** silent: the server does not answer. unsupported: it does no RFC 5780. */
export type NatFinding =
  | { kind: 'silent' | 'unsupported' }
  | {
      kind: 'found'
      /** As the server sees this machine. */
      mapped: TransportAddress
      mapping: NatBehaviour
      filtering: NatBehaviour
    }

/**
 * The tests of RFC 5780 §4.3 and §4.4. Each has a socket of its own: what one sends to the server's
 * other address would open the filter for the other.
 */
export async function discoverNat(
  server: TransportAddress,
  openSocket: () => Promise<NatSocket>,
): Promise<NatFinding> {
  const [first, second] = [await openSocket(), await openSocket()]
  try {
    const mapping = testMapping(first, server)
    const filtering = testFiltering(second, server)
    const [mapped, filtered] = [await mapping, await filtering]
    if (mapped.kind !== 'found') return mapped
    if (filtered === undefined) return { kind: 'unsupported' }
    return { ...mapped, filtering: filtered }
  } finally {
    first.close()
    second.close()
  }
}

type MappingFinding =
  | { kind: 'silent' | 'unsupported' }
  | { kind: 'found'; mapped: TransportAddress; mapping: NatBehaviour }

async function testMapping(socket: NatSocket, server: TransportAddress): Promise<MappingFinding> {
  // Test I: the primary address and port.
  const one = await socket.ask(server)
  if (!one) return { kind: 'silent' }
  const { mapped, other } = one
  if (mapped === undefined || other === undefined) return { kind: 'unsupported' }
  const found = { kind: 'found', mapped } as const
  // Test II: the alternate address, the primary port.
  const two = await socket.ask(joinAddress(ipOf(other), portOf(server)))
  if (two?.mapped === undefined) return { kind: 'unsupported' }
  if (two.mapped === mapped) return { ...found, mapping: 'endpoint-independent' }
  // Test III: the alternate address and port.
  const three = await socket.ask(other)
  if (three?.mapped === undefined) return { kind: 'unsupported' }
  const isSame = three.mapped === two.mapped
  return { ...found, mapping: isSame ? 'address-dependent' : 'address-and-port-dependent' }
}

/** Undefined: the server does not change its address. */
async function testFiltering(
  socket: NatSocket,
  server: TransportAddress,
): Promise<NatBehaviour | undefined> {
  // Test I opens the way to the primary address and port.
  const one = await socket.ask(server)
  if (one?.other === undefined) return undefined
  // Test II: an answer from the alternate address and port.
  const two = await socket.ask(server, CHANGE.ip | CHANGE.port)
  if (two?.isError) return undefined
  if (two) return 'endpoint-independent'
  // Test III: an answer from the primary address, the alternate port.
  const three = await socket.ask(server, CHANGE.port)
  return three ? 'address-dependent' : 'address-and-port-dependent'
}
