import {
  ATTRIBUTE,
  encodeAddressErrorCode,
  encodeUint32,
  encodeXorAddress,
  ipOf,
  type IpFamily,
  type ReceivedMessage,
  type StunAttribute,
} from '@duet/stun'
import { Allocation, type AllocationEnd } from '../allocation.ts'
import type { Credentials } from '../authentication.ts'
import type { Client } from '../client.ts'
import { RETRANSMISSION_MS } from '../lifetimes.ts'
import { refuse, type ErrorOutcome, type Outcome } from '../outcome.ts'
import type { QuotaOwner, ReleaseQuota } from '../quota.ts'
import type { Relay } from '../relay.ts'
import type { Services } from '../services.ts'
import { readAllocateRequest, type AllocateRequest } from './allocate-request.ts'

export interface AuthenticatedRequest {
  message: ReceivedMessage
  client: Client
  credentials: Credentials
}

/** What was opened for an allocation, and what the answer says about it. */
interface Opened {
  kind: 'opened'
  relays: Relay[]
  attributes: StunAttribute[]
}

/** A place in the quota, and the relay that was reserved with it. */
interface Claim {
  kind: 'claimed'
  release: ReleaseQuota
  relays: Relay[]
}

/** Allocate (RFC 8656 §7.2). Step 1, authentication, is done. */
export async function allocate(
  services: Services,
  request: AuthenticatedRequest,
): Promise<Outcome> {
  const { message, client, credentials } = request
  // 2. A five-tuple has one allocation; a retransmission is answered as before.
  if (client.allocation) return answerAgain(services, client.allocation, request)
  const asked = readAllocateRequest(message, (family) => services.relays.hasFamily(family))
  if (asked.kind === 'error') return asked
  if (services.grants.isRevoked(credentials.userId)) return refuse(403, 'revoked')
  const owner = { userId: credentials.userId, ip: ipOf(client.address) }
  const { router, grants, counters, limits, clock, packetTime } = services
  const meter = services.bandwidth.open(owner, clock.now())
  let claim: Claim | undefined
  const allocation = new Allocation({
    client,
    credentials,
    transactionId: message.transactionId,
    router,
    grants,
    meter,
    counters,
    limits,
    clock,
    packetTime,
    onClosed(closed, { reason, wasOpen }) {
      claim?.release()
      meter?.close()
      forget()
      services.allocations.delete(closed)
      client.setAllocation(undefined)
      if (wasOpen) logEnded(services, closed, reason)
    },
  })
  const forget = grants.add(credentials.userId, allocation)
  client.setAllocation(allocation)
  services.allocations.add(allocation)
  const claimed = await claimQuota(services, asked, owner)
  if (claimed.kind === 'error') {
    allocation.close('refused')
    return claimed
  }
  if (allocation.state.kind === 'closed') {
    claimed.release()
    for (const relay of claimed.relays) relay.close()
    return closedMeanwhile(allocation)
  }
  claim = claimed
  const opened: Opened | ErrorOutcome =
    asked.ports === 'reserved'
      ? { kind: 'opened', relays: claimed.relays, attributes: [] }
      : await openRelays(services, asked, owner)
  if (opened.kind === 'error') {
    allocation.close('refused')
    return opened
  }
  const attributes = [
    ...opened.relays.map(({ relayed }) => ({
      type: ATTRIBUTE.xorRelayedAddress,
      value: encodeXorAddress(relayed, allocation.transactionId),
    })),
    { type: ATTRIBUTE.lifetime, value: encodeUint32(asked.lifetime) },
    ...opened.attributes,
    {
      type: ATTRIBUTE.xorMappedAddress,
      value: encodeXorAddress(client.address, allocation.transactionId),
    },
  ]
  const answer = { transactionId: allocation.transactionId, attributes, givenAt: clock.now() }
  if (!allocation.open(opened.relays, answer, clock.now() + asked.lifetime * 1000)) {
    for (const relay of opened.relays) relay.close()
    return closedMeanwhile(allocation)
  }
  counters.allocationsMade += 1
  logMade(services, allocation)
  return { kind: 'success', attributes }
}

/** While it was being opened the client went away, or lost the right to it. */
function closedMeanwhile({ state }: Allocation): Outcome {
  const isRevoked = state.kind === 'closed' && state.reason === 'revoked'
  return isRevoked ? refuse(403, 'revoked') : { kind: 'silence' }
}

function answerAgain(
  services: Services,
  allocation: Allocation,
  { message, credentials }: AuthenticatedRequest,
): Outcome {
  const { state } = allocation
  const isSame =
    Buffer.compare(allocation.transactionId, message.transactionId) === 0 &&
    allocation.credentials.username === credentials.username
  if (isSame && state.kind === 'opening') return { kind: 'silence' }
  const isRecent =
    state.kind === 'open' && services.clock.now() - state.answer.givenAt <= RETRANSMISSION_MS
  if (isSame && isRecent) return { kind: 'success', attributes: state.answer.attributes }
  return refuse(437, 'five-tuple-in-use')
}

/** A request for which sockets are opened. */
type OpenRequest = Exclude<AllocateRequest, { ports: 'reserved' }>

/** A place in the quota; a port that was reserved has its own already. */
async function claimQuota(
  services: Services,
  asked: AllocateRequest,
  owner: QuotaOwner,
): Promise<Claim | ErrorOutcome> {
  if (asked.ports === 'reserved') {
    const reservation =
      services.reservations.take(asked.token, owner.userId) ??
      (await services.fetchReservation?.(asked.token, owner.userId))
    return reservation
      ? { kind: 'claimed', release: reservation.release, relays: [reservation.relay] }
      : refuse(508, 'unknown-reservation')
  }
  const release = await services.quota.take(owner)
  return release ? { kind: 'claimed', release, relays: [] } : refuse(486, 'quota-reached')
}

async function openRelays(
  services: Services,
  asked: OpenRequest,
  owner: QuotaOwner,
): Promise<Opened | ErrorOutcome> {
  if (asked.ports === 'even' && asked.hasNext) return openPair(services, asked.family, owner)
  return openEach(services, asked)
}

/** EVEN-PORT with the bit that reserves the next port. */
async function openPair(
  services: Services,
  family: IpFamily,
  owner: QuotaOwner,
): Promise<Opened | ErrorOutcome> {
  const release = await services.quota.take(owner)
  if (!release) return refuse(486, 'quota-reached')
  const relays = await services.relays.open({ family, isEven: true, hasNext: true })
  const [first, second] = relays ?? []
  if (!first || !second) {
    release()
    return refuse(508, 'no-free-port')
  }
  const token = services.reservations.add({ relay: second, userId: owner.userId, release })
  const attributes = [{ type: ATTRIBUTE.reservationToken, value: token }]
  return { kind: 'opened', relays: [first], attributes }
}

/** One relay, or one of each family; of two, one that fails is reported and left out. */
async function openEach(services: Services, asked: OpenRequest): Promise<Opened | ErrorOutcome> {
  const families: IpFamily[] = asked.isDual ? [asked.family, 6] : [asked.family]
  const relays: Relay[] = []
  const attributes: StunAttribute[] = []
  for (const family of families) {
    const opened = await services.relays.open({ family, isEven: asked.ports === 'even' })
    if (opened) relays.push(...opened)
    else {
      const code = services.relays.hasFamily(family) ? 508 : 440
      const value = encodeAddressErrorCode(family, code)
      attributes.push({ type: ATTRIBUTE.addressErrorCode, value })
    }
  }
  if (relays.length === 0) return refuse(508, 'no-free-port')
  return { kind: 'opened', relays, attributes }
}

function logEnded(services: Services, allocation: Allocation, reason: AllocationEnd): void {
  const { fromClient, toClient } = allocation.traffic
  services.logger.info('allocation ended', {
    allocation: allocation.id,
    reason,
    seconds: Math.round((services.clock.now() - allocation.madeAt) / 1000),
    bytesFromClient: fromClient.bytes,
    bytesToClient: toClient.bytes,
  })
}

function logMade(services: Services, allocation: Allocation): void {
  const { transport } = allocation.client
  services.logger.info('allocation made', { allocation: allocation.id, transport })
}
