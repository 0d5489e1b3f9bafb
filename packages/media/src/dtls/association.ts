import type { Clock } from '@duet/base'
import type { DtlsAssociation, DtlsEnd, DtlsOptions } from './dtls.ts'
import { isAnnounced } from './fingerprint.ts'
import { FlightSender } from './flight-sender.ts'
import { MAX_EARLY_ENCRYPTED_RECORDS, MAX_HANDSHAKE_BYTES } from './limits.ts'
import type { Handle, OpenSsl } from './openssl.ts'
import { CONTENT_TYPE, HEADER_BYTES, recordsOf, renumbered, type DtlsRecord } from './records.ts'
import { AES_GCM_OVERHEAD_BYTES, type SslSession } from './ssl-session.ts'

export interface AssociationOptions extends DtlsOptions {
  openssl: OpenSsl
  clock: Clock
  /** Belongs to the association from now on. */
  session: SslSession
  /** The session is about to be freed. */
  onReleased(session: SslSession): void
}

/** How the other side's certificate was found: `unknown` until it came. */
type PeerTrust = 'unknown' | 'trusted' | 'refused'

interface Connecting {
  kind: 'connecting'
  peer: PeerTrust
  receivedBytes: number
  /** Records that came in plaintext, and encrypted. */
  plainRecords: number
  encryptedRecords: number
}

interface Connected {
  kind: 'connected'
  /** The length of a record that holds an alert. */
  alertBytes: number
}

type AssociationState = Connecting | Connected | { kind: 'ended' }

/** RFC 5246 §7.2. */
const ALERT_BYTES = 2

const REFUSAL = 'the certificate is not one of those that were announced'

/** A DTLS association that OpenSSL does the work for. */
export class OpensslAssociation implements DtlsAssociation {
  readonly #options: AssociationOptions
  readonly #session: SslSession
  readonly #sender: FlightSender
  #state: AssociationState = {
    kind: 'connecting',
    peer: 'unknown',
    receivedBytes: 0,
    plainRecords: 0,
    encryptedRecords: 0,
  }

  constructor(options: AssociationOptions) {
    this.#options = options
    this.#session = options.session
    this.#sender = new FlightSender({ clock: options.clock, send: (bytes) => options.send(bytes) })
  }

  get state(): DtlsAssociation['state'] {
    return this.#state.kind
  }

  /** The active side's first message. */
  start(): void {
    this.#goOn()
  }

  receive(datagram: Uint8Array): void {
    if (this.#state.kind === 'connecting') this.#receiveHandshake(this.#state, datagram)
    else if (this.#state.kind === 'connected') this.#receiveProtected(this.#state, datagram)
  }

  tick(): void {
    if (this.#state.kind !== 'connecting') return
    if (!this.#sender.isHopeless) return this.#sender.tick()
    this.#end({ reason: 'failed', message: 'the other side does not answer' })
  }

  close(): void {
    if (this.#state.kind !== 'ended') this.#release()
  }

  /** OpenSSL asks, before it looks at the signature that proves the certificate's possession. */
  checkCertificate(certificate: Handle): boolean {
    if (this.#state.kind !== 'connecting') return false
    const { openssl, fingerprints } = this.#options
    const isTrusted = isAnnounced(openssl, certificate, fingerprints)
    this.#state.peer = isTrusted ? 'trusted' : 'refused'
    return isTrusted
  }

  #receiveHandshake(state: Connecting, datagram: Uint8Array): void {
    const records = recordsOf(datagram).filter((record) => isOfHandshake(state, record))
    if (records.length === 0) return
    state.receivedBytes += datagram.length
    if (state.receivedBytes > MAX_HANDSHAKE_BYTES) {
      return this.#end({ reason: 'failed', message: 'the handshake is too long' })
    }
    for (const record of records) {
      // By its own number one that somebody made up could make OpenSSL take all others for old.
      const isPlain = record.epoch === 0
      this.#session.feed(isPlain ? renumbered(record, state.plainRecords++) : record.bytes)
    }
    this.#goOn()
  }

  /**
   * Anybody can write plaintext in the other side's name, so none of it is read any more. Of what
   * is encrypted, alerts are; and a handshake message means that our last flight was lost: then
   * the other side repeats its own, the end of which is encrypted (RFC 6347 §4.2.4). OpenSSL 3.5
   * gives up on a record that is too short to be encrypted, instead of passing it over.
   */
  #receiveProtected({ alertBytes }: Connected, datagram: Uint8Array): void {
    const records = recordsOf(datagram).filter(({ epoch }) => epoch === 1)
    if (records.some(({ type }) => type === CONTENT_TYPE.handshake)) this.#sender.repeatLast()
    const alerts = records.filter(
      ({ type, bytes }) => type === CONTENT_TYPE.alert && bytes.length === alertBytes,
    )
    if (alerts.length === 0 || this.state !== 'connected') return
    for (const { bytes } of alerts) this.#session.feed(bytes)
    this.#read()
  }

  #goOn(): void {
    const step = this.#session.handshake()
    if (step.kind === 'waiting') this.#sendFlight()
    else if (step.kind === 'done') this.#finish()
    else this.#end({ reason: 'failed', message: this.#failureOf(step.message) })
  }

  #sendFlight(): void {
    const flight = this.#session.takeOutput()
    if (flight.length > 0) this.#sender.sendFlight(flight)
  }

  #finish(): void {
    const isTrusted = this.#state.kind === 'connecting' && this.#state.peer === 'trusted'
    if (!isTrusted) return this.#end({ reason: 'failed', message: REFUSAL })
    const keys = this.#session.exportSrtpKeys()
    if (!keys) return this.#end({ reason: 'failed', message: 'no SRTP profile in common' })
    const alertBytes = HEADER_BYTES + ALERT_BYTES + this.#session.overheadBytes
    this.#state = { kind: 'connected', alertBytes }
    this.#sender.sendLastFlight(this.#session.takeOutput())
    if (this.state === 'connected') this.#options.onConnected(keys)
    if (this.state === 'connected') this.#read()
  }

  #read(): void {
    const step = this.#session.read()
    if (step.kind === 'waiting') this.#sender.sendOnce(this.#session.takeOutput())
    else if (step.kind === 'closed') this.#end({ reason: 'closed' })
    else this.#end({ reason: 'failed', message: step.message })
  }

  #failureOf(message: string): string {
    const isRefused = this.#state.kind === 'connecting' && this.#state.peer === 'refused'
    return isRefused ? REFUSAL : message
  }

  #end(end: DtlsEnd): void {
    this.#release()
    this.#options.onEnded(end)
  }

  /** Says goodbye, if the other side has keys to understand it, and gives everything back. */
  #release(): void {
    this.#state = { kind: 'ended' }
    this.#session.shutdown()
    const last = this.#session.takeOutput()
    this.#options.onReleased(this.#session)
    this.#session.free()
    this.#sender.sendOnce(last)
  }
}

/** Not an alert in plaintext, which anybody can write, and nothing too short to be encrypted. */
function isOfHandshake(state: Connecting, { type, epoch, bytes }: DtlsRecord): boolean {
  const { alert, changeCipherSpec, handshake } = CONTENT_TYPE
  if (epoch === 0) return type === handshake || type === changeCipherSpec
  if (epoch !== 1 || (type !== handshake && type !== alert)) return false
  if (bytes.length < HEADER_BYTES + AES_GCM_OVERHEAD_BYTES) return false
  return ++state.encryptedRecords <= MAX_EARLY_ENCRYPTED_RECORDS
}
