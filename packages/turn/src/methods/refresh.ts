import { ATTRIBUTE, attributeOf, decodeFamily, decodeUint32, encodeUint32 } from '@duet/stun'
import type { Allocation } from '../allocation.ts'
import { grantedLifetime } from '../lifetimes.ts'
import { refuse, type Outcome } from '../outcome.ts'
import type { Services } from '../services.ts'
import type { AuthenticatedRequest } from './allocate.ts'

/** Refresh (RFC 8656 §7.3). A lifetime of 0 ends the allocation. */
export function refresh(
  services: Services,
  { message }: AuthenticatedRequest,
  allocation: Allocation,
): Outcome {
  const familyValue = attributeOf(message, ATTRIBUTE.requestedAddressFamily)
  const family = familyValue && decodeFamily(familyValue)
  if (familyValue && family === undefined) return refuse(400, 'bad-family')
  if (family === 'unknown' || (family && !allocation.hasFamily(family))) {
    return refuse(443, 'family-mismatch')
  }
  const lifetimeValue = attributeOf(message, ATTRIBUTE.lifetime)
  const requested = lifetimeValue && decodeUint32(lifetimeValue)
  if (lifetimeValue && requested === undefined) return refuse(400, 'bad-lifetime')
  if (requested === 0) {
    if (family) allocation.deleteFamily(family)
    else allocation.close('deleted')
    return granted(0)
  }
  const lifetime = grantedLifetime(requested)
  allocation.refresh(services.clock.now() + lifetime * 1000)
  return granted(lifetime)
}

function granted(seconds: number): Outcome {
  return {
    kind: 'success',
    attributes: [{ type: ATTRIBUTE.lifetime, value: encodeUint32(seconds) }],
  }
}
