import type { Clock, Logger } from '@duet/base'
import { messageOf } from '@duet/base'
import {
  ATTRIBUTE,
  attributeOf,
  decodeMessage,
  encodeAttributeTypes,
  encodeErrorCode,
  encodeMessage,
  encodeText,
  encodeXorAddress,
  ERROR_REASON,
  formatAddress,
  ipOf,
  METHOD,
  unknownAttributesOf,
  type Integrity,
  type ReceivedMessage,
  type StunAttribute,
} from '@duet/stun'
import type { Allocation } from './allocation.ts'
import { AllocationFailures } from './allocation-failures.ts'
import { AnswerLimiter } from './answer-limiter.ts'
import { Authentication, OFFERED_ALGORITHMS, type AuthenticationResult } from './authentication.ts'
import type { Authenticator } from './authenticator.ts'
import { Bandwidth, type FindCells } from './bandwidth.ts'
import type { Client } from './client.ts'
import { Counters } from './counters.ts'
import { Grants } from './grants.ts'
import type { TurnLimits } from './limits.ts'
import { TICK_MS } from './lifetimes.ts'
import { allocate, type AuthenticatedRequest } from './methods/allocate.ts'
import { channelBind } from './methods/channel-bind.ts'
import { createPermission } from './methods/create-permission.ts'
import { refresh } from './methods/refresh.ts'
import { Nonces } from './nonce.ts'
import { refuse, type ErrorOutcome, type Outcome } from './outcome.ts'
import { PacketTime } from './packet-time.ts'
import type { PeerRouter } from './peer-router.ts'
import { AllocationQuota, type Quota } from './quota.ts'
import type { RelayPool } from './relay-pool.ts'
import { Reservations } from './reservations.ts'
import type { Services } from './services.ts'

export interface TurnCoreOptions {
  realm: string
  authenticate: Authenticator
  nonceKey: Uint8Array | string
  relays: RelayPool
  /** That of all threads, where there are several. */
  quota?: Quota | undefined
  fetchReservation?: Services['fetchReservation']
  findCells?: FindCells | undefined
  /** Of answers to strangers, for all threads together. */
  answerCounts?: SharedArrayBuffer | undefined
  /** Calls this when all grants are known that were made until now; false: too many wait. */
  catchUp?: ((callback: () => void) => boolean) | undefined
  router: PeerRouter
  /** User ids that begin so reach nobody without a grant. */
  scopedPrefix?: string
  limits: TurnLimits
  /** The last channel number that may be bound. */
  lastChannel: number
  clock: Clock
  logger: Logger
}

/** What a client may send in a request and is understood here. */
const KNOWN_ATTRIBUTES: ReadonlySet<number> = new Set([
  ATTRIBUTE.mappedAddress,
  ATTRIBUTE.username,
  ATTRIBUTE.errorCode,
  ATTRIBUTE.unknownAttributes,
  ATTRIBUTE.channelNumber,
  ATTRIBUTE.lifetime,
  ATTRIBUTE.xorPeerAddress,
  ATTRIBUTE.data,
  ATTRIBUTE.realm,
  ATTRIBUTE.nonce,
  ATTRIBUTE.xorRelayedAddress,
  ATTRIBUTE.requestedAddressFamily,
  ATTRIBUTE.evenPort,
  ATTRIBUTE.requestedTransport,
  ATTRIBUTE.passwordAlgorithm,
  ATTRIBUTE.userhash,
  ATTRIBUTE.xorMappedAddress,
  ATTRIBUTE.reservationToken,
])
/** Allocate answers DONT-FRAGMENT in its own place. */
const KNOWN_IN_ALLOCATE: ReadonlySet<number> = new Set([
  ...KNOWN_ATTRIBUTES,
  ATTRIBUTE.dontFragment,
])

type AllocationMethod = (
  services: Services,
  request: AuthenticatedRequest,
  allocation: Allocation,
) => Outcome

/** Why a peer is refused that another user may reach. */
const NOT_GRANTED = 'peer-not-granted'

/** The methods that need an allocation. */
const ALLOCATION_METHODS: ReadonlyMap<number, AllocationMethod> = new Map([
  [METHOD.refresh, refresh],
  [METHOD.createPermission, createPermission],
  [METHOD.channelBind, channelBind],
])

/** An answer to a stranger over UDP is at most so many times as long as what it answers. */
const MAX_AMPLIFICATION = 3
/** The shortest Allocate there is holds REQUESTED-TRANSPORT. */
const SHORTEST_ALLOCATE_BYTES = 28
const FINGERPRINT_BYTES = 8
/** SOFTWARE has at most so many bytes (RFC 8489 §14.14). */
const MAX_SOFTWARE_BYTES = 763

/**
 * The protocol: takes what clients send, answers, and keeps the allocations. It knows no
 * sockets, and the clock is given.
 */
export class TurnCore {
  readonly services: Services
  readonly #options: TurnCoreOptions
  readonly #authentication: Authentication
  readonly #nonces: Nonces
  readonly #limiter: AnswerLimiter
  readonly #failures: AllocationFailures
  readonly #stopTicking: () => void
  #isClosed = false

  constructor(options: TurnCoreOptions) {
    const { realm, authenticate, nonceKey, relays, router, limits, clock, logger } = options
    this.#options = options
    this.services = {
      allocations: new Set(),
      relays,
      reservations: new Reservations(clock),
      fetchReservation: options.fetchReservation,
      router,
      bandwidth: new Bandwidth(limits, clock.now(), options.findCells),
      grants: new Grants({
        scopedPrefix: options.scopedPrefix,
        limit: limits.grants,
        peersPerGrant: limits.peersPerGrant,
        isOwn: (ip) => router.isOwn(ip),
        clock,
      }),
      quota: options.quota ?? new AllocationQuota(limits),
      counters: new Counters(),
      limits,
      lastChannel: options.lastChannel,
      clock,
      packetTime: new PacketTime(clock),
      logger,
    }
    this.#nonces = new Nonces({ key: nonceKey, clock })
    this.#authentication = new Authentication({ realm, authenticate, nonces: this.#nonces })
    this.#failures = new AllocationFailures(clock, logger)
    const { unauthenticatedAnswersPerSecond } = limits
    this.#limiter = new AnswerLimiter(unauthenticatedAnswersPerSecond, clock, options.answerCounts)
    this.#stopTicking = clock.every(TICK_MS, () => this.#handleTick())
  }

  /** Takes a STUN message from a client. Never throws. */
  handleStun(client: Client, bytes: Uint8Array): void {
    if (this.#isClosed) return
    // A relay is nobody's client, or allocations could stand behind each other.
    const isRelay = !client.allocation && this.services.router.isRelay(client.address)
    if (client.transport === 'udp' && isRelay) return this.services.counters.drop('relay')
    try {
      const message = decodeMessage(bytes)
      if (!message) this.services.counters.drop('malformed')
      else if (message.class === 'indication') this.#handleIndication(client, message)
      else if (message.class === 'request') this.#handleRequest(client, message)
      else this.services.counters.drop('unexpected-response')
    } catch (error) {
      this.services.logger.error('a STUN message could not be handled', { error: messageOf(error) })
    }
  }

  /** Ends all allocations. Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#stopTicking()
    for (const allocation of this.services.allocations) allocation.close('server-closed')
    this.services.reservations.close()
  }

  #handleTick(): void {
    const now = this.services.clock.now()
    for (const allocation of this.services.allocations) allocation.handleTick(now)
    const { reservations, grants, bandwidth } = this.services
    reservations.handleTick(now)
    grants.handleTick(now)
    bandwidth.handleTick(now)
  }

  #handleIndication(client: Client, message: ReceivedMessage): void {
    if (message.method !== METHOD.send) return this.services.counters.drop('indication')
    if (!client.allocation) return this.services.counters.drop('no-allocation')
    if (unknownAttributesOf(message, KNOWN_ATTRIBUTES).length > 0) {
      return this.services.counters.drop('unknown-attribute')
    }
    client.allocation.handleSend(message)
  }

  #handleRequest(client: Client, message: ReceivedMessage): void {
    const softwareBytes = attributeOf(message, ATTRIBUTE.software)?.length ?? 0
    if (softwareBytes > MAX_SOFTWARE_BYTES) {
      return this.#handleUnauthenticated(client, message, { kind: 'malformed' })
    }
    if (message.method === METHOD.binding) return this.#handleBinding(client, message)
    const isKnown = message.method === METHOD.allocate || ALLOCATION_METHODS.has(message.method)
    if (!isKnown) return this.services.counters.drop('unknown-method')
    const { allocation } = client
    const result = this.#authentication.verify(message, client.address, allocation?.credentials)
    if (result.kind !== 'accepted') return this.#handleUnauthenticated(client, message, result)
    const request = {
      // The answer may come when the buffer of the datagram is used again.
      message: { ...message, transactionId: message.transactionId.slice() },
      client,
      credentials: result.credentials,
    }
    const early = this.#checkRequest(request)
    if (early) return this.#answer(request, early)
    if (message.method === METHOD.allocate) {
      allocate(this.services, request).then(
        (outcome) => this.#answer(request, outcome),
        (error: unknown) => this.#handleFailure(request, error),
      )
      return
    }
    const method = ALLOCATION_METHODS.get(message.method)
    if (!method || !allocation) return
    const outcome = method(this.services, request, allocation)
    const isNotGranted = outcome.kind === 'error' && outcome.reason === NOT_GRANTED
    if (isNotGranted && this.#judgeAgain(request, method)) return
    this.#answer(request, outcome)
  }

  /** What was granted may still be on its way to this thread; false: no more is known soon. */
  #judgeAgain({ message, client, credentials }: AuthenticatedRequest, method: AllocationMethod) {
    const { catchUp } = this.#options
    // The buffer of the datagram is used again.
    const kept = catchUp && decodeMessage(message.bytes.slice())
    if (!kept) return false
    const request = { message: kept, client, credentials }
    return catchUp(() => {
      try {
        const early = this.#checkRequest(request)
        const { allocation } = client
        if (early) this.#answer(request, early)
        else if (allocation) this.#answer(request, method(this.services, request, allocation))
      } catch (error) {
        this.#handleFailure(request, error)
      }
    })
  }

  /** What is the same for all methods but Binding, after authentication. */
  #checkRequest({ message, client, credentials }: AuthenticatedRequest): ErrorOutcome | undefined {
    const isAllocate = message.method === METHOD.allocate
    const unknown = unknownAttributesOf(message, isAllocate ? KNOWN_IN_ALLOCATE : KNOWN_ATTRIBUTES)
    if (unknown.length > 0) return unknownAttributes(unknown)
    const isMoving = isAllocate || message.method === METHOD.refresh
    // RFC 8016: allocations stay with their five-tuple here.
    if (isMoving && attributeOf(message, ATTRIBUTE.mobilityTicket)) {
      return refuse(405, 'mobility-forbidden')
    }
    if (isAllocate) return undefined
    if (client.allocation?.state.kind !== 'open') return refuse(437, 'no-allocation')
    const isOwner = client.allocation.credentials.username === credentials.username
    return isOwner ? undefined : refuse(441, 'other-user')
  }

  #handleBinding(client: Client, message: ReceivedMessage): void {
    if (!this.#mayAnswer(client)) return
    const unknown = unknownAttributesOf(message, KNOWN_ATTRIBUTES)
    if (unknown.length > 0) return this.#send(client, message, unknownAttributes(unknown))
    const value = encodeXorAddress(client.address, message.transactionId)
    const attributes = [{ type: ATTRIBUTE.xorMappedAddress, value }]
    this.#send(client, message, { kind: 'success', attributes })
  }

  #handleUnauthenticated(
    client: Client,
    message: ReceivedMessage,
    result: Exclude<AuthenticationResult, { kind: 'accepted' }>,
  ): void {
    const reason = result.kind === 'malformed' ? 'bad-credentials' : result.reason
    // The first request of every client comes without integrity: nothing was refused.
    if (reason !== 'no-integrity') this.#report(client, message, reason)
    if (!this.#mayAnswer(client, reason !== 'no-integrity')) return
    if (result.kind === 'malformed') return this.#send(client, message, refuse(400, reason))
    const challenge = (hasOffer: boolean): Uint8Array => {
      const attributes = this.#challenge(client, hasOffer)
      return encodeAnswer(message, refuse(result.code, reason, attributes))
    }
    const askedBytes = message.bytes.length
    const maxBytes = client.transport === 'udp' ? MAX_AMPLIFICATION * askedBytes : Infinity
    const full = challenge(true)
    const answer = full.length <= maxBytes ? full : challenge(false)
    const shortest = SHORTEST_ALLOCATE_BYTES + (message.hasFingerprint ? FINGERPRINT_BYTES : 0)
    if (answer.length <= maxBytes || askedBytes >= shortest) client.send(answer)
    else this.services.counters.drop('short-request')
  }

  /** Whether there are answers left for a stranger; a connection proves where it comes from. */
  #mayAnswer(client: Client, isGuess = false): boolean {
    const isBounded = client.transport === 'udp' || isGuess
    if (!isBounded || this.#limiter.take(ipOf(client.address))) return true
    this.services.counters.drop('rate')
    return false
  }

  #challenge(client: Client, hasOffer: boolean): StunAttribute[] {
    const nonce = this.#nonces.issue(client.address, hasOffer)
    const attributes: StunAttribute[] = [
      { type: ATTRIBUTE.realm, value: encodeText(this.#options.realm) },
      { type: ATTRIBUTE.nonce, value: encodeText(nonce) },
    ]
    if (hasOffer) {
      attributes.push({ type: ATTRIBUTE.passwordAlgorithms, value: OFFERED_ALGORITHMS })
    }
    return attributes
  }

  #handleFailure(request: AuthenticatedRequest, error: unknown): void {
    this.services.logger.error('a TURN request failed', { error: messageOf(error) })
    const { allocation } = request.client
    if (allocation?.state.kind === 'opening') allocation.close('refused')
    this.#answer(request, refuse(500, 'failed'))
  }

  #answer({ client, message, credentials }: AuthenticatedRequest, outcome: Outcome): void {
    if (this.#isClosed) return
    if (outcome.kind === 'error') this.#report(client, message, outcome.reason)
    this.#send(client, message, outcome, credentials.integrity)
  }

  #send(client: Client, message: ReceivedMessage, outcome: Outcome, integrity?: Integrity): void {
    if (outcome.kind !== 'silence') client.send(encodeAnswer(message, outcome, integrity))
  }

  #report(client: Client, message: ReceivedMessage, reason: string): void {
    this.services.counters.refuse(reason)
    if (message.method === METHOD.allocate) this.#failures.report(reason, client.transport)
    this.services.logger.debug('request refused', {
      client: formatAddress(client.address),
      transport: client.transport,
      method: message.method,
      reason,
    })
  }
}

function encodeAnswer(
  { method, transactionId, hasFingerprint }: ReceivedMessage,
  outcome: Exclude<Outcome, { kind: 'silence' }>,
  integrity?: Integrity,
): Uint8Array {
  const attributes = [...(outcome.attributes ?? [])]
  if (outcome.kind === 'error') {
    // Strangers get no reason phrase: it would only make the answer longer.
    const reason = integrity ? ERROR_REASON[outcome.code] : ''
    const value = encodeErrorCode(outcome.code, reason)
    attributes.unshift({ type: ATTRIBUTE.errorCode, value })
  }
  const answer = { class: outcome.kind, method, transactionId, attributes }
  return encodeMessage(answer, { integrity, fingerprint: hasFingerprint })
}

function unknownAttributes(types: readonly number[]): ErrorOutcome {
  const value = encodeAttributeTypes(types)
  return refuse(420, 'unknown-attribute', [{ type: ATTRIBUTE.unknownAttributes, value }])
}
