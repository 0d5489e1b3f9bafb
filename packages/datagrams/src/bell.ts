import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { parseIp, type IpAddress } from '@duet/stun'
import { bindBunSocket } from './bun-datagrams.ts'
import type { LibC } from './libc.ts'
import { EPOLL_ADD, EPOLL_DELETE, EPOLL_IN, epollEvent } from './epoll.ts'
import { MessageHeaders } from './message-headers.ts'
import { socketName } from './socket-name.ts'

/** Tells this thread's event loop that sockets, of which it knows nothing, have something. */
export interface Bell {
  /** It rings once, at once or later, while something waits; then it is to be armed again. */
  arm(): void
  close(): void
}

const LOOPBACK = parseIp('127.0.0.1') as IpAddress

/**
 * Rings when the sockets of `epoll` have something to read. Bun can only wait for sockets that it
 * reads itself, a datagram and a call at a time. So it gets one, the bell, and where Bun's event loop
 * waits for this one, `epoll` takes its place: what Bun then reads is one datagram that the bell sent
 * to itself before. Undefined where the system does not tell how the event loop waits.
 */
export async function openBell(
  libc: LibC,
  epoll: number,
  onRing: () => void,
): Promise<Bell | undefined> {
  const bell = await bindBunSocket({ ip: LOOPBACK, port: 0, onDatagram: onRing }).catch(() => {})
  // There may be no loopback.
  if (!bell) return undefined
  const { port, fd } = bell
  const name = socketName(port.local)
  const place = placeInEventLoop(fd)
  // Connected to itself, it hears nobody else.
  if (!place || libc.connect(fd, name, name.byteLength) !== 0) {
    port.close()
    return undefined
  }
  libc.epoll_ctl(place.epoll, EPOLL_DELETE, fd, null)
  libc.epoll_ctl(place.epoll, EPOLL_ADD, epoll, epollEvent(EPOLL_IN, place.data))
  const empty = new MessageHeaders(1)
  return {
    arm: () => void libc.sendmmsg(fd, empty.address, 1, 0),
    close() {
      libc.epoll_ctl(place.epoll, EPOLL_DELETE, epoll, null)
      port.close()
    },
  }
}

/** The epoll instance that waits for a socket, and what it tells its owner then (proc(5)). */
function placeInEventLoop(fd: number): { epoll: number; data: bigint } | undefined {
  try {
    for (const name of readdirSync('/proc/self/fd')) {
      if (!isEpoll(name)) continue
      const info = readFileSync(`/proc/self/fdinfo/${name}`, 'utf8')
      for (const [, target, data] of info.matchAll(/^tfd: +(\d+) .*data: +([0-9a-f]+)/gm)) {
        if (Number(target) === fd) return { epoll: Number(name), data: BigInt(`0x${data}`) }
      }
    }
  } catch {
    // Not every system has these files.
  }
  return undefined
}

function isEpoll(name: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${name}`) === 'anon_inode:[eventpoll]'
  } catch {
    // It was closed meanwhile.
    return false
  }
}
