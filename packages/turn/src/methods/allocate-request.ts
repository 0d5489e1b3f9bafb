import {
  ATTRIBUTE,
  attributeOf,
  attributesOf,
  decodeFamily,
  decodeUint32,
  encodeAttributeTypes,
  type IpFamily,
  type ReceivedMessage,
} from '@duet/stun'
import { grantedLifetime } from '../lifetimes.ts'
import { refuse, type ErrorOutcome } from '../outcome.ts'

/** The protocol number of UDP, the only one that is relayed. */
const UDP = 17
/** The first bit of EVEN-PORT: reserve the next port, too. */
const RESERVE_NEXT = 0x80

/** What a well-formed Allocate asks for. */
export type AllocateRequest = { kind: 'ask'; lifetime: number } & (
  | { ports: 'reserved'; token: Uint8Array }
  | { ports: 'even'; family: IpFamily; hasNext: boolean; isDual: boolean }
  | { ports: 'any'; family: IpFamily; isDual: boolean }
)

/** Reads an Allocate in the order of RFC 8656 §7.2, steps 3 to 8. */
export function readAllocateRequest(
  message: ReceivedMessage,
  hasFamily: (family: IpFamily) => boolean,
): AllocateRequest | ErrorOutcome {
  // 3. REQUESTED-TRANSPORT.
  const transports = attributesOf(message, ATTRIBUTE.requestedTransport)
  const [transport] = transports
  if (transports.length !== 1 || transport?.length !== 4) return refuse(400, 'bad-transport')
  if (transport[0] !== UDP) return refuse(442, 'transport-not-udp')
  // 4. DONT-FRAGMENT cannot be honoured: it is like an attribute that is not known.
  if (attributeOf(message, ATTRIBUTE.dontFragment)) {
    const value = encodeAttributeTypes([ATTRIBUTE.dontFragment])
    return refuse(420, 'dont-fragment', [{ type: ATTRIBUTE.unknownAttributes, value }])
  }
  const lifetime = readLifetime(message)
  if (lifetime === undefined) return refuse(400, 'bad-lifetime')
  // 5. and 6. RESERVATION-TOKEN goes with nothing that chooses a port or family.
  const token = attributeOf(message, ATTRIBUTE.reservationToken)
  const evenPort = attributeOf(message, ATTRIBUTE.evenPort)
  const requested = attributeOf(message, ATTRIBUTE.requestedAddressFamily)
  const additional = attributeOf(message, ATTRIBUTE.additionalAddressFamily)
  if (token) {
    const isAlone = !evenPort && !requested && !additional
    if (!isAlone || token.length !== 8) return refuse(400, 'bad-reservation-token')
    return { kind: 'ask', lifetime, ports: 'reserved', token }
  }
  if (evenPort && evenPort.length !== 1) return refuse(400, 'bad-even-port')
  const hasNext = ((evenPort?.[0] ?? 0) & RESERVE_NEXT) !== 0
  // 7. REQUESTED-ADDRESS-FAMILY; IPv4 without it.
  const family = requested ? decodeFamily(requested) : 4
  if (family === undefined) return refuse(400, 'bad-family')
  if (family === 'unknown') return refuse(440, 'unknown-family')
  // 8. ADDITIONAL-ADDRESS-FAMILY may only ask for IPv6 beside IPv4.
  if (additional && (decodeFamily(additional) !== 6 || requested || hasNext)) {
    return refuse(400, 'bad-additional-family')
  }
  const isDual = additional !== undefined
  if (!hasFamily(family) && !(isDual && hasFamily(6))) return refuse(440, 'family-not-supported')
  return evenPort
    ? { kind: 'ask', lifetime, ports: 'even', family, hasNext, isDual }
    : { kind: 'ask', lifetime, ports: 'any', family, isDual }
}

/** The lifetime to grant, in seconds; undefined when LIFETIME is malformed. */
function readLifetime(message: ReceivedMessage): number | undefined {
  const value = attributeOf(message, ATTRIBUTE.lifetime)
  if (!value) return grantedLifetime(undefined)
  const seconds = decodeUint32(value)
  return seconds === undefined ? undefined : grantedLifetime(seconds)
}
