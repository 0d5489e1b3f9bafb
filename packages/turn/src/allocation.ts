import {
  ATTRIBUTE,
  attributeOf,
  decodeXorAddress,
  familyOf,
  ipOf,
  portOf,
  type IpAddress,
  type IpFamily,
  type ReceivedMessage,
  type StunAttribute,
  type TransportAddress,
} from '@duet/stun'
import type { Clock } from '@duet/base'
import type { Credentials } from './authentication.ts'
import { putChannelHeader, takeChannelHeader } from './channel-packet.ts'
import { ChannelTable, type ChannelConflict } from './channel-table.ts'
import type { Meter } from './bandwidth.ts'
import type { Client } from './client.ts'
import { noTraffic, type Counters, type TransportTraffic } from './counters.ts'
import { destinationOf, Packet, type Destination, type IcmpError } from '@duet/datagrams'
import type { Grantee, Grants, Reach } from './grants.ts'
import { icmpIndication, isReported } from './icmp-indication.ts'
import { MAX_INDICATION_PAYLOAD_BYTES, putDataHeader, takeSendHeader } from './indication-packet.ts'
import type { TurnLimits } from './limits.ts'
import type { PacketTime } from './packet-time.ts'
import type { PeerRouter } from './peer-router.ts'
import { PerSecond } from './per-second.ts'
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
  packetTime: PacketTime
  /** Called once; `wasOpen` unless it was still opening. */
  onClosed: (allocation: Allocation, end: { reason: AllocationEnd; wasOpen: boolean }) => void
}

/** Tells of the data of one message after the other. */
const messagePacket = new Packet()

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
  readonly #icmpErrors: PerSecond
  #state: AllocationState = { kind: 'opening' }
  /** Of the Send indication before: the next one mostly goes there, too. */
  #lastDestination: Destination | undefined

  constructor(options: AllocationOptions) {
    this.client = options.client
    this.credentials = options.credentials
    this.transactionId = options.transactionId.slice()
    this.madeAt = options.clock.now()
    this.#options = options
    this.#permissions = new PermissionTable(options.limits.permissionsPerAllocation)
    this.#channels = new ChannelTable(options.limits.channelsPerAllocation)
    this.#icmpErrors = new PerSecond(options.limits.icmpErrorsPerSecond)
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
      relay.onPeerPacket = (packet, from) => this.#handlePeerPacket(packet, from)
      relay.onIcmpError = (error, peer) => this.#handleIcmpError(error, peer)
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
  handleChannelData(packet: Packet): void {
    const now = this.#options.packetTime.of(packet)
    const number = takeChannelHeader(packet)
    if (number < 0) return this.#drop('malformed-channel-data')
    const channel = this.#channels.byNumber(number, now)
    if (!channel) this.#drop('unbound-channel')
    else if (channel.permission.expiresAt <= now) this.#drop('no-permission')
    else this.#sendToPeer(packet, channel, now)
  }

  /**
   * A Send indication from the client as clients send them; returns false, and leaves the packet as it
   * was, for whatever else it is.
   */
  handleSendPacket(packet: Packet): boolean {
    const peer = takeSendHeader(packet)
    if (peer === undefined) return false
    this.#handleSend(packet, peer)
    return true
  }

  /** A Send indication from the client (RFC 8656 §11.2). */
  handleSend(message: ReceivedMessage): void {
    const peerValue = attributeOf(message, ATTRIBUTE.xorPeerAddress)
    const peer = peerValue && decodeXorAddress(peerValue, message.transactionId)
    const payload = attributeOf(message, ATTRIBUTE.data)
    if (peer === undefined || !payload) return this.#drop('malformed-send')
    messagePacket.wrap(payload)
    this.#handleSend(messagePacket, peer)
  }

  #handleSend(packet: Packet, peer: TransportAddress): void {
    if (portOf(peer) === 0) return this.#drop('malformed-send')
    const now = this.#options.packetTime.of(packet)
    if (this.#lastDestination?.address !== peer) this.#lastDestination = destinationOf(peer)
    const destination = this.#lastDestination
    const permission = this.#permissions.get(destination.ip, now)
    if (!permission) return this.#drop('no-permission')
    this.#sendToPeer(packet, { destination, permission }, now)
  }

  #sendToPeer(
    packet: Packet,
    { destination, permission }: { destination: Destination; permission: Permission },
    now: number,
  ): void {
    // Whoever sends it on may change it.
    const { length } = packet
    const relay = this.#relayOf(familyOf(destination.ip))
    const isElsewhere =
      permission.isOwnOnly && !this.#options.router.isReachable(destination.address, true)
    if (isElsewhere) return this.#drop('peer-not-granted')
    if (this.#isOverBandwidth(length, now)) return
    if (!relay || !this.#options.router.send(relay, packet, destination)) {
      return this.#drop('peer-not-reachable')
    }
    count(this.traffic.fromClient, length)
    count(this.#totals.fromClient, length)
  }

  /** A datagram from a peer (RFC 8656 §11.3, §12.7). */
  #handlePeerPacket(packet: Packet, from: TransportAddress): void {
    const now = this.#options.packetTime.of(packet)
    const { length } = packet
    const channel = this.#channels.byPeer(from, now)
    const isBound = channel !== undefined && channel.permission.expiresAt > now
    if (!isBound && !this.#permissions.get(ipOf(from), now)) return this.#drop('no-permission')
    if (!isBound && length > MAX_INDICATION_PAYLOAD_BYTES) return this.#drop('too-long')
    if (this.#isOverBandwidth(length, now)) return
    if (isBound) putChannelHeader(packet, channel.number)
    else putDataHeader(packet, from)
    if (!this.client.sendPacket(packet)) return this.#drop('client-not-reachable')
    count(this.traffic.toClient, length)
    count(this.#totals.toClient, length)
  }

  /** An ICMP error about what was sent to a peer (RFC 8656 §11.5). */
  #handleIcmpError(error: IcmpError, peer: TransportAddress): void {
    const { clock, router } = this.#options
    const now = clock.now()
    if (!isReported(error, peer)) return this.#drop('icmp-type')
    const permission = this.#permissions.get(ipOf(peer), now)
    if (!permission) return this.#drop('no-permission')
    // Anybody can forge an error: of a peer that is out of reach there can be none.
    if (!router.isReachable(peer, permission.isOwnOnly)) return this.#drop('peer-not-reachable')
    if (!this.#icmpErrors.take(now)) return this.#drop('icmp-rate')
    messagePacket.wrap(icmpIndication(error, peer))
    if (!this.client.sendPacket(messagePacket)) this.#drop('client-not-reachable')
  }

  #isOverBandwidth(bytes: number, now: number): boolean {
    const owner = this.#options.meter?.take(bytes, now)
    if (owner) this.#drop(BANDWIDTH_OF[owner])
    return owner !== undefined
  }

  #isOwnOnly(ip: IpAddress): boolean {
    return this.#options.grants.reachOf(this.credentials.userId, ip) === 'own'
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

function count(traffic: { packets: number; bytes: number }, bytes: number): void {
  traffic.packets += 1
  traffic.bytes += bytes
}
