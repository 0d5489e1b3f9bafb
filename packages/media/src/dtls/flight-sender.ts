import type { Clock } from '@duet/base'
import {
  FIRST_RESEND_MS,
  HANDSHAKE_TIMEOUT_MS,
  MAX_RESEND_MS,
  MAX_SENT_DATAGRAM_BYTES,
} from './limits.ts'
import { pack, recordsOf, renumber, type DtlsRecord } from './records.ts'

export interface FlightSenderOptions {
  clock: Clock
  send(datagram: Uint8Array): void
}

/** A flight that waits for its answer (RFC 6347 §4.2.4). */
interface Flight {
  records: DtlsRecord[]
  /** Milliseconds since the epoch. */
  resendAt: number
  /** The time until the next repetition after that. */
  resendMs: number
}

/**
 * Sends what OpenSSL writes as datagrams, and sends a flight again until it is answered. OpenSSL
 * could as well, but by a clock of its own. A plaintext record that is sent again gets a new
 * number (RFC 6347 §4.2.2), so all of them are numbered here.
 */
export class FlightSender {
  readonly #options: FlightSenderOptions
  #flight: Flight | undefined
  #firstSentAt: number | undefined
  #nextNumber = 0

  constructor(options: FlightSenderOptions) {
    this.#options = options
  }

  /** Sends records and, if nothing replaces them, sends them again when it is time. */
  sendFlight(bytes: Uint8Array): void {
    const now = this.#options.clock.now()
    const records = recordsOf(bytes)
    this.#firstSentAt ??= now
    this.#flight = { records, resendAt: now + FIRST_RESEND_MS, resendMs: 2 * FIRST_RESEND_MS }
    this.#send(records)
  }

  /** Sends records once; what was sent before is not sent again either. */
  sendLast(bytes: Uint8Array): void {
    this.#flight = undefined
    this.#send(recordsOf(bytes))
  }

  /** Sends the flight again if it is time. */
  tick(): void {
    const flight = this.#flight
    const now = this.#options.clock.now()
    if (!flight || now < flight.resendAt) return
    flight.resendAt = now + flight.resendMs
    flight.resendMs = Math.min(2 * flight.resendMs, MAX_RESEND_MS)
    this.#send(flight.records)
  }

  /** No answer came for so long that none will. */
  get isHopeless(): boolean {
    if (this.#firstSentAt === undefined) return false
    return this.#options.clock.now() - this.#firstSentAt >= HANDSHAKE_TIMEOUT_MS
  }

  #send(records: readonly DtlsRecord[]): void {
    for (const record of records) if (record.epoch === 0) renumber(record, this.#nextNumber++)
    for (const datagram of pack(records, MAX_SENT_DATAGRAM_BYTES)) this.#options.send(datagram)
  }
}
