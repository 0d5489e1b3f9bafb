import { messageOf } from '@duet/base'
import type { Server, WebSocketHandler } from 'bun'
import { StartError } from '../start-error.ts'
import type { Connection } from './connection.ts'

export interface ListenOptions {
  /** Empty: every address of the machine. */
  hosts: readonly string[]
  /** 0 takes any free port. */
  httpPorts: readonly number[]
  httpsPorts: readonly number[]
  /** Required for HTTPS ports. */
  tls: Tls | undefined
}

/** A certificate with its chain, and its key, both PEM. */
export interface Tls {
  cert: string
  key: string
}

/** One open port. */
export interface Listener {
  scheme: 'http' | 'https'
  /** Undefined: every address of the machine. */
  host: string | undefined
  /** As really bound. */
  port: number
}

/** What all ports share. */
export interface Handlers {
  /** Undefined: the connection has become a WebSocket. */
  fetch(
    request: Request,
    server: Server<Connection>,
  ): Response | undefined | Promise<Response | undefined>
  error(error: Error): Response
  websocket: WebSocketHandler<Connection>
  /** Bytes. */
  maxRequestBodySize: number
}

/** All open ports, as one. */
export interface Ports {
  readonly listeners: readonly Listener[]
  /** New HTTPS connections get this certificate; those that are open stay. Throws a StartError. */
  setTls(tls: Tls): void
  /** Takes no new connections; open ones go on. */
  stopAccepting(): void
  /** Cuts what is still open. */
  close(): Promise<void>
}

/** Opens every port on every host, all with the same handlers. Throws a StartError. */
export function listen(options: ListenOptions, handlers: Handlers): Ports {
  const { hosts, httpPorts, httpsPorts, tls } = options
  const wanted = [
    ...httpPorts.map((port) => ({ scheme: 'http', port }) as const),
    ...httpsPorts.map((port) => ({ scheme: 'https', port }) as const),
  ].flatMap((one) => (hosts.length > 0 ? hosts : [undefined]).map((host) => ({ ...one, host })))

  const ports: { listener: Listener; server: Server<Connection> }[] = []
  /** No longer accepting, with connections that go on. */
  const retired: Server<Connection>[] = []
  const closeAll = async (): Promise<void> => {
    const servers = [...retired, ...ports.map(({ server }) => server)]
    await Promise.all(servers.map((server) => server.stop(true)))
  }
  try {
    for (const one of wanted) {
      const server = open(one, handlers, tls)
      ports.push({ server, listener: { ...one, port: server.port ?? one.port } })
    }
  } catch (error) {
    void closeAll()
    throw error
  }

  return {
    listeners: ports.map(({ listener }) => listener),
    setTls(changed) {
      for (const port of ports.filter(({ listener }) => listener.scheme === 'https')) {
        void port.server.stop()
        retired.push(port.server)
        port.server = open(port.listener, handlers, changed)
      }
    },
    stopAccepting() {
      for (const { server } of ports) void server.stop()
    },
    close: closeAll,
  }
}

function open(
  { scheme, host, port }: Listener,
  handlers: Handlers,
  tls: Tls | undefined,
): Server<Connection> {
  try {
    return Bun.serve<Connection>({
      ...handlers,
      development: false,
      // Outside development Bun would share a port with another process.
      reusePort: false,
      port,
      ...(host === undefined ? {} : { hostname: host }),
      ...(scheme === 'https' && tls ? { tls: { cert: tls.cert, key: tls.key } } : {}),
    })
  } catch (error) {
    throw new StartError('port-not-usable', sentence({ scheme, host, port }, error), {
      cause: error,
    })
  }
}

function sentence({ scheme, host, port }: Listener, error: unknown): string {
  const place = host === undefined ? `Port ${port}` : `Port ${port} of ${host}`
  switch ((error as { code?: string }).code) {
    case 'EADDRINUSE':
      return `${place} is already in use: stop what uses it, or choose another one with --${scheme}.`
    case 'EACCES':
      return `${place} needs more rights than this user has: choose one above 1023 with --${scheme}.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine: choose another one with --host.`
    default:
      return `${place} can't be opened (${messageOf(error)}): choose another one with --${scheme}.`
  }
}
