import { copyBytes, HEADROOM_BYTES, nextMoment, Packet, TAILROOM_BYTES } from '@duet/datagrams'
import { ipFromBits, ipOf, joinAddress, portOf, type TransportAddress } from '@duet/stun'

/** Room for about two hundred packets of a call, and for the longest datagram. */
const CAPACITY_BYTES = 262_144
/** Where the positions are: how much was written and read since the beginning, modulo 2 to the 32. */
const [WRITTEN, READ] = [0, 1]
const POSITIONS_BYTES = 64
/** Of a record: its bytes, those of the packet, two addresses. */
const [RECORD_LENGTH, PACKET_LENGTH, FROM, TO] = [0, 4, 8, 32]
const RECORD_HEADER_BYTES = 56
/** An address is its family, its port, and 16 bytes of IP address. */
const [FAMILY, PORT, IP] = [0, 4, 8]
const ALIGNMENT = 8
/** In place of a record's length: the next one is at the beginning of the ring. */
const WRAP = 0xffff_ffff

/** Takes a packet from another thread; it is only valid during the call. */
export type RingHandler = (packet: Packet, from: TransportAddress, to: TransportAddress) => void

/** The memory of a ring. */
export function createRing(): SharedArrayBuffer {
  return new SharedArrayBuffer(POSITIONS_BYTES + CAPACITY_BYTES)
}

/**
 * Packets on their way from one thread to another: one of them writes, one of them reads, and nobody
 * waits. What finds no room is lost, as datagrams may be.
 */
export class PacketRing {
  readonly #positions: Int32Array
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #packet = new Packet()

  constructor(memory: SharedArrayBuffer) {
    this.#positions = new Int32Array(memory, 0, 2)
    this.#bytes = new Uint8Array(memory, POSITIONS_BYTES)
    this.#view = new DataView(memory, POSITIONS_BYTES)
  }

  /** Writes a packet. `full`: there is no room. `first`: the reader may not know that there is one. */
  push(packet: Packet, from: TransportAddress, to: TransportAddress): 'full' | 'first' | 'added' {
    const { length } = packet
    const bytes = alignedBytes(RECORD_HEADER_BYTES + HEADROOM_BYTES + length + TAILROOM_BYTES)
    const written = Atomics.load(this.#positions, WRITTEN)
    const at = (written >>> 0) % CAPACITY_BYTES
    const skipped = at + bytes > CAPACITY_BYTES ? CAPACITY_BYTES - at : 0
    const used = (written - Atomics.load(this.#positions, READ)) >>> 0
    if (used + skipped + bytes > CAPACITY_BYTES) return 'full'
    if (skipped > 0) this.#view.setUint32(at, WRAP)
    this.#write(skipped > 0 ? 0 : at, bytes, { packet, from, to })
    Atomics.store(this.#positions, WRITTEN, (written + skipped + bytes) | 0)
    return Atomics.load(this.#positions, READ) === written ? 'first' : 'added'
  }

  /** Hands over what was written, at most so many packets; returns how many. */
  drain(handle: RingHandler, most: number): number {
    let count = 0
    let read = Atomics.load(this.#positions, READ)
    while (count < most && Atomics.load(this.#positions, WRITTEN) !== read) {
      const at = (read >>> 0) % CAPACITY_BYTES
      const bytes = this.#view.getUint32(at + RECORD_LENGTH)
      if (bytes === WRAP) read = (read + CAPACITY_BYTES - at) | 0
      else {
        this.#hand(at, handle)
        read = (read + bytes) | 0
        count += 1
      }
      Atomics.store(this.#positions, READ, read)
    }
    return count
  }

  /** Forgets what was written for a reader that is gone. */
  clear(): void {
    Atomics.store(this.#positions, READ, Atomics.load(this.#positions, WRITTEN))
  }

  #write(
    at: number,
    bytes: number,
    { packet, from, to }: { packet: Packet; from: TransportAddress; to: TransportAddress },
  ): void {
    this.#view.setUint32(at + RECORD_LENGTH, bytes)
    this.#view.setUint32(at + PACKET_LENGTH, packet.length)
    this.#writeAddress(at + FROM, from)
    this.#writeAddress(at + TO, to)
    const place = at + RECORD_HEADER_BYTES + HEADROOM_BYTES
    copyBytes(packet.bytes, packet.start, packet.end, this.#bytes, place)
  }

  #hand(at: number, handle: RingHandler): void {
    const start = at + RECORD_HEADER_BYTES + HEADROOM_BYTES
    this.#packet.place(this.#bytes, start, start + this.#view.getUint32(at + PACKET_LENGTH))
    this.#packet.moment = nextMoment()
    handle(this.#packet, this.#readAddress(at + FROM), this.#readAddress(at + TO))
  }

  #writeAddress(at: number, address: TransportAddress): void {
    const ip = ipOf(address)
    this.#view.setUint32(at + PORT, portOf(address))
    if (typeof ip === 'number') {
      this.#view.setUint32(at + FAMILY, 4)
      this.#view.setUint32(at + IP, ip)
      return
    }
    this.#view.setUint32(at + FAMILY, 6)
    this.#view.setBigUint64(at + IP, ip >> 64n)
    this.#view.setBigUint64(at + IP + 8, ip & 0xffff_ffff_ffff_ffffn)
  }

  #readAddress(at: number): TransportAddress {
    const port = this.#view.getUint32(at + PORT)
    if (this.#view.getUint32(at + FAMILY) === 4) {
      return joinAddress(ipFromBits(this.#view.getUint32(at + IP)), port)
    }
    const bits = (this.#view.getBigUint64(at + IP) << 64n) | this.#view.getBigUint64(at + IP + 8)
    return joinAddress(ipFromBits(bits), port)
  }
}

function alignedBytes(bytes: number): number {
  return bytes + (-bytes & (ALIGNMENT - 1))
}
