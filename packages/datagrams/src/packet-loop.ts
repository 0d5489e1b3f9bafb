import { openBell, type Bell } from './bell.ts'
import type { PacketHandler } from './datagrams.ts'
import {
  EPOLL_ADD,
  EPOLL_ERROR,
  EPOLL_IN,
  epollBits,
  epollData,
  epollEvent,
  epollEvents,
} from './epoll.ts'
import { ErrorQueue } from './error-queue.ts'
import type { IcmpErrorHandler } from './icmp-error.ts'
import type { LibC } from './libc.ts'
import { Packet } from './packet.ts'
import { Pace } from './pace.ts'
import { ReceiveArena } from './receive-arena.ts'
import { SendQueue } from './send-queue.ts'
import { hasSegments } from './udp-socket.ts'

/** Received from one socket before the others have their turn, in full arenas. */
const MOST_ARENAS = 4
/** Sockets that are asked in one turn. */
const MOST_READY = 64
/** With so many datagrams a turn ends, and the other sockets wait for the next: messages and timers come between. */
const MOST_PER_TURN = 2048
const EPOLL_CLOEXEC = 0o2000000

/** What the loop waits for: a socket, or whatever else tells that packets came. */
export interface LoopMember {
  readonly fd: number
  /** Passes on what came; returns how many datagrams those were. `events`: what epoll told. */
  drain(events: number): number
}

/** A socket of the loop. */
export interface LoopSocket extends LoopMember {
  readonly isClosed: boolean
  readonly handle: PacketHandler
  /** Undefined: the system keeps no errors for it. */
  readonly onIcmpError: IcmpErrorHandler | undefined
}

/**
 * What this thread's sockets receive and send. Whatever waits at any of them is received side by
 * side, passed on, and what that leads to is sent, with few system calls. What is sent at other times
 * leaves when the event loop's turn ends.
 */
export class PacketLoop {
  readonly arena: ReceiveArena
  readonly departures: SendQueue
  readonly #errors: ErrorQueue
  readonly #libc: LibC
  readonly #epoll: number
  readonly #events = epollEvents(MOST_READY)
  /** Of these, how many there are, and which is asked next. */
  #ready = 0
  #next = 0
  readonly #packet = new Packet()
  readonly #pace = new Pace()
  /** By file descriptor. */
  readonly #members = new Map<number, LoopMember>()
  #bell: Bell | undefined
  #isArmed = false
  /** The turn that has begun ends with `#turn`. */
  #hasTurn = false
  /** Datagrams that came when it was looked last. */
  #received = 0

  private constructor(libc: LibC) {
    this.#libc = libc
    this.arena = new ReceiveArena(libc)
    this.#errors = new ErrorQueue(libc)
    this.departures = new SendQueue(libc, this.arena, hasSegments(libc))
    this.#epoll = libc.epoll_create1(EPOLL_CLOEXEC)
  }

  /** Undefined where the event loop can't be told of our sockets. */
  static async open(libc: LibC): Promise<PacketLoop | undefined> {
    const loop = new PacketLoop(libc)
    loop.#bell = await openBell(libc, loop.#epoll, loop.#handleRing)
    if (!loop.#bell) {
      libc.close(loop.#epoll)
      return undefined
    }
    loop.#arm()
    return loop
  }

  add(member: LoopMember): void {
    const { fd } = member
    this.#members.set(fd, member)
    this.#libc.epoll_ctl(this.#epoll, EPOLL_ADD, fd, epollEvent(EPOLL_IN, BigInt(fd)))
  }

  /** So many bytes may wait at one of the sockets. */
  limitWaiting(receiveBytes: number): void {
    this.#pace.limit(receiveBytes)
  }

  /** No longer waits for it, and closes it; what it sent before leaves before. */
  remove({ fd }: LoopMember): void {
    this.departures.flush()
    this.#members.delete(fd)
    this.#libc.close(fd)
  }

  /** Something was sent: it leaves when the turn ends. */
  use(): void {
    if (this.#hasTurn) return
    this.#hasTurn = true
    setImmediate(this.#turn)
  }

  /** Nothing is left to wait for. */
  close(): void {
    this.#bell?.close()
    this.#bell = undefined
    this.#libc.close(this.#epoll)
  }

  readonly #handleRing = (): void => {
    this.#isArmed = false
    try {
      this.#received = this.#drain()
    } finally {
      // Even if somebody threw, there is another turn.
      this.use()
    }
  }

  /** As long as many come, it is looked for them in each turn; otherwise the bell tells. */
  readonly #turn = (): void => {
    this.#hasTurn = false
    this.departures.flush()
    if (this.#isArmed || !this.#bell) return
    if (!this.#pace.isGood(this.#received)) {
      const micros = this.#pace.waitMicros(performance.now())
      if (micros === 0) return this.#arm()
      this.#libc.usleep(micros)
    }
    this.#received = 1
    try {
      this.#received = this.#drain()
    } finally {
      if (this.#received === 0) this.#arm()
      else this.use()
    }
  }

  #arm(): void {
    this.#isArmed = true
    this.#bell?.arm()
  }

  /** Receives what waits, and sends what that leads to. Returns how many datagrams came. */
  #drain(): number {
    if (this.#next >= this.#ready) {
      this.#next = 0
      this.#ready = this.#libc.epoll_wait(this.#epoll, this.#events, MOST_READY, 0)
    }
    let received = 0
    while (this.#next < this.#ready && received < MOST_PER_TURN) {
      const member = this.#members.get(epollData(this.#events, this.#next))
      const events = epollBits(this.#events, this.#next)
      this.#next += 1
      if (member) received += member.drain(events)
    }
    this.#passOn()
    this.#pace.add(received)
    return received
  }

  /** Passes on what waits at a socket; returns how many datagrams and errors those were. */
  receive(socket: LoopSocket, events: number): number {
    const { arena } = this
    const { onIcmpError } = socket
    let received = 0
    if (onIcmpError && (events & EPOLL_ERROR) !== 0) {
      received = this.#errors.drain(socket, onIcmpError)
      // An error that is not kept for want of room still stands in the way: receiving takes it away.
      if (received > 0 && (events & EPOLL_IN) === 0) return received
    }
    for (let full = 0; full < MOST_ARENAS && !socket.isClosed; full += 1) {
      const first = arena.used
      const { free } = arena
      let count = arena.receive(socket.fd)
      // An error that came meanwhile is told instead of what waits, once.
      if (count === 0 && onIcmpError) count = arena.receive(socket.fd)
      for (let slot = first; slot < first + count && !socket.isClosed; slot += 1) {
        arena.read(slot, this.#packet)
        socket.handle(this.#packet, arena.senderAt(slot))
      }
      received += count
      if (arena.free === 0) this.#passOn()
      if (count < free) break
    }
    return received
  }

  /** What was received has left: its place is free. */
  #passOn(): void {
    this.departures.flush()
    this.arena.clear()
  }
}
