import { familyOf, ipOf, type TransportAddress } from '@duet/stun'
import {
  IP_RECVERR,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_RECVERR,
  readIcmpError,
  type IcmpErrorHandler,
} from './icmp-error.ts'
import type { LibC } from './libc.ts'
import { addressOfMemory, MessageHeaders } from './message-headers.ts'
import { NAME_BYTES, readSocketName } from './socket-name.ts'

/** Errors that are read with one system call. */
const SLOTS = 32
/** System calls for one socket before the others have their turn. */
const MOST_CALLS = 8
/** A report with an IPv6 address takes 64 bytes. */
const CONTROL_BYTES = 128
const [MSG_DONTWAIT, MSG_ERRQUEUE] = [0x40, 0x2000]

/** A socket whose errors are read. */
export interface FailingSocket {
  readonly fd: number
  readonly isClosed: boolean
}

/**
 * From now on the system keeps the ICMP errors about what a socket sends, as many as fit beside what it
 * received. One of them also waits for the next system call at the socket, which then fails.
 */
export function keepIcmpErrors(libc: LibC, fd: number, local: TransportAddress): void {
  const [level, option] =
    familyOf(ipOf(local)) === 4 ? [IPPROTO_IP, IP_RECVERR] : [IPPROTO_IPV6, IPV6_RECVERR]
  libc.setsockopt(fd, level, option, Int32Array.of(1), 4)
}

/** Reads what the system keeps of errors (MSG_ERRQUEUE, recv(2)), on memory that is laid out once. */
export class ErrorQueue {
  readonly #libc: LibC
  readonly #names = new Uint8Array(SLOTS * NAME_BYTES)
  // A small array moves when its buffer is asked for: the address comes after the view.
  readonly #nameView = new DataView(this.#names.buffer)
  readonly #namesAddress = addressOfMemory(this.#names)
  readonly #controls = new Uint8Array(SLOTS * CONTROL_BYTES)
  readonly #controlView = new DataView(this.#controls.buffer)
  readonly #controlsAddress = addressOfMemory(this.#controls)
  readonly #headers = new MessageHeaders(SLOTS)

  constructor(libc: LibC) {
    this.#libc = libc
    // Of the datagrams that failed nothing is wanted: their buffers stay empty.
    for (let slot = 0; slot < SLOTS; slot += 1) this.#prepare(slot)
  }

  /** Passes on what waits, up to a bound; the rest is there the next time. Returns how many errors that were. */
  drain(socket: FailingSocket, onIcmpError: IcmpErrorHandler): number {
    let total = 0
    for (let call = 0; call < MOST_CALLS && !socket.isClosed; call += 1) {
      const flags = MSG_DONTWAIT | MSG_ERRQUEUE
      const count = this.#libc.recvmmsg(socket.fd, this.#headers.address, SLOTS, flags, null)
      for (let slot = 0; slot < count; slot += 1) {
        const length = this.#headers.controlLength(slot)
        const error = readIcmpError(this.#controlView, slot * CONTROL_BYTES, length)
        const to = readSocketName(this.#nameView, slot * NAME_BYTES)
        this.#prepare(slot)
        if (error && !socket.isClosed) onIcmpError(error, to)
      }
      total += Math.max(0, count)
      if (count < SLOTS) break
    }
    return total
  }

  #prepare(slot: number): void {
    const control = this.#controlsAddress + slot * CONTROL_BYTES
    this.#headers.setName(slot, this.#namesAddress + slot * NAME_BYTES, NAME_BYTES)
    this.#headers.setControl(slot, control, CONTROL_BYTES)
  }
}
