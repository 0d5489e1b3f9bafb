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
  /** PEM; required for HTTPS ports. */
  tls: { cert: string; key: string } | undefined
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

/** Opens every port on every host, all with the same handlers. Throws a StartError. */
export function listen(
  { hosts, httpPorts, httpsPorts, tls }: ListenOptions,
  handlers: Handlers,
): { listeners: Listener[]; servers: Server<Connection>[] } {
  const listeners: Listener[] = []
  const servers: Server<Connection>[] = []
  const wanted = [
    ...httpPorts.map((port) => ({ scheme: 'http', port }) as const),
    ...httpsPorts.map((port) => ({ scheme: 'https', port }) as const),
  ]
  try {
    for (const { scheme, port } of wanted) {
      for (const host of hosts.length > 0 ? hosts : [undefined]) {
        const server = open({ scheme, host, port }, handlers, tls)
        servers.push(server)
        listeners.push({ scheme, host, port: server.port ?? port })
      }
    }
  } catch (error) {
    for (const server of servers) void server.stop(true)
    throw error
  }
  return { listeners, servers }
}

function open(
  { scheme, host, port }: Listener,
  handlers: Handlers,
  tls: ListenOptions['tls'],
): Server<Connection> {
  try {
    return Bun.serve<Connection>({
      ...handlers,
      development: false,
      // Outside development Bun would share a port with another process.
      reusePort: false,
      port,
      ...(host === undefined ? {} : { hostname: host }),
      ...(scheme === 'https' && tls ? { tls } : {}),
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
