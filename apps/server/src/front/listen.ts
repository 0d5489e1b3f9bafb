import { messageOf } from '@duet/base'
import type { Server, WebSocketHandler } from 'bun'
import { StartError } from '../start-error.ts'
import type { Connection } from './connection.ts'
import { tlsByName } from './tls-by-name.ts'

export interface ListenOptions {
  /** Empty: every address of the machine. */
  hosts: readonly string[]
  /** 0 takes any free port. */
  httpPorts: readonly number[]
  httpsPorts: readonly number[]
  /** At least one for HTTPS ports; the first is for everybody who asks for no other's name. */
  tls: readonly Tls[]
  /** Ports for HTTP that are done without where they can't be opened. */
  extraPorts?: readonly ExtraPort[]
}

/** A port that some clients expect beside the web ports. */
export interface ExtraPort {
  /** Tells its listener from others. */
  name: string
  /** 0 takes any free port. */
  port: number
  /** The option that it comes from: `--srs-port`. */
  flag: string
}

/** A certificate with its chain, and its key, both PEM. */
export interface Tls {
  cert: string
  key: string
  /** Names that it is chosen by; `*.` stands for one label. */
  names?: readonly string[]
}

/** One open port. */
export interface Listener {
  scheme: 'http' | 'https'
  /** Undefined: every address of the machine. */
  host: string | undefined
  /** As really bound. */
  port: number
  /** Of an extra port. */
  name?: string
}

/** What all ports share. */
export interface Handlers {
  /** Undefined: the connection has become a WebSocket. */
  fetch(
    request: Request,
    server: Server<Connection>,
    listener: Listener,
  ): Response | undefined | Promise<Response | undefined>
  error(error: Error): Response
  websocket: WebSocketHandler<Connection>
  /** Bytes. */
  maxRequestBodySize: number
}

/** All open ports, as one. */
export interface Ports {
  readonly listeners: readonly Listener[]
  /** Why extra ports are not open, one sentence each. */
  readonly warnings: readonly string[]
  /** New HTTPS connections get these certificates; those that are open stay. Throws a StartError. */
  setTls(tls: readonly Tls[]): void
  /** Takes no new connections; open ones go on. */
  stopAccepting(): void
  /** Cuts what is still open. */
  close(): Promise<void>
}

/** Opens every port on every host, all with the same handlers. Throws a StartError. */
export function listen(options: ListenOptions, handlers: Handlers): Ports {
  const { hosts, httpPorts, httpsPorts, tls } = options
  const onHosts = <Port>(wanted: readonly Port[]) =>
    wanted.flatMap((one) =>
      (hosts.length > 0 ? hosts : [undefined]).map((host) => ({ ...one, host })),
    )
  const wanted = onHosts([
    ...httpPorts.map((port) => ({ scheme: 'http', port }) as const),
    ...httpsPorts.map((port) => ({ scheme: 'https', port }) as const),
  ])
  const isOpened = (port: number): boolean => port !== 0 && httpPorts.includes(port)
  const extra = onHosts((options.extraPorts ?? []).filter(({ port }) => !isOpened(port)))

  const ports: { listener: Listener; server: Server<Connection> }[] = []
  /** No longer accepting, with connections that go on. */
  const retired: Server<Connection>[] = []
  const closeAll = async (): Promise<void> => {
    const servers = [...retired, ...ports.map(({ server }) => server)]
    await Promise.all(servers.map((server) => server.stop(true)))
  }
  const add = (one: Listener, flag?: string): void => {
    ports.push(open(one, { handlers, tls, flag }))
  }
  const warnings: string[] = []
  try {
    for (const one of wanted) add(one)
  } catch (error) {
    void closeAll()
    throw error
  }
  for (const { flag, ...one } of extra) {
    try {
      add({ scheme: 'http', ...one }, flag)
    } catch (error) {
      warnings.push(messageOf(error))
    }
  }

  return {
    listeners: ports.map(({ listener }) => listener),
    warnings,
    setTls(changed) {
      for (const port of ports.filter(({ listener }) => listener.scheme === 'https')) {
        void port.server.stop()
        retired.push(port.server)
        port.server = open(port.listener, { handlers, tls: changed }).server
      }
    },
    stopAccepting() {
      for (const { server } of ports) void server.stop()
    },
    close: closeAll,
  }
}

/** `flag`: what the port came from, where it is not named after its scheme. */
function open(
  wanted: Listener,
  { handlers, tls, flag }: { handlers: Handlers; tls: readonly Tls[]; flag?: string | undefined },
): { listener: Listener; server: Server<Connection> } {
  const { scheme, host } = wanted
  const listener = { ...wanted }
  try {
    const server = Bun.serve<Connection>({
      ...handlers,
      fetch: (request, own) => handlers.fetch(request, own, listener),
      development: false,
      // Outside development Bun would share a port with another process.
      reusePort: false,
      port: wanted.port,
      ...(host === undefined ? {} : { hostname: host }),
      ...(scheme === 'https' ? { tls: tlsByName(tls) } : {}),
    })
    listener.port = server.port ?? wanted.port
    return { listener, server }
  } catch (error) {
    throw new StartError('port-not-usable', sentence(wanted, flag ?? `--${scheme}`, error), {
      cause: error,
    })
  }
}

function sentence({ host, port }: Listener, flag: string, error: unknown): string {
  const place = host === undefined ? `Port ${port}` : `Port ${port} of ${host}`
  switch ((error as { code?: string }).code) {
    case 'EADDRINUSE':
      return `${place} is already in use: stop what uses it, or choose another one with ${flag}.`
    case 'EACCES':
      return `${place} needs more rights than this user has: choose one above 1023 with ${flag}.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine: choose another one with --host.`
    default:
      return `${place} can't be opened (${messageOf(error)}): choose another one with ${flag}.`
  }
}
