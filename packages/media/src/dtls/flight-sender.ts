import type { Clock } from '@duet/base'
import {
  FIRST_RESEND_MS,
  HANDSHAKE_TIMEOUT_MS,
  MAX_RESEND_MS,
  MAX_SENT_DATAGRAM_BYTES,
} from './limits.ts'
import { pack, recordsOf, renumbered, type DtlsRecord } from './records.ts'

export interface FlightSenderOptions {
  clock: Clock
  send(datagram: Uint8Array): void
}

/** A flight that waits for its answer (RFC 6347 §4.2.4). */
interface Flight {
  records: readonly DtlsRecord[]
  /** Milliseconds since the epoch. */
  resendAt: number
  /** The time until the next repetition after that. */
  resendMs: number
}

/**
 * Sends what OpenSSL writes as datagrams, and sends a flight again until it is answered. OpenSSL
 * could as well, but by a clock of its own. A plaintext record that is sent again gets a new
 * number (RFC 6347 §4.2.2), so all of them are numbered here. An encrypted one can't get one: it
 * stays what it was, and whoever has it already takes it for a copy that the network made.
 */
export class FlightSender {
  readonly #options: FlightSenderOptions
  #nextNumber = 0
  #firstSentAt: number | undefined
  #awaiting: Flight | undefined
  #last: Pick<Flight, 'records' | 'resendAt'> | undefined

  constructor(options: FlightSenderOptions) {
    this.#options = options
  }

  /** No answer came for so long that none will. */
  get isHopeless(): boolean {
    if (this.#firstSentAt === undefined) return false
    return this.#options.clock.now() - this.#firstSentAt >= HANDSHAKE_TIMEOUT_MS
  }

  /** Sends a flight, and again until there is another. */
  sendFlight(bytes: Uint8Array): void {
    const now = this.#options.clock.now()
    const records = recordsOf(bytes)
    this.#firstSentAt ??= now
    this.#awaiting = { records, resendAt: now + FIRST_RESEND_MS, resendMs: 2 * FIRST_RESEND_MS }
    this.#send(records)
  }

  /** Sends the end of the handshake, which nobody answers; it is empty for the active side. */
  sendLastFlight(bytes: Uint8Array): void {
    const records = recordsOf(bytes)
    this.#awaiting = undefined
    this.#last = { records, resendAt: this.#options.clock.now() }
    this.#send(records)
  }

  /** Sends something once. */
  sendOnce(bytes: Uint8Array): void {
    this.#send(recordsOf(bytes))
  }

  /** Sends the flight that waits again if it is time. */
  tick(): void {
    const now = this.#options.clock.now()
    if (!this.#awaiting || now < this.#awaiting.resendAt) return
    const { records, resendMs } = this.#awaiting
    const nextMs = Math.min(2 * resendMs, MAX_RESEND_MS)
    this.#awaiting = { records, resendAt: now + resendMs, resendMs: nextMs }
    this.#send(records)
  }

  /** Sends the last flight again unless that was done just now. */
  repeatLast(): void {
    const now = this.#options.clock.now()
    if (!this.#last || now < this.#last.resendAt) return
    this.#last.resendAt = now + FIRST_RESEND_MS
    this.#send(this.#last.records)
  }

  #send(records: readonly DtlsRecord[]): void {
    const numbered = records.map((record) =>
      record.epoch === 0 ? renumbered(record, this.#nextNumber++) : record.bytes,
    )
    for (const datagram of pack(numbered, MAX_SENT_DATAGRAM_BYTES)) this.#options.send(datagram)
  }
}
