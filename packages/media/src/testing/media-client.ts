import { randomBytes, randomInt } from 'node:crypto'
import type { DatagramPort } from '@duet/datagrams'
import { destinationOf } from '@duet/datagrams'
import {
  ATTRIBUTE,
  decodeMessage,
  encodeMessage,
  encodeText,
  encodeUint32,
  joinAddress,
  METHOD,
  parseIp,
  shortTermKey,
  verifyIntegrity,
  type TransportAddress,
} from '@duet/stun'
import { parse } from 'sdp-transform'
import type { DtlsAssociation, DtlsContext } from '../dtls/dtls.ts'
import { answerCheck, readConnectivityCheck } from '../ice/connectivity-check.ts'
import { createIceCredentials, type IceCredentials } from '../ice/ice-credentials.ts'
import { isRtcp, isRtp } from '../rtp/rtp-packet.ts'
import { createSrtpTransform } from '../srtp/srtp-transform.ts'
import type { SrtpTransform } from '../srtp/srtp-transform.ts'
import { clientSdp, type ClientMedia } from './client-sdp.ts'

export interface MediaClientOptions {
  dtls: DtlsContext
  media: ClientMedia
  /** RTP and RTCP, decrypted; only valid during the call. */
  onRtp?: (packet: Uint8Array, length: number) => void
  onRtcp?: (packet: Uint8Array, length: number) => void
  onConnected?: () => void
  onEnded?: (reason: string) => void
}

/** What the other side said of itself. */
interface Remote {
  ice: IceCredentials
  address: TransportAddress
  /** It begins the handshake itself. */
  isActive: boolean
}

/**
 * A client of a media server, for tests and as a load: the controlling agent of ICE. It sends what it is given and hands on what comes; its owner ticks it every 50 ms.
 */
export class MediaClient {
  readonly scratch = new Uint8Array(2048)
  readonly #options: MediaClientOptions
  #local = createIceCredentials()
  #port: DatagramPort | undefined
  #remote: Remote | undefined
  #fingerprints: { algorithm: string; value: string }[] = []
  #association: DtlsAssociation | undefined
  #srtp: SrtpTransform | undefined
  #ticks = 0
  #isClosed = false

  constructor(options: MediaClientOptions) {
    this.#options = options
  }

  get isConnected(): boolean {
    return this.#srtp !== undefined
  }

  /** Datagrams leave over this port; what comes to it is for `receive`. Another one may follow. */
  setPort(port: DatagramPort): void {
    this.#port = port
  }

  /** An offer, or an answer to one of the server's: they say the same. */
  description(setup: 'actpass' | 'active', mids?: readonly string[]): string {
    const { media, dtls } = this.#options
    return clientSdp({ media, ice: this.#local, fingerprint: dtls.fingerprint, setup, mids })
  }

  /** What the server said; checks begin. Throws when it says no candidate over UDP. */
  accept(sdp: string): void {
    const session = parse(sdp)
    const used = session.media.find(({ port, iceUfrag }) => port !== 0 && iceUfrag !== undefined)
    const candidates = used?.candidates ?? session.media.flatMap((one) => one.candidates ?? [])
    const candidate = candidates.find(
      ({ transport, ip }) => /udp/i.test(transport) && parseIp(ip) !== undefined,
    )
    const ip = candidate && parseIp(candidate.ip)
    if (!used || !candidate || ip === undefined) throw new Error('no candidate in the answer')
    const fingerprint = used.fingerprint ?? session.fingerprint
    this.#fingerprints = fingerprint
      ? [{ algorithm: fingerprint.type, value: fingerprint.hash.toUpperCase() }]
      : []
    this.#remote = {
      ice: { ufrag: String(used.iceUfrag), pwd: String(used.icePwd) },
      address: joinAddress(ip, candidate.port),
      isActive: (used.setup ?? session.setup) === 'active',
    }
    this.#check()
  }

  get local(): IceCredentials {
    return this.#local
  }

  /** Restarts ICE with own credentials that the server knows, and those of its answer. */
  restart(local: IceCredentials, ice: IceCredentials): void {
    this.#local = local
    if (this.#remote) this.#remote = { ...this.#remote, ice }
    this.#check()
  }

  /** Checks again at once: after a move to another port. */
  check(): void {
    this.#check()
  }

  /** What came to the port. */
  receive(datagram: Uint8Array, from: TransportAddress): void {
    if (this.#isClosed) return
    const first = datagram[0] ?? 255
    if (first <= 3) this.#handleStun(datagram, from)
    else if (isRtp(datagram, datagram.length)) {
      const length = this.#srtp?.unprotectRtp(datagram, datagram.length) ?? -1
      if (length > 0) this.#options.onRtp?.(datagram, length)
    } else if (isRtcp(datagram, datagram.length)) {
      const length = this.#srtp?.unprotectRtcp(datagram, datagram.length) ?? -1
      if (length > 0) this.#options.onRtcp?.(datagram, length)
    } else if (first >= 20 && first <= 63) this.#association?.receive(datagram)
  }

  /** Sends the RTP packet in the first `length` bytes of `scratch`. */
  sendRtp(length: number): void {
    if (this.#srtp)
      this.#send(this.scratch.subarray(0, this.#srtp.protectRtp(this.scratch, length)))
  }

  sendRtcp(length: number): void {
    if (this.#srtp)
      this.#send(this.scratch.subarray(0, this.#srtp.protectRtcp(this.scratch, length)))
  }

  /** Every 50 ms: repeats what was not answered, and keeps consent fresh (RFC 7675). */
  tick(): void {
    if (this.#isClosed || !this.#remote) return
    this.#ticks += 1
    this.#association?.tick()
    if (!this.#association || this.#ticks % 50 === 0) this.#check()
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#association?.close()
    this.#isClosed = true
    this.#srtp?.close()
    this.#srtp = undefined
  }

  #handleStun(datagram: Uint8Array, from: TransportAddress): void {
    const check = readConnectivityCheck(datagram)
    if (check) {
      this.#port?.send(answerCheck(check, this.#local, from), destinationOf(from))
      return
    }
    const message = decodeMessage(datagram)
    const remote = this.#remote
    if (message?.class !== 'success' || !remote) return
    const key = shortTermKey(remote.ice.pwd)
    if (!verifyIntegrity(message, { algorithm: 'sha-1', key }) || this.#association) return
    this.#association = this.#options.dtls[remote.isActive ? 'accept' : 'connect']({
      fingerprints: this.#fingerprints,
      send: (bytes) => this.#send(bytes),
      onConnected: (keys) => {
        this.#srtp = createSrtpTransform(keys)
        this.#options.onConnected?.()
      },
      onEnded: (end) =>
        this.#options.onEnded?.(end.reason === 'failed' ? `failed: ${end.message}` : end.reason),
    })
  }

  #check(): void {
    const remote = this.#remote
    if (!remote) return
    this.#send(
      encodeMessage(
        {
          class: 'request',
          method: METHOD.binding,
          transactionId: randomBytes(12),
          attributes: [
            {
              type: ATTRIBUTE.username,
              value: encodeText(`${remote.ice.ufrag}:${this.#local.ufrag}`),
            },
            { type: ATTRIBUTE.priority, value: encodeUint32(randomInt(2 ** 31)) },
            { type: ATTRIBUTE.useCandidate, value: new Uint8Array(0) },
            { type: ATTRIBUTE.iceControlling, value: randomBytes(8) },
          ],
        },
        {
          integrity: { algorithm: 'sha-1', key: shortTermKey(remote.ice.pwd) },
          fingerprint: true,
        },
      ),
    )
  }

  #send(datagram: Uint8Array): void {
    if (this.#remote) this.#port?.send(datagram, destinationOf(this.#remote.address))
  }
}
