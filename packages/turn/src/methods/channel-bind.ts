import {
  ATTRIBUTE,
  attributeOf,
  attributesOf,
  decodeXorAddress,
  familyOf,
  FIRST_CHANNEL,
  ipOf,
  portOf,
} from '@duet/stun'
import type { Allocation } from '../allocation.ts'
import { refuse, type Outcome } from '../outcome.ts'
import type { Services } from '../services.ts'
import type { AuthenticatedRequest } from './allocate.ts'

/** ChannelBind (RFC 8656 §12.2). */
export function channelBind(
  services: Services,
  { message }: AuthenticatedRequest,
  allocation: Allocation,
): Outcome {
  const numberValue = attributeOf(message, ATTRIBUTE.channelNumber)
  if (numberValue?.length !== 4) return refuse(400, 'bad-channel-number')
  const number = ((numberValue[0] ?? 0) << 8) | (numberValue[1] ?? 0)
  if (number < FIRST_CHANNEL || number > services.lastChannel) {
    return refuse(400, 'bad-channel-number')
  }
  const peers = attributesOf(message, ATTRIBUTE.xorPeerAddress)
  const [peerValue] = peers
  const peer = peerValue && decodeXorAddress(peerValue, message.transactionId)
  if (peers.length !== 1 || peer === undefined || portOf(peer) === 0) {
    return refuse(400, 'bad-peer')
  }
  if (!allocation.hasFamily(familyOf(ipOf(peer)))) return refuse(443, 'family-mismatch')
  if (!services.router.isReachable(peer)) return refuse(403, 'peer-denied')
  const reach = services.grants.reachOf(allocation.credentials.userId, ipOf(peer))
  const isGranted = reach === 'open' || (reach === 'own' && services.router.isReachable(peer, true))
  if (!isGranted) return refuse(403, 'peer-not-granted')
  const conflict = allocation.bindChannel(number, peer)
  if (conflict === 'full') return refuse(508, 'too-many-channels')
  if (conflict) return refuse(400, conflict)
  return { kind: 'success', attributes: [] }
}
