import { dlopen, read, type Pointer } from 'bun:ffi'

/** What is used of the C library of 64-bit Linux. Addresses are numbers, which costs least. */
export interface LibC {
  socket(family: number, type: number, protocol: number): number
  bind(fd: number, name: Uint32Array, size: number): number
  connect(fd: number, name: Uint32Array, size: number): number
  getsockname(fd: number, name: Uint32Array, size: Int32Array): number
  setsockopt(fd: number, level: number, option: number, value: Int32Array, size: number): number
  getsockopt(fd: number, level: number, option: number, value: Int32Array, size: Int32Array): number
  close(fd: number): number
  sendmmsg(fd: number, headers: number, count: number, flags: number): number
  recvmmsg(fd: number, headers: number, count: number, flags: number, timeout: null): number
  eventfd(value: number, flags: number): number
  read(fd: number, bytes: Uint32Array, count: number): number
  write(fd: number, bytes: Uint32Array, count: number): number
  epoll_create1(flags: number): number
  epoll_ctl(epoll: number, operation: number, fd: number, event: Uint32Array | null): number
  epoll_wait(epoll: number, events: Uint32Array, count: number, timeoutMs: number): number
  usleep(micros: number): number
  /** Why the last call that failed in this thread did, when nothing was called since. */
  errno(): number
}

let loaded: LibC | 'missing' | undefined

/** The C library, loaded once; undefined where its structures are laid out in another way. */
export function loadLibC(): LibC | undefined {
  loaded ??= tryToLoad()
  return loaded === 'missing' ? undefined : loaded
}

function tryToLoad(): LibC | 'missing' {
  const isKnown = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
  if (!isKnown) return 'missing'
  try {
    const { symbols } = dlopen('libc.so.6', {
      socket: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
      bind: { args: ['i32', 'ptr', 'u32'], returns: 'i32' },
      connect: { args: ['i32', 'ptr', 'u32'], returns: 'i32' },
      getsockname: { args: ['i32', 'ptr', 'ptr'], returns: 'i32' },
      setsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'u32'], returns: 'i32' },
      getsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'ptr'], returns: 'i32' },
      close: { args: ['i32'], returns: 'i32' },
      sendmmsg: { args: ['i32', 'ptr', 'u32', 'i32'], returns: 'i32' },
      recvmmsg: { args: ['i32', 'ptr', 'u32', 'i32', 'ptr'], returns: 'i32' },
      eventfd: { args: ['u32', 'i32'], returns: 'i32' },
      read: { args: ['i32', 'ptr', 'u64'], returns: 'i32' },
      write: { args: ['i32', 'ptr', 'u64'], returns: 'i32' },
      epoll_create1: { args: ['i32'], returns: 'i32' },
      epoll_ctl: { args: ['i32', 'i32', 'i32', 'ptr'], returns: 'i32' },
      epoll_wait: { args: ['i32', 'ptr', 'i32', 'i32'], returns: 'i32' },
      usleep: { args: ['u32'], returns: 'i32' },
      __errno_location: { args: [], returns: 'ptr' },
    })
    const { __errno_location: placeOfErrno, ...calls } = symbols
    const place = placeOfErrno() as Pointer
    return { ...calls, errno: () => read.i32(place, 0) }
  } catch {
    return 'missing'
  }
}
