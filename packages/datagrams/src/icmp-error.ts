import type { TransportAddress } from '@duet/stun'

/** An ICMP error about a datagram: its type and code (RFC 792, RFC 4443), and what comes with them. */
export interface IcmpError {
  readonly type: number
  readonly code: number
  /** Where a datagram was too long: the MTU of the next hop. Otherwise whatever the type has there. */
  readonly info: number
}

/** Takes an ICMP error about a datagram that was sent to `to`. */
export type IcmpErrorHandler = (error: IcmpError, to: TransportAddress) => void

/** `struct cmsghdr` of 64-bit Linux: a length that counts the header, level and type; then the data. */
const CONTROL_HEADER_BYTES = 16
const CONTROL_ALIGNMENT = 8
/** Without the address of who sent the error. */
const EXTENDED_ERROR_BYTES = 16
/** ip(7), ipv6(7). */
export const [IPPROTO_IP, IP_RECVERR] = [0, 11]
export const [IPPROTO_IPV6, IPV6_RECVERR] = [41, 25]
/** Who found the error: a host or router on the way, and not this machine. */
const [ORIGIN_ICMP, ORIGIN_ICMP6] = [2, 3]

/**
 * The ICMP error in the control data of what recvmsg(2) took from a socket's error queue, which are the
 * `length` bytes at `start`; undefined for errors that came in no ICMP message.
 */
export function readIcmpError(
  control: DataView,
  start: number,
  length: number,
): IcmpError | undefined {
  const end = Math.min(start + length, control.byteLength)
  let at = start
  while (at + CONTROL_HEADER_BYTES <= end) {
    const bytes = Number(control.getBigUint64(at, true))
    if (bytes < CONTROL_HEADER_BYTES || at + bytes > end) return undefined
    if (isErrorReport(control, at)) {
      const data = at + CONTROL_HEADER_BYTES
      return data + EXTENDED_ERROR_BYTES <= at + bytes ? readReport(control, data) : undefined
    }
    at += bytes + (-bytes & (CONTROL_ALIGNMENT - 1))
  }
  return undefined
}

function isErrorReport(control: DataView, at: number): boolean {
  const level = control.getInt32(at + 8, true)
  const type = control.getInt32(at + 12, true)
  const isIpv4 = level === IPPROTO_IP && type === IP_RECVERR
  return isIpv4 || (level === IPPROTO_IPV6 && type === IPV6_RECVERR)
}

/** `struct sock_extended_err` (ip(7)): the number of the error, origin, type, code, info. */
function readReport(control: DataView, at: number): IcmpError | undefined {
  const origin = control.getUint8(at + 4)
  if (origin !== ORIGIN_ICMP && origin !== ORIGIN_ICMP6) return undefined
  return {
    type: control.getUint8(at + 5),
    code: control.getUint8(at + 6),
    info: control.getUint32(at + 8, true),
  }
}
