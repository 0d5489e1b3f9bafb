import type { Destination } from './destination.ts'
import type { LibC } from './libc.ts'
import { addressOfMemory, HEADER_BYTES, MessageHeaders } from './message-headers.ts'
import type { Packet } from './packet.ts'
import type { ReceiveArena } from './receive-arena.ts'
import { NAME_BYTES } from './socket-name.ts'

/** Datagrams that wait to leave, at most. */
const ENTRIES = 256
/** A longer datagram does not wait here when it would have to be copied. */
export const MOST_COPIED_BYTES = 2048
const COPY_BYTES = MOST_COPIED_BYTES + 3 * 64
const NAME_WORDS = NAME_BYTES / 4
const MSG_DONTWAIT = 0x40
const NONE = -1

/** The datagrams of one socket that wait to leave together. */
export class Departures {
  readonly fd: number
  first = NONE
  last = NONE

  constructor(fd: number) {
    this.fd = fd
  }
}

/**
 * Datagrams that wait to leave, from many sockets: those of one socket leave with one system call, in
 * order. What is in the arena of received datagrams leaves from there.
 */
export class SendQueue {
  readonly #libc: LibC
  readonly #arena: ReceiveArena
  readonly #copies = new Uint8Array(ENTRIES * COPY_BYTES)
  readonly #copiesAddress = addressOfMemory(this.#copies)
  readonly #names = new Uint32Array(ENTRIES * NAME_WORDS)
  readonly #namesAddress = addressOfMemory(this.#names)
  readonly #nameBytes = new Int32Array(ENTRIES)
  readonly #headers = new MessageHeaders(ENTRIES)
  /** Of the same socket, the entry after one. */
  readonly #next = new Int32Array(ENTRIES)
  #count = 0
  readonly #sockets: Departures[] = []

  constructor(libc: LibC, arena: ReceiveArena) {
    this.#libc = libc
    this.#arena = arena
  }

  /** Adds a packet in the arena, which stays there until it has left. */
  add(socket: Departures, packet: Packet, destination: Destination): void {
    const entry = this.#enter(socket, destination)
    this.#headers.setBuffer(entry, this.#arena.address + packet.start, packet.length)
  }

  /** Adds a copy of at most `MOST_COPIED_BYTES`. */
  addCopy(socket: Departures, payload: Uint8Array, destination: Destination): void {
    const entry = this.#enter(socket, destination)
    const at = entry * COPY_BYTES
    this.#copies.set(payload, at)
    this.#headers.setBuffer(entry, this.#copiesAddress + at, payload.length)
  }

  /** Sends a datagram of any length at once, after what waits; returns whether it went out. */
  sendNow({ fd }: Departures, payload: Uint8Array, { name }: Destination): boolean {
    this.flush()
    this.#headers.useBuffer(0, 0)
    this.#headers.setBuffer(0, addressOfMemory(payload), payload.length)
    this.#names.set(name)
    this.#headers.setName(0, this.#namesAddress, name.length * 4)
    return this.#libc.sendmmsg(fd, this.#headers.address, 1, MSG_DONTWAIT) === 1
  }

  /** Sends everything; what the system does not take is lost, as datagrams may be. */
  flush(): void {
    if (this.#count === 0) return
    for (const socket of this.#sockets) this.#send(socket)
    this.#sockets.length = 0
    this.#count = 0
  }

  /** Takes the next entry for a datagram of a socket. */
  #enter(socket: Departures, { name }: Destination): number {
    if (this.#count === ENTRIES) this.flush()
    const entry = this.#count
    this.#count += 1
    const at = entry * NAME_WORDS
    for (let word = 0; word < name.length; word += 1) this.#names[at + word] = name[word]!
    this.#nameBytes[entry] = name.length * 4
    this.#next[entry] = NONE
    if (socket.first === NONE) {
      socket.first = entry
      this.#sockets.push(socket)
    } else this.#next[socket.last] = entry
    socket.last = entry
    return entry
  }

  #send(socket: Departures): void {
    let count = 0
    for (let entry = socket.first; entry !== NONE; entry = this.#next[entry]!) {
      const name = this.#namesAddress + entry * NAME_BYTES
      this.#headers.useBuffer(count, entry)
      this.#headers.setName(count, name, this.#nameBytes[entry]!)
      count += 1
    }
    socket.first = socket.last = NONE
    // Where one can't be sent, the others still may.
    for (let done = 0; done < count;) {
      const at = this.#headers.address + done * HEADER_BYTES
      const sent = this.#libc.sendmmsg(socket.fd, at, count - done, MSG_DONTWAIT)
      done += Math.max(1, sent)
    }
  }
}
