import { StreamFramer } from '@duet/stun'
import type { BoundListener } from '../turn-server.ts'
import { TurnClient } from './turn-client.ts'

/** A client on a real socket. */
export interface SocketClient {
  client: TurnClient
  /** The client's own port. */
  port: number
  /** Resolves when the server has closed the connection; never over UDP. */
  closed: Promise<void>
  close: () => void
  /** Stops and starts reading; UDP reads always. */
  pause: () => void
  resume: () => void
}

/** Connects a client to a port of the server, by the port's own transport. */
export function connect(to: BoundListener, username = 'ann'): Promise<SocketClient> {
  const password = username === 'bob' ? 'other' : 'secret'
  return to.transport === 'udp'
    ? connectUdp(to, { username, password })
    : connectStream(to, { username, password })
}

interface Login {
  username: string
  password: string
}

async function connectUdp(to: BoundListener, login: Login): Promise<SocketClient> {
  const socket = await Bun.udpSocket({
    hostname: to.host.includes(':') ? '::' : '0.0.0.0',
    binaryType: 'uint8array',
    connect: { hostname: to.host, port: to.port },
    socket: { data: (_socket, bytes) => client.handle(bytes), error() {} },
  })
  const client: TurnClient = new TurnClient({ ...login, send: (bytes) => void socket.send(bytes) })
  const { port } = socket.address
  const closed = new Promise<void>(() => {})
  return { client, port, closed, close: () => socket.close(), pause() {}, resume() {} }
}

async function connectStream(to: BoundListener, login: Login): Promise<SocketClient> {
  const closed = Promise.withResolvers<void>()
  const ready = Promise.withResolvers<void>()
  const framer = new StreamFramer({
    maxFrameBytes: 70_000,
    onFrame: (bytes, start, end) => client.handle(bytes.subarray(start, end)),
  })
  const socket = await Bun.connect({
    hostname: to.host,
    port: to.port,
    ...(to.transport === 'tls' ? { tls: { rejectUnauthorized: false } } : {}),
    socket: {
      binaryType: 'uint8array',
      data: (_socket, bytes) => framer.push(bytes),
      close: () => closed.resolve(),
      open: () => (to.transport === 'tcp' ? ready.resolve() : undefined),
      // What is written before the handshake is over is lost.
      handshake: () => ready.resolve(),
      error() {},
    },
  })
  await ready.promise
  const client: TurnClient = new TurnClient({
    ...login,
    isStream: true,
    send: (bytes) => void socket.write(bytes),
  })
  const { localPort: port } = socket
  return {
    client,
    port,
    closed: closed.promise,
    close: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  }
}
