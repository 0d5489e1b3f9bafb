import {
  ATTRIBUTE,
  attributeOf,
  channelNumberOf,
  channelPayloadOf,
  decodeXorAddress,
  encodeMessage,
  encodeXorAddress,
  familyOf,
  ipOf,
  METHOD,
  portOf,
  type IpAddress,
  type IpFamily,
  type ReceivedMessage,
  type StunAttribute,
  type TransportAddress,
} from '@duet/stun'
import type { Clock } from '@duet/base'
import type { Credentials } from './authentication.ts'
import { ChannelTable, type ChannelConflict } from './channel-table.ts'
import type { Meter } from './bandwidth.ts'
import type { Client } from './client.ts'
import { noTraffic, type Counters, type TransportTraffic } from './counters.ts'
import { destinationOf, type Destination } from '@duet/datagrams'
import type { Grantee, Grants, Reach } from './grants.ts'
import type { TurnLimits } from './limits.ts'
import type { PeerRouter } from './peer-router.ts'
import { PermissionTable, type Permission } from './permission-table.ts'
import type { Relay } from './relay.ts'

/** Why an allocation ended. */
export type AllocationEnd =
  | 'refused'
  | 'deleted'
  | 'expired'
  | 'disconnected'
  /** What it was made for is over. */
  | 'revoked'
  | 'server-closed'

/** The answer to the Allocate, for when it is asked again. */
export interface AllocateAnswer {
  transactionId: Uint8Array
  attributes: StunAttribute[]
  /** Milliseconds since the epoch. */
  givenAt: number
}

/** `opening` until the sockets are there; `closed` for good. */
export type AllocationState =
  | { kind: 'opening' }
  | { kind: 'open'; relays: readonly Relay[]; answer: AllocateAnswer; expiresAt: number }
  | { kind: 'closed'; reason: AllocationEnd }

export interface AllocationOptions {
  client: Client
  /** Whoever made the allocation, and nobody else, may use it. */
  credentials: Credentials
  /** Of the request that asked for it. */
  transactionId: Uint8Array
  router: PeerRouter
  grants: Grants
  /** Absent: it may relay as much as it likes. */
  meter: Meter | undefined
  counters: Counters
  limits: TurnLimits
  clock: Clock
  /** Called once; `wasOpen` unless it was still opening. */
  onClosed: (allocation: Allocation, end: { reason: AllocationEnd; wasOpen: boolean }) => void
}

/** A relay on behalf of one client (RFC 8656 §3.2): its permissions, channels and data. */
export class Allocation implements Grantee {
  /** For logs. */
  readonly id = crypto.randomUUID().slice(0, 8)
  readonly client: Client
  readonly credentials: Credentials
  readonly transactionId: Uint8Array
  readonly madeAt: number
  readonly traffic: TransportTraffic = noTraffic()
  readonly #options: AllocationOptions
  readonly #permissions: PermissionTable
  readonly #channels: ChannelTable
  readonly #totals: TransportTraffic
  #state: AllocationState = { kind: 'opening' }

  constructor(options: AllocationOptions) {
    this.client = options.client
    this.credentials = options.credentials
    this.transactionId = options.transactionId.slice()
    this.madeAt = options.clock.now()
    this.#options = options
    this.#permissions = new PermissionTable(options.limits.permissionsPerAllocation)
    this.#channels = new ChannelTable(options.limits.channelsPerAllocation)
    this.#totals = options.counters.traffic[options.client.transport]
  }

  get state(): AllocationState {
    return this.#state
  }

  /** The sockets are there: `opening` becomes `open`. Returns false when it closed meanwhile. */
  open(relays: readonly Relay[], answer: AllocateAnswer, expiresAt: number): boolean {
    if (this.#state.kind !== 'opening') return false
    this.#state = { kind: 'open', relays, answer, expiresAt }
    for (const relay of relays) {
      relay.onPeerData = (payload, from) => this.#handlePeerData(payload, from)
    }
    return true
  }

  /** Puts off the end; milliseconds since the epoch. */
  refresh(expiresAt: number): void {
    if (this.#state.kind === 'open') this.#state.expiresAt = expiresAt
  }

  /** Gives up the relay of one family; the last one takes the allocation with it. */
  deleteFamily(family: IpFamily): void {
    if (this.#state.kind !== 'open') return
    const rest = this.#state.relays.filter((relay) => relay.family !== family)
    if (rest.length === 0) return this.close('deleted')
    for (const relay of this.#state.relays) if (relay.family === family) relay.close()
    this.#state = { ...this.#state, relays: rest }
  }

  /** Ends the allocation with everything that belongs to it. Idempotent. */
  close(reason: AllocationEnd): void {
    const state = this.#state
    if (state.kind === 'closed') return
    this.#state = { kind: 'closed', reason }
    if (state.kind === 'open') for (const relay of state.relays) relay.close()
    this.#options.onClosed(this, { reason, wasOpen: state.kind === 'open' })
  }

  /** Closes the allocation when its time is over. */
  handleTick(now: number): void {
    if (this.#state.kind === 'open' && this.#state.expiresAt <= now) this.close('expired')
  }

  hasFamily(family: IpFamily): boolean {
    return this.#relayOf(family) !== undefined
  }

  /** Gives or refreshes permissions; all of them or, when there is no room, none. */
  permit(ips: readonly IpAddress[]): boolean {
    const now = this.#options.clock.now()
    if (!this.#permissions.hasRoom(ips, now)) return false
    for (const ip of ips) this.#permissions.install(ip, now, this.#isOwnOnly(ip))
    return true
  }

  /** IP addresses that it has permissions for. */
  permitted(): readonly IpAddress[] {
    return this.#permissions.live(this.#options.clock.now())
  }

  /** What is granted has changed: permissions beyond it end, and channels with them. */
  judgePermissions(reachOf: (ip: IpAddress) => Reach): void {
    this.#permissions.judge(reachOf)
  }

  /** Binds or refreshes a channel and the permission of its peer; says what is in the way. */
  bindChannel(number: number, peer: TransportAddress): ChannelConflict | undefined {
    const now = this.#options.clock.now()
    const ip = ipOf(peer)
    const conflict = this.#channels.conflictOf(number, peer, now)
    if (conflict) return conflict
    if (!this.#permissions.hasRoom([ip], now)) return 'full'
    const permission = this.#permissions.install(ip, now, this.#isOwnOnly(ip))
    this.#channels.bind({ number, destination: destinationOf(peer), permission }, now)
    return undefined
  }

  /** ChannelData from the client (RFC 8656 §12.6). */
  handleChannelData(packet: Uint8Array): void {
    const now = this.#options.clock.now()
    const payload = channelPayloadOf(packet)
    const channel = this.#channels.byNumber(channelNumberOf(packet), now)
    if (!payload) this.#drop('malformed-channel-data')
    else if (!channel) this.#drop('unbound-channel')
    else if (channel.permission.expiresAt <= now) this.#drop('no-permission')
    else this.#sendToPeer(payload, channel)
  }

  /** A Send indication from the client (RFC 8656 §11.2). */
  handleSend(message: ReceivedMessage): void {
    const peerValue = attributeOf(message, ATTRIBUTE.xorPeerAddress)
    const peer = peerValue && decodeXorAddress(peerValue, message.transactionId)
    const payload = attributeOf(message, ATTRIBUTE.data)
    if (peer === undefined || !payload || portOf(peer) === 0) return this.#drop('malformed-send')
    const destination = destinationOf(peer)
    const permission = this.#permissions.get(destination.ip, this.#options.clock.now())
    if (!permission) return this.#drop('no-permission')
    this.#sendToPeer(payload, { destination, permission })
  }

  #sendToPeer(
    payload: Uint8Array,
    { destination, permission }: { destination: Destination; permission: Permission },
  ): void {
    const relay = this.#relayOf(familyOf(destination.ip))
    const isElsewhere =
      permission.isOwnOnly && !this.#options.router.isReachable(destination.address, true)
    if (isElsewhere) return this.#drop('peer-not-granted')
    if (this.#isOverBandwidth(payload)) return
    if (!relay || !this.#options.router.send(relay, payload, destination)) {
      return this.#drop('peer-not-reachable')
    }
    count(this.traffic.fromClient, payload.length)
    count(this.#totals.fromClient, payload.length)
  }

  /** A datagram from a peer (RFC 8656 §11.3, §12.7). */
  #handlePeerData(payload: Uint8Array, from: TransportAddress): void {
    const now = this.#options.clock.now()
    const channel = this.#channels.byPeer(from, now)
    if (channel && channel.permission.expiresAt > now) {
      if (this.#isOverBandwidth(payload)) return
      const isSent = this.client.sendChannelData(channel.number, payload)
      return isSent ? this.#countToClient(payload) : this.#drop('client-not-reachable')
    }
    if (!this.#permissions.get(ipOf(from), now)) return this.#drop('no-permission')
    if (payload.length > MAX_INDICATION_PAYLOAD_BYTES) return this.#drop('too-long')
    if (this.#isOverBandwidth(payload)) return
    const isSent = this.client.sendData(dataIndication(payload, from))
    return isSent ? this.#countToClient(payload) : this.#drop('client-not-reachable')
  }

  #isOverBandwidth(payload: Uint8Array): boolean {
    const { meter, clock } = this.#options
    const owner = meter?.take(payload.length, clock.now())
    if (owner) this.#drop(BANDWIDTH_OF[owner])
    return owner !== undefined
  }

  #isOwnOnly(ip: IpAddress): boolean {
    return this.#options.grants.reachOf(this.credentials.userId, ip) === 'own'
  }

  #countToClient(payload: Uint8Array): void {
    count(this.traffic.toClient, payload.length)
    count(this.#totals.toClient, payload.length)
  }

  #relayOf(family: IpFamily): Relay | undefined {
    if (this.#state.kind !== 'open') return undefined
    for (const relay of this.#state.relays) if (relay.family === family) return relay
    return undefined
  }

  #drop(reason: string): void {
    this.#options.counters.drop(reason)
  }
}

/** Whose bandwidth is used up, as a reason to drop a packet. */
const BANDWIDTH_OF = {
  allocation: 'bandwidth-of-allocation',
  user: 'bandwidth-of-user',
  address: 'bandwidth-of-address',
  server: 'bandwidth-of-server',
} as const

/** What fits into a STUN message beside an IPv6 peer address. */
const MAX_INDICATION_PAYLOAD_BYTES = 65_500

function dataIndication(payload: Uint8Array, from: TransportAddress): Uint8Array {
  const transactionId = crypto.getRandomValues(new Uint8Array(12))
  return encodeMessage({
    class: 'indication',
    method: METHOD.data,
    transactionId,
    attributes: [
      { type: ATTRIBUTE.xorPeerAddress, value: encodeXorAddress(from, transactionId) },
      { type: ATTRIBUTE.data, value: payload },
    ],
  })
}

function count(traffic: { packets: number; bytes: number }, bytes: number): void {
  traffic.packets += 1
  traffic.bytes += bytes
}
