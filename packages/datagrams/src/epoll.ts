/** epoll_ctl(2). */
export const [EPOLL_ADD, EPOLL_DELETE] = [1, 2]
/** A socket has something to read; an error, which is always waited for. */
export const [EPOLL_IN, EPOLL_ERROR] = [1, 8]

/** Words of a `struct epoll_event`, which is packed on x86 alone, and where its data begin. */
const [EVENT_WORDS, DATA_WORD] = process.arch === 'x64' ? [3, 1] : [4, 2]

/** What to wait for, and what is told then. */
export function epollEvent(events: number, data: bigint): Uint32Array {
  const event = new Uint32Array(EVENT_WORDS)
  event[0] = events
  event[DATA_WORD] = Number(data & 0xffff_ffffn)
  event[DATA_WORD + 1] = Number(data >> 32n)
  return event
}

/** Room for so many events. */
export function epollEvents(count: number): Uint32Array {
  return new Uint32Array(count * EVENT_WORDS)
}

/** What happened, in the event at `index`. */
export function epollBits(events: Uint32Array, index: number): number {
  return events[index * EVENT_WORDS]!
}

/** What the event at `index` tells: its lower half. */
export function epollData(events: Uint32Array, index: number): number {
  return events[index * EVENT_WORDS + DATA_WORD]!
}
