import { loadLibC } from './libc.ts'
import type { LoopMember } from './packet-loop.ts'
import { releaseLoop, takeLoop } from './thread-loop.ts'

/** eventfd(2). */
const [EFD_NONBLOCK, EFD_CLOEXEC] = [0o4000, 0o2000000]
const COUNT_BYTES = 8

/** Something by which one thread wakes another one; a file descriptor. Undefined where there is none. */
export function createWakeUp(): number | undefined {
  const fd = loadLibC()?.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC) ?? -1
  return fd < 0 ? undefined : fd
}

const one = Uint32Array.of(1, 0)

/** Wakes the thread that waits for `fd`. */
export function wakeUp(fd: number): void {
  loadLibC()?.write(fd, one, COUNT_BYTES)
}

/**
 * Calls `onWake`, which returns how many packets it passed on, in this thread when `fd` is used to wake
 * it. Returns what ends that and closes `fd`; undefined where there can be no such thing.
 */
export async function waitForWakeUp(
  fd: number,
  onWake: () => number,
): Promise<(() => void) | undefined> {
  const taken = await takeLoop()
  if (!taken) return undefined
  const { loop, libc } = taken
  const count = new Uint32Array(2)
  const member: LoopMember = {
    fd,
    drain() {
      libc.read(fd, count, COUNT_BYTES)
      return onWake()
    },
  }
  loop.add(member)
  let isClosed = false
  return () => {
    if (isClosed) return
    isClosed = true
    loop.remove(member)
    releaseLoop(taken)
  }
}

/** Closes what a thread that is gone left behind: a socket, or a way to wake it. */
export function closeLeftBehind(fd: number): void {
  loadLibC()?.close(fd)
}
