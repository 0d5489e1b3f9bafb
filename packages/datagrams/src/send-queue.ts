import { copyBytes } from './copy-bytes.ts'
import type { Destination } from './destination.ts'
import type { LibC } from './libc.ts'
import { addressOfMemory, HEADER_BYTES, MessageHeaders } from './message-headers.ts'
import type { Packet } from './packet.ts'
import type { ReceiveArena } from './receive-arena.ts'

/** Datagrams that wait to leave, at most. */
const ENTRIES = 256
/** A longer datagram does not wait here when it would have to be copied. */
export const MOST_COPIED_BYTES = 2048
const COPY_BYTES = MOST_COPIED_BYTES + 3 * 64
/** Datagrams that leave as one, and their bytes together: udp(7), and what a datagram may hold. */
const MOST_SEGMENTS = 64
const MOST_SEGMENTED_BYTES = 65_000
/** Longer datagrams do not fit into a packet of an Ethernet: they are fragmented, each alone. */
const MOST_SEGMENT_BYTES = 1452
/** So often nothing left in segments, one time after the other: it is not tried again. */
const MOST_FAILURES = 16
/** The header for datagrams that leave alone. */
const SPARE = ENTRIES
/** So often the same is sent where an error of something that was sent before may be told instead. */
const MOST_ATTEMPTS = 4
/** errno(3). */
const [EAGAIN, ENOBUFS] = [11, 105]
const MSG_DONTWAIT = 0x40
const NONE = -1

/** The datagrams of one socket that wait to leave together. */
export class Departures {
  readonly fd: number
  /** The system tells errors of earlier datagrams when the next ones are sent (IP_RECVERR, ip(7)). */
  readonly isToldErrors: boolean
  first = NONE
  last = NONE
  /** How often in a row datagrams could not leave as one, as through some tunnels. */
  failures = 0

  constructor(fd: number, isToldErrors = false) {
    this.fd = fd
    this.isToldErrors = isToldErrors
  }
}

/**
 * Datagrams that wait to leave, from many sockets: those of one socket leave with one system call, in
 * order for each way. What is in the arena of received datagrams leaves from there. Datagrams of the same length in
 * a row that go the same way go it as one (UDP_SEGMENT): most of what sending costs is the way through
 * the system, not the bytes.
 */
export class SendQueue {
  readonly #libc: LibC
  readonly #arena: ReceiveArena
  readonly #hasSegments: boolean
  readonly #copies = new Uint8Array(ENTRIES * COPY_BYTES)
  readonly #copiesAddress = addressOfMemory(this.#copies)
  /** Held until their entries are used again, for the system reads their names. */
  readonly #destinations: Destination[] = []
  readonly #namePlaces = new Float64Array(ENTRIES)
  readonly #nameBytes = new Int32Array(ENTRIES)
  /** Where the bytes of each entry are in memory, and how many. */
  readonly #addresses = new Float64Array(ENTRIES)
  readonly #lengths = new Int32Array(ENTRIES)
  /** Of the same socket, the entry after one. */
  readonly #next = new Int32Array(ENTRIES)
  readonly #headers = new MessageHeaders(ENTRIES + 1)
  /** The entry that a header begins with, and how many leave with it. */
  readonly #heads = new Int32Array(ENTRIES)
  readonly #runs = new Int32Array(ENTRIES)
  #count = 0
  /** How often it was emptied; never 0, which no destination has been at. */
  #flushes = 1
  readonly #sockets: Departures[] = []

  /** `hasSegments`: the system knows UDP_SEGMENT. */
  constructor(libc: LibC, arena: ReceiveArena, hasSegments: boolean) {
    this.#libc = libc
    this.#arena = arena
    this.#hasSegments = hasSegments
  }

  /** Adds a packet in the arena, which stays there until it has left. */
  add(socket: Departures, packet: Packet, destination: Destination): void {
    const entry = this.#enter(socket, destination)
    this.#addresses[entry] = this.#arena.address + packet.start
    this.#lengths[entry] = packet.length
  }

  /** Adds a copy of `bytes[start..end)`, at most `MOST_COPIED_BYTES`. */
  addCopy(
    socket: Departures,
    bytes: Uint8Array,
    start: number,
    end: number,
    destination: Destination,
  ): void {
    const entry = this.#enter(socket, destination)
    const at = entry * COPY_BYTES
    if (end > start) copyBytes(bytes, start, end, this.#copies, at)
    this.#addresses[entry] = this.#copiesAddress + at
    this.#lengths[entry] = end - start
  }

  /** Sends a datagram of any length at once, after what waits; returns whether it went out. */
  sendNow(socket: Departures, payload: Uint8Array, destination: Destination): boolean {
    this.flush()
    this.#address(0, destination)
    this.#addresses[0] = addressOfMemory(payload)
    this.#lengths[0] = payload.length
    return this.#sendAlone(socket, 0)
  }

  /** Sends everything; what the system does not take is lost, as datagrams may be. */
  flush(): void {
    if (this.#count === 0) return
    for (const socket of this.#sockets) this.#send(socket)
    this.#sockets.length = 0
    this.#count = 0
    this.#flushes += 1
  }

  /** Takes the next entry for a datagram of a socket. */
  #enter(socket: Departures, destination: Destination): number {
    if (this.#count === ENTRIES) this.flush()
    const entry = this.#count
    this.#count += 1
    this.#address(entry, destination)
    const { queuedAt, queuedEntry, queuedFlush } = destination
    if (queuedAt === socket && queuedFlush === this.#flushes) {
      this.#insertAfter(queuedEntry, entry, socket)
    } else this.#append(entry, socket)
    destination.queuedAt = socket
    destination.queuedEntry = entry
    destination.queuedFlush = this.#flushes
    return entry
  }

  #address(entry: number, destination: Destination): void {
    this.#destinations[entry] = destination
    this.#namePlaces[entry] = destination.namePlace
    this.#nameBytes[entry] = destination.nameBytes
  }

  #append(entry: number, socket: Departures): void {
    this.#next[entry] = NONE
    if (socket.first === NONE) {
      socket.first = entry
      this.#sockets.push(socket)
    } else this.#next[socket.last] = entry
    socket.last = entry
  }

  /** What goes the same way leaves in a row, before what goes another way and came before it. */
  #insertAfter(before: number, entry: number, socket: Departures): void {
    this.#next[entry] = this.#next[before]!
    this.#next[before] = entry
    if (socket.last === before) socket.last = entry
  }

  #send(socket: Departures): void {
    const headers = this.#layOut(socket)
    socket.first = socket.last = NONE
    for (let done = 0; done < headers;) {
      const at = this.#headers.address + done * HEADER_BYTES
      const sent = this.#sendHeaders(socket, at, headers - done)
      if (sent > 0) {
        done += sent
        if (this.#runs[done - 1]! > 1) socket.failures = 0
      } else {
        // Where one can't be sent, the others still may.
        if (this.#runs[done]! > 1) this.#sendSingly(socket, done)
        done += 1
      }
    }
  }

  /** Fills in headers for all of a socket's entries; returns how many those are. */
  #layOut(socket: Departures): number {
    const mostPerRun = this.#hasSegments && socket.failures < MOST_FAILURES ? MOST_SEGMENTS : 1
    let header = 0
    let buffer = 0
    for (let entry = socket.first; entry !== NONE; header += 1) {
      const head = entry
      const length = this.#lengths[head]!
      const most = length > 0 && length <= MOST_SEGMENT_BYTES ? mostPerRun : 1
      let run = 0
      let bytes = 0
      // All are as long as the first one, but for the last one, which may be shorter.
      for (let isOver = false; !isOver && run < most;) {
        this.#headers.setBuffer(buffer, this.#addresses[entry]!, this.#lengths[entry]!)
        bytes += this.#lengths[entry]!
        isOver = this.#lengths[entry]! < length
        buffer += 1
        run += 1
        entry = this.#next[entry]!
        isOver ||= entry === NONE || !this.#mayFollow(entry, head, bytes)
      }
      this.#heads[header] = head
      this.#runs[header] = run
      this.#headers.setName(header, this.#namePlaces[head]!, this.#nameBytes[head]!)
      this.#headers.setRun(header, buffer - run, run)
      this.#headers.setSegment(header, run > 1 ? length : 0)
    }
    return header
  }

  /** Whether an entry goes to the same address as `head`, and may leave with it. */
  #mayFollow(entry: number, head: number, bytes: number): boolean {
    const length = this.#lengths[entry]!
    const isFit = length > 0 && length <= this.#lengths[head]!
    if (!isFit || bytes + length > MOST_SEGMENTED_BYTES) return false
    return this.#destinations[entry]!.address === this.#destinations[head]!.address
  }

  /** Some ways lead through what takes no segments. */
  #sendSingly(socket: Departures, header: number): void {
    socket.failures += 1
    let entry = this.#heads[header]!
    for (let count = this.#runs[header]!; count > 0; count -= 1) {
      this.#sendAlone(socket, entry)
      entry = this.#next[entry]!
    }
  }

  /** With a header that others do not need. */
  #sendAlone(socket: Departures, entry: number): boolean {
    this.#headers.setBuffer(SPARE, this.#addresses[entry]!, this.#lengths[entry]!)
    this.#headers.setName(SPARE, this.#namePlaces[entry]!, this.#nameBytes[entry]!)
    const at = this.#headers.address + SPARE * HEADER_BYTES
    return this.#sendHeaders(socket, at, 1) === 1
  }

  /** Sends what so many headers hold; returns how many of them left, 0 if the first one can't. */
  #sendHeaders({ fd, isToldErrors }: Departures, at: number, count: number): number {
    for (let attempt = 1; ; attempt += 1) {
      const sent = this.#libc.sendmmsg(fd, at, count, MSG_DONTWAIT)
      if (sent > 0) return sent
      if (!isToldErrors || attempt === MOST_ATTEMPTS) return 0
      const errno = this.#libc.errno()
      // It was lost in the machine, of which sockets without IP_RECVERR are not told.
      if (errno === ENOBUFS) return 1
      if (errno === EAGAIN) return 0
    }
  }
}
