import { dlopen } from 'bun:ffi'

/** What is used of the C library of 64-bit Linux. */
export interface LibC {
  sendmmsg(fd: number, headers: number, count: number, flags: number): number
  recvmmsg(fd: number, headers: number, count: number, flags: number, timeout: null): number
  usleep(micros: number): number
  setsockopt(fd: number, level: number, option: number, value: Int32Array, size: number): number
}

/** socket(7). */
const SOL_SOCKET = 1
const SO_RCVBUF = 8
const SO_RCVBUFFORCE = 33
/** What a fast media server gets in a few hundredths of a second, in which it may be busy. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024

let loaded: LibC | 'missing' | undefined

/** The C library, loaded once; undefined where its structures are laid out in another way. */
export function loadLibC(): LibC | undefined {
  loaded ??= tryToLoad()
  return loaded === 'missing' ? undefined : loaded
}

/** Lets more datagrams wait for us: as much as may be with root's rights, or without. */
export function enlargeReceiveBuffer(libc: LibC, fd: number): void {
  const bytes = Int32Array.of(RECEIVE_BUFFER_BYTES)
  if (libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes, 4) !== 0) {
    libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, bytes, 4)
  }
}

function tryToLoad(): LibC | 'missing' {
  const isKnown = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
  if (!isKnown) return 'missing'
  try {
    return dlopen('libc.so.6', {
      sendmmsg: { args: ['i32', 'ptr', 'u32', 'i32'], returns: 'i32' },
      recvmmsg: { args: ['i32', 'ptr', 'u32', 'i32', 'ptr'], returns: 'i32' },
      usleep: { args: ['u32'], returns: 'i32' },
      setsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'u32'], returns: 'i32' },
    }).symbols
  } catch {
    return 'missing'
  }
}
