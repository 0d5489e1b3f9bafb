import { DuetError } from '@duet/base'
import { familyOf, formatIp, ipOf, joinAddress, type TransportAddress } from '@duet/stun'
import { bindError } from './bind-error.ts'
import { bindBunSocket } from './bun-datagrams.ts'
import type { BindOptions } from './datagrams.ts'
import type { LibC } from './libc.ts'
import { AF_INET, AF_INET6, NAME_BYTES, readSocketName, socketName } from './socket-name.ts'

/** socket(2), socket(7), ipv6(7). */
const [SOCK_DGRAM, SOCK_NONBLOCK, SOCK_CLOEXEC] = [2, 0o4000, 0o2000000]
const [SOL_SOCKET, SO_SNDBUF, SO_RCVBUF, SO_REUSEPORT] = [1, 7, 8, 15]
const [SO_SNDBUFFORCE, SO_RCVBUFFORCE] = [32, 33]
const [IPPROTO_IPV6, IPV6_V6ONLY] = [41, 26]
/** udp(7). */
const [IPPROTO_UDP, UDP_SEGMENT] = [17, 103]

/** What a fast server gets in a few hundredths of a second, in which it may be busy. */
const BUFFER_BYTES = 4 * 1024 * 1024
/** A port that was free when the system was asked why it could not be bound. */
const BIND_ATTEMPTS = 2

/** A UDP socket of which only its owner knows. */
export interface UdpSocket {
  fd: number
  local: TransportAddress
  /** How much may wait to be read. */
  receiveBytes: number
}

type SocketOptions = Pick<BindOptions, 'ip' | 'port' | 'sharing' | 'fd'>

/** Binds a socket, or takes one over. Rejects with a `DuetError` (`BindErrorCode`). */
export async function openUdpSocket(libc: LibC, options: SocketOptions): Promise<UdpSocket> {
  const { ip, port, sharing, fd } = options
  if (fd !== undefined) return describe(libc, fd)
  for (let attempt = 1; attempt <= BIND_ATTEMPTS; attempt += 1) {
    const address = joinAddress(ip, port)
    const socket = tryToOpen(libc, address, sharing === 'others')
    if (socket && sharing !== 'first') return socket
    const shared = socket && makeShared(libc, socket)
    if (shared) return shared
    // It fails for the same reason here, and says which.
    const bun = await bindBunSocket({ ip, port, onDatagram() {} })
    bun.port.close()
  }
  const cause = new DuetError('bind-failed', 'the system gives no socket')
  throw bindError(cause, 'UDP', { host: formatIp(ip), port })
}

/** A port that is free is bound again so that others may bind it, too: who else has it would have been seen. */
function makeShared(libc: LibC, { fd, local }: UdpSocket): UdpSocket | undefined {
  libc.close(fd)
  return tryToOpen(libc, local, true)
}

function tryToOpen(
  libc: LibC,
  address: TransportAddress,
  isShared: boolean,
): UdpSocket | undefined {
  const isIpv6 = familyOf(ipOf(address)) === 6
  const type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC
  const fd = libc.socket(isIpv6 ? AF_INET6 : AF_INET, type, 0)
  if (fd < 0) return undefined
  if (isIpv6) libc.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, Int32Array.of(1), 4)
  if (isShared) libc.setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, Int32Array.of(1), 4)
  const name = socketName(address)
  if (libc.bind(fd, name, name.byteLength) !== 0) {
    libc.close(fd)
    return undefined
  }
  enlarge(libc, fd, SO_SNDBUF, SO_SNDBUFFORCE)
  enlarge(libc, fd, SO_RCVBUF, SO_RCVBUFFORCE)
  return describe(libc, fd)
}

function describe(libc: LibC, fd: number): UdpSocket {
  const bound = new Uint32Array(NAME_BYTES / 4)
  libc.getsockname(fd, bound, Int32Array.of(NAME_BYTES))
  const local = readSocketName(new DataView(bound.buffer), 0)
  return { fd, local, receiveBytes: receiveBytesOf(libc, fd) }
}

/** Whether the system can send several datagrams as one; older ones would take them for a long one. */
export function hasSegments(libc: LibC): boolean {
  const fd = libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)
  const isKnown = libc.setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, Int32Array.of(0), 4) === 0
  libc.close(fd)
  return isKnown
}

/** Lets more datagrams wait: as much as may be with root's rights, or without. */
function enlarge(libc: LibC, fd: number, option: number, forced: number): void {
  const bytes = Int32Array.of(BUFFER_BYTES)
  if (libc.setsockopt(fd, SOL_SOCKET, forced, bytes, 4) !== 0) {
    libc.setsockopt(fd, SOL_SOCKET, option, bytes, 4)
  }
}

function receiveBytesOf(libc: LibC, fd: number): number {
  const value = new Int32Array(1)
  libc.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, value, Int32Array.of(4))
  return value[0]!
}
