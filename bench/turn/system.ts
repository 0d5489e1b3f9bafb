import { dlopen, ptr, type Pointer } from 'bun:ffi'

/** What the load generator uses of the C library of 64-bit Linux, beside what Bun has. */
const { symbols } = dlopen('libc.so.6', {
  socket: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
  bind: { args: ['i32', 'ptr', 'u32'], returns: 'i32' },
  connect: { args: ['i32', 'ptr', 'u32'], returns: 'i32' },
  getsockname: { args: ['i32', 'ptr', 'ptr'], returns: 'i32' },
  setsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'u32'], returns: 'i32' },
  close: { args: ['i32'], returns: 'i32' },
  send: { args: ['i32', 'ptr', 'u64', 'i32'], returns: 'i64' },
  sendmmsg: { args: ['i32', 'ptr', 'u32', 'i32'], returns: 'i32' },
  recv: { args: ['i32', 'ptr', 'u64', 'i32'], returns: 'i64' },
  recvmmsg: { args: ['i32', 'ptr', 'u32', 'i32', 'ptr'], returns: 'i32' },
  epoll_create1: { args: ['i32'], returns: 'i32' },
  epoll_ctl: { args: ['i32', 'i32', 'i32', 'ptr'], returns: 'i32' },
  epoll_wait: { args: ['i32', 'ptr', 'i32', 'i32'], returns: 'i32' },
})

const [AF_INET, SOCK_STREAM, SOCK_DGRAM] = [2, 1, 2]
const [SOL_SOCKET, SO_RCVTIMEO, SO_RCVBUFFORCE, SO_SNDBUFFORCE] = [1, 20, 33, 32]
const [IPPROTO_TCP, TCP_NODELAY] = [6, 1]
/** udp(7): what this process is spared, it has for the servers. */
const [IPPROTO_UDP, UDP_SEGMENT] = [17, 103]
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000
/** The bytes of a datagram that does not fit are left out, not kept for the next call. */
const MSG_TRUNC = 0x20
const BUFFER_BYTES = 16 * 1024 * 1024
/** Long enough for an answer on a busy machine. */
const ANSWER_TIMEOUT_S = 3
const MAX_DATAGRAM_BYTES = 65_536

/** An IPv4 address and a port as the system wants them. */
export function ipv4Name(host: string, port: number): Uint8Array {
  const name = new Uint8Array(16)
  const view = new DataView(name.buffer)
  view.setUint16(0, AF_INET, true)
  view.setUint16(2, port)
  name.set(host.split('.').map(Number), 4)
  return name
}

/** A socket that blocks while it is set up, and never under load. */
export class LoadSocket {
  readonly fd: number
  readonly port: number

  /** Connected to `to` if it is given. Throws when it can't be had. */
  constructor(kind: 'udp' | 'tcp', host: string, to?: { host: string; port: number }) {
    this.fd = symbols.socket(AF_INET, kind === 'udp' ? SOCK_DGRAM : SOCK_STREAM, 0)
    const name = ipv4Name(host, 0)
    this.#set(SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
    this.#set(SOL_SOCKET, SO_SNDBUFFORCE, BUFFER_BYTES)
    const timeout = new BigInt64Array([BigInt(ANSWER_TIMEOUT_S), 0n])
    symbols.setsockopt(this.fd, SOL_SOCKET, SO_RCVTIMEO, ptr(timeout), 16)
    if (kind === 'tcp') this.#set(IPPROTO_TCP, TCP_NODELAY, 1)
    const isBound = symbols.bind(this.fd, ptr(name), 16) === 0
    const isConnected = !to || symbols.connect(this.fd, ptr(ipv4Name(to.host, to.port)), 16) === 0
    if (!isBound || !isConnected) throw new Error(`no ${kind} socket on ${host}`)
    symbols.getsockname(this.fd, ptr(name), ptr(Int32Array.of(16)))
    this.port = new DataView(name.buffer).getUint16(2)
  }

  /** Waits until all is sent. */
  send(bytes: Uint8Array): void {
    symbols.send(this.fd, ptr(bytes), bytes.length, MSG_NOSIGNAL)
  }

  /** Writes what is in memory to a stream; returns how many bytes were taken. */
  tryWrite(address: number, length: number): number {
    return Number(symbols.send(this.fd, address, length, MSG_DONTWAIT | MSG_NOSIGNAL))
  }

  /** What is sent at once from now on leaves as datagrams of so many bytes. */
  segment(bytes: number): void {
    this.#set(IPPROTO_UDP, UDP_SEGMENT, bytes)
  }

  /** Sends so many datagrams of a burst, all or none; returns how many. */
  trySend(burst: DatagramBurst, count: number): number {
    burst.limit(count)
    return symbols.sendmmsg(this.fd, burst.address, 1, MSG_DONTWAIT) === 1 ? count : 0
  }

  /** Waits for a datagram, or for some bytes of a stream; undefined after a while without. */
  receive(): Uint8Array | undefined {
    const bytes = new Uint8Array(MAX_DATAGRAM_BYTES)
    const count = Number(symbols.recv(this.fd, ptr(bytes), bytes.length, 0))
    return count > 0 ? bytes.subarray(0, count) : undefined
  }

  /** Throws away what has come of a stream; returns how many bytes those were. */
  skim(): number {
    const count = Number(symbols.recv(this.fd, skimmed, SKIM_BYTES, MSG_DONTWAIT | MSG_TRUNC))
    return Math.max(0, count)
  }

  close(): void {
    symbols.close(this.fd)
  }

  #set(level: number, option: number, value: number): void {
    symbols.setsockopt(this.fd, level, option, ptr(Int32Array.of(value)), 4)
  }
}

/** With MSG_TRUNC, TCP throws bytes away without copying them (tcp(7)). */
const SKIM_BYTES = 1 << 20
const skimmed = ptr(new Uint8Array(8))

const HEADER_BYTES = 64

/** The same datagram, several times. */
export class DatagramBurst {
  readonly #header = new BigUint64Array(HEADER_BYTES / 8)
  readonly #buffer = new BigUint64Array(2)
  readonly #bytes: Uint8Array
  readonly #name: Uint8Array | undefined
  readonly #messageBytes: number
  #count: number
  readonly address: Pointer

  /** `name` is where it goes, unless the socket is connected. */
  constructor(count: number, message: Uint8Array, name?: Uint8Array) {
    this.#bytes = repeated(message, count)
    this.#name = name
    this.#messageBytes = message.length
    this.#count = count
    this.address = ptr(this.#header)
    this.#buffer.set([BigInt(ptr(this.#bytes)), BigInt(this.#bytes.length)])
    const [to, nameBytes] = this.#name ? [ptr(this.#name), this.#name.length] : [0, 0]
    this.#header.set([BigInt(to), BigInt(nameBytes), BigInt(ptr(this.#buffer)), 1n])
  }

  /** Holds so many of them from now on. */
  limit(count: number): void {
    if (count === this.#count) return
    this.#count = count
    this.#buffer[1] = BigInt(count * this.#messageBytes)
  }
}

/** Bytes, several times in a row. */
export function repeated(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times)
  for (let index = 0; index < times; index += 1) all.set(bytes, index * bytes.length)
  return all
}

const MESSAGES = 128
const KEPT_BYTES = 16

/** Counts datagrams, of which only the first bytes are copied. */
export class DatagramCounter {
  readonly #headers = new BigUint64Array((MESSAGES * HEADER_BYTES) / 8)
  readonly #buffers = new BigUint64Array(MESSAGES * 2)
  readonly #bytes = new Uint8Array(MESSAGES * KEPT_BYTES)
  readonly #address = ptr(this.#headers)

  constructor() {
    const [buffers, bytes] = [ptr(this.#buffers), ptr(this.#bytes)]
    for (let index = 0; index < MESSAGES; index += 1) {
      this.#buffers[2 * index] = BigInt(bytes + index * KEPT_BYTES)
      this.#buffers[2 * index + 1] = BigInt(KEPT_BYTES)
      this.#headers[index * 8 + 2] = BigInt(buffers + index * 16)
      this.#headers[index * 8 + 3] = 1n
    }
  }

  /** Takes what waits, at most so many; returns how many. */
  take({ fd }: LoadSocket): number {
    return Math.max(0, symbols.recvmmsg(fd, this.#address, MESSAGES, MSG_DONTWAIT, null))
  }
}

const [EPOLL_ADD, EPOLL_IN, MOST_READY] = [1, 1, 128]
/** Words of a `struct epoll_event`, which is packed on x86 alone, and where its data begin. */
const [EVENT_WORDS, DATA_WORD] = process.arch === 'x64' ? [3, 1] : [4, 2]

/** Says which of many sockets have something to read. */
export class ReadySockets {
  readonly #epoll = symbols.epoll_create1(0)
  readonly #events = new Uint32Array(MOST_READY * EVENT_WORDS)

  /** `index` is what it is known by. */
  add({ fd }: LoadSocket, index: number): void {
    const event = new Uint32Array(EVENT_WORDS)
    event[0] = EPOLL_IN
    event[DATA_WORD] = index
    symbols.epoll_ctl(this.#epoll, EPOLL_ADD, fd, ptr(event))
  }

  /** Looks, without waiting; returns how many are ready. */
  look(): number {
    return symbols.epoll_wait(this.#epoll, ptr(this.#events), MOST_READY, 0)
  }

  /** The index of one that is ready. */
  at(position: number): number {
    return this.#events[position * EVENT_WORDS + DATA_WORD]!
  }

  close(): void {
    symbols.close(this.#epoll)
  }
}

/** Where an array is in memory, as long as somebody holds it. */
export function addressOf(bytes: Uint8Array): number {
  return Number(ptr(bytes))
}
