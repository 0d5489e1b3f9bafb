import type { Logger } from '@duet/base'
import { destinationOf, Packet, type DatagramPort, type Destination } from '@duet/datagrams'
import type { TransportAddress } from '@duet/stun'
import type { DtlsAssociation, DtlsContext, DtlsEnd, Fingerprint } from '../dtls/dtls.ts'
import { answerCheck, isAuthentic, type ConnectivityCheck } from '../ice/connectivity-check.ts'
import type { IceCredentials } from '../ice/ice-credentials.ts'
import { parseRtcp } from '../rtp/rtcp/parse.ts'
import type { RtcpPacket } from '../rtp/rtcp/rtcp-packet.ts'
import { createSrtpTransform } from '../srtp/srtp-transform.ts'
import { SRTP_REFUSAL, type SrtpTransform } from '../srtp/srtp-transform.ts'
import type { Traffic } from './traffic.ts'

export interface TransportOptions {
  dtls: DtlsContext
  /** Our part in DTLS. */
  setup: 'passive' | 'active'
  fingerprints: readonly Fingerprint[]
  local: IceCredentials
  remote: IceCredentials
  maxAddresses: number
  traffic: Traffic
  logger: Logger
  /** An address may speak for this transport, said at each of its checks, or may not any more. */
  onAddress: (address: TransportAddress, isOurs: boolean) => void
  onConnected: () => void
  /** Never from inside `close`. */
  onEnded: (end: DtlsEnd) => void
}

/** Who gets what was decrypted, in the first `length` bytes; only valid during the call. */
export interface TransportReceiver {
  handleRtp(packet: Uint8Array, length: number, nowMs: number): void
  handleRtcp(packet: RtcpPacket, nowMs: number): void
}

/** Where one of the client's addresses reaches us, and we it. */
interface Path {
  port: DatagramPort
  readonly destination: Destination
}

/** The longest packet that is sent, with room for what SRTP adds. */
const MAX_PACKET_BYTES = 2048

/** Packets are put together here; sending copies them. */
const scratch = new Uint8Array(MAX_PACKET_BYTES)
const outgoing = new Packet()

/**
 * One client's ICE, DTLS and SRTP. waiting: for a check that settles on a path, and for the
 * handshake. connected: media may flow. closed: final.
 */
export class Transport {
  // What each packet needs comes first, side by side.
  #srtp: SrtpTransform | undefined
  #selected: Path | undefined
  /** Set before it is connected. */
  receiver: TransportReceiver | undefined
  readonly #traffic: Traffic
  /** When something authentic came. */
  lastReceivedMs = 0
  sentBytes = 0
  receivedBytes = 0
  readonly scratch = scratch
  readonly #options: TransportOptions
  #local: IceCredentials
  #remote: IceCredentials
  /** By address that made an authentic check, oldest first. */
  readonly #paths = new Map<TransportAddress, Path>()
  #association: DtlsAssociation | undefined
  #isClosed = false

  constructor(options: TransportOptions) {
    this.#options = options
    this.#traffic = options.traffic
    this.#local = options.local
    this.#remote = options.remote
  }

  get local(): IceCredentials {
    return this.#local
  }

  get isConnected(): boolean {
    return this.#srtp !== undefined && !this.#isClosed
  }

  /** Other credentials from now on (RFC 8445 §9); what flows goes on until the client moves. */
  restartIce(local: IceCredentials, remote: IceCredentials): void {
    this.#local = local
    this.#remote = remote
  }

  /** A check with our username fragment; answered when it is authentic. */
  handleCheck(
    check: ConnectivityCheck,
    { from, port, nowMs }: { from: TransportAddress; port: DatagramPort; nowMs: number },
  ): void {
    if (this.#isClosed) return
    if (check.remoteUfrag !== this.#remote.ufrag) return this.#traffic.drop('unknown-check')
    if (!isAuthentic(check, this.#local)) return this.#traffic.drop('unauthentic-check')
    this.lastReceivedMs = nowMs
    const answer = answerCheck(check, this.#local, from)
    // RFC 8445 §7.3.1.1: refused, and to be made again in the other role.
    if (check.isControlled) return void port.send(answer, destinationOf(from))
    const path = this.#pathOf(from, port)
    port.send(answer, path.destination)
    // RFC 8445 §7.3.1.5; before it, media could go nowhere else.
    if (check.isNominating || !this.#selected) this.#select(path)
  }

  /** A datagram of DTLS from an address of ours. */
  handleDtls(datagram: Uint8Array): void {
    if (!this.#isClosed) this.#association?.receive(datagram)
  }

  /** An SRTP packet from an address of ours, in the first `size` bytes; decrypted in place. */
  handleRtp(packet: Uint8Array, size: number, nowMs: number): void {
    if (!this.#srtp) return
    const length = this.#srtp.unprotectRtp(packet, size)
    if (length < 0) return this.#traffic.drop(refusalName(length))
    this.#received(size, nowMs)
    this.receiver?.handleRtp(packet, length, nowMs)
  }

  /** The same of SRTCP. */
  handleRtcp(packet: Uint8Array, size: number, nowMs: number): void {
    if (!this.#srtp) return
    const length = this.#srtp.unprotectRtcp(packet, size)
    if (length < 0) return this.#traffic.drop(refusalName(length))
    this.#received(size, nowMs)
    for (const each of parseRtcp(packet, length) ?? []) this.receiver?.handleRtcp(each, nowMs)
  }

  /** Sends the RTP packet in the first `length` bytes of `scratch`. */
  sendRtp(length: number): void {
    if (this.#srtp) this.#send(this.#srtp.protectRtp(scratch, length))
  }

  /** Sends the RTCP packet in the first `length` bytes of `scratch`. */
  sendRtcp(length: number): void {
    if (this.#srtp && length > 0) this.#send(this.#srtp.protectRtcp(scratch, length))
  }

  /** Repeats what DTLS was not answered; every 50 ms or so, until it is connected. */
  tick(): void {
    if (!this.#isClosed) this.#association?.tick()
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#association?.close()
    this.#isClosed = true
    this.#srtp?.close()
    this.#srtp = undefined
    for (const address of this.#paths.keys()) this.#options.onAddress(address, false)
    this.#paths.clear()
  }

  #received(bytes: number, nowMs: number): void {
    this.lastReceivedMs = nowMs
    this.receivedBytes += bytes
    this.#traffic.receivedPackets += 1
    this.#traffic.receivedBytes += bytes
  }

  #send(length: number): void {
    const path = this.#selected
    // What could not be protected stays here, whatever it holds.
    if (length < 0 || !path) return this.#traffic.drop('not-sent')
    outgoing.wrap(scratch, 0, length)
    if (!path.port.sendPacket(outgoing, path.destination)) {
      return this.#traffic.drop('not-sent')
    }
    this.sentBytes += length
    this.#traffic.sentPackets += 1
    this.#traffic.sentBytes += length
  }

  /** The path of an address whose check was authentic. */
  #pathOf(from: TransportAddress, port: DatagramPort): Path {
    // Another session may have had it in between.
    this.#options.onAddress(from, true)
    const known = this.#paths.get(from)
    if (known) {
      // It is answered, and sent to, from the address of ours that it reached last.
      known.port = port
      return known
    }
    if (this.#paths.size >= this.#options.maxAddresses) this.#forgetOldest()
    const path = { port, destination: destinationOf(from) }
    this.#paths.set(from, path)
    return path
  }

  #forgetOldest(): void {
    for (const [address, path] of this.#paths) {
      if (path === this.#selected) continue
      this.#paths.delete(address)
      this.#options.onAddress(address, false)
      return
    }
  }

  #select(path: Path): void {
    this.#selected = path
    this.#association ??= this.#associate()
  }

  #associate(): DtlsAssociation {
    const { dtls, setup, fingerprints, onEnded } = this.#options
    return dtls[setup === 'passive' ? 'accept' : 'connect']({
      fingerprints,
      send: (datagram) => {
        const path = this.#selected
        path?.port.send(datagram, path.destination)
      },
      onConnected: (keys) => {
        this.#srtp = createSrtpTransform(keys)
        this.#options.onConnected()
      },
      onEnded: (end) => {
        if (!this.#isClosed) onEnded(end)
      },
    })
  }
}

function refusalName(refusal: number): string {
  if (refusal === SRTP_REFUSAL.replayed) return 'replayed'
  return refusal === SRTP_REFUSAL.unauthentic ? 'unauthentic' : 'malformed'
}
