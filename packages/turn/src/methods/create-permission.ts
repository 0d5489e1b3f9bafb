import {
  ATTRIBUTE,
  attributesOf,
  decodeXorAddress,
  familyOf,
  ipOf,
  type IpAddress,
} from '@duet/stun'
import type { Allocation } from '../allocation.ts'
import { refuse, type Outcome } from '../outcome.ts'
import type { Services } from '../services.ts'
import type { AuthenticatedRequest } from './allocate.ts'

/** CreatePermission (RFC 8656 §10.2): all of the peers are permitted, or none. */
export function createPermission(
  services: Services,
  { message }: AuthenticatedRequest,
  allocation: Allocation,
): Outcome {
  const values = attributesOf(message, ATTRIBUTE.xorPeerAddress)
  if (values.length === 0) return refuse(400, 'no-peer')
  const ips: IpAddress[] = []
  for (const value of values) {
    const peer = decodeXorAddress(value, message.transactionId)
    if (peer === undefined) return refuse(400, 'bad-peer')
    ips.push(ipOf(peer))
  }
  if (values.length > services.limits.peersPerRequest) return refuse(508, 'too-many-peers')
  if (ips.some((ip) => !allocation.hasFamily(familyOf(ip)))) return refuse(443, 'family-mismatch')
  if (ips.some((ip) => !services.router.isPermitted(ip))) return refuse(403, 'peer-denied')
  const { userId } = allocation.credentials
  if (ips.some((ip) => services.grants.reachOf(userId, ip) === 'none')) {
    return refuse(403, 'peer-not-granted')
  }
  if (!allocation.permit(ips)) return refuse(508, 'too-many-permissions')
  return { kind: 'success', attributes: [] }
}
