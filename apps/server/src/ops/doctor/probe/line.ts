import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { DuetError } from '@duet/base'
import { StreamFramer } from '@duet/stun'

/**
 * closed: nobody takes the connection. certificate: nobody would trust who does. no-way: this
 * machine has no way to addresses of that family.
 */
export type LineErrorCode = 'closed' | 'certificate' | 'no-way'

/** A way for STUN messages to one server. */
export interface Line {
  /** Nothing has to be sent again. */
  readonly isReliable: boolean
  /** Valid only during the call. */
  onMessage: ((bytes: Uint8Array) => void) | undefined
  send(bytes: Uint8Array): void
  /** Idempotent. */
  close(): void
}

export interface LineTarget {
  transport: 'udp' | 'tcp' | 'tls'
  /** An IP address. */
  address: string
  port: number
  /** The name that a certificate must be for. */
  name: string
}

const CONNECT_MS = 6_000
const MAX_FRAME_BYTES = 65_535

/** Nothing has left this machine (connect(2)); a firewall's answer is EHOSTUNREACH, and says more. */
const NO_WAY = /^(?:ENETUNREACH|EADDRNOTAVAIL|EAFNOSUPPORT)$/

/** Errors of TLS that come from the certificate and not from the network. */
const CERTIFICATE_ERROR = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|ISSUER/

/** Opens a line. Rejects with a DuetError whose code is a LineErrorCode. */
export function openLine(target: LineTarget): Promise<Line> {
  return target.transport === 'udp' ? openUdp(target) : openStream(target)
}

async function openUdp({ address, port }: LineTarget): Promise<Line> {
  const line: Line = {
    isReliable: false,
    onMessage: undefined,
    send: (bytes) => {
      if (!socket.closed) socket.send(bytes)
    },
    close: () => {
      if (!socket.closed) socket.close()
    },
  }
  const socket = await Bun.udpSocket({
    binaryType: 'uint8array',
    // Unless told otherwise it is a socket of IPv4, which reaches nothing else.
    hostname: isIP(address) === 6 ? '::' : '0.0.0.0',
    connect: { hostname: address, port },
    socket: {
      data: (_, bytes) => line.onMessage?.(bytes),
      // ICMP says that nobody is there; the missing answer says it as well.
      error: () => undefined,
    },
  }).catch((error: Error) => {
    // To connect a socket of UDP sends nothing: it only looks for the way.
    throw new DuetError('no-way', error.message, { cause: error })
  })
  return line
}

function openStream({ transport, address, port, name }: LineTarget): Promise<Line> {
  const { promise, resolve, reject } = Promise.withResolvers<Line>()
  const line: Line = {
    isReliable: true,
    onMessage: undefined,
    send: (bytes) => void socket.write(bytes),
    close: () => void socket.destroy(),
  }
  const framer = new StreamFramer({
    maxFrameBytes: MAX_FRAME_BYTES,
    onFrame: (bytes, start, end) => line.onMessage?.(bytes.subarray(start, end)),
  })
  const timer = setTimeout(() => fail('closed', 'no answer'), CONNECT_MS)
  const fail = (code: LineErrorCode, message: string, cause?: unknown): void => {
    clearTimeout(timer)
    socket.destroy()
    reject(new DuetError(code, message, { cause }))
  }
  const begin = (): void => {
    clearTimeout(timer)
    resolve(line)
  }
  const socket: Socket | TLSSocket =
    transport === 'tls'
      ? connectTls({ host: address, port, ...serverName(name) }, begin)
      : connectTcp({ host: address, port }, begin)
  socket.on('data', (chunk: Buffer) => framer.push(chunk))
  socket.on('error', (error: Error & { code?: string }) => {
    const code = error.code ?? ''
    fail(codeOf(code), code || error.message, error)
  })
  return promise
}

function codeOf(code: string): LineErrorCode {
  if (NO_WAY.test(code)) return 'no-way'
  return CERTIFICATE_ERROR.test(code) ? 'certificate' : 'closed'
}

/** An address is no server name (RFC 6066 §3): then the certificate must be for the address. */
export function serverName(name: string): { servername?: string } {
  return isIP(name) === 0 ? { servername: name } : {}
}
