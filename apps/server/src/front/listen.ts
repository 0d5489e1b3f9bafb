import { messageOf, type Clock } from '@duet/base'
import type { Server, WebSocketHandler } from 'bun'
import { StartError } from '../start-error.ts'
import type { Connection } from './connection.ts'
import type { Guests } from './guests.ts'
import { HttpsPort } from './https-port.ts'
import { serve } from './serve.ts'

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
  /** Who shares HTTPS ports with browsers, and which. */
  guests?: { ports: readonly number[]; guests: Guests } | undefined
  isTrustedProxy: (address: string) => boolean
  clock: Clock
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

/** How a request came in. */
export interface Entrance {
  listener: Listener
  /** The IP address of who connected. */
  peer: string
}

/** What all ports share. */
export interface Handlers {
  /** Undefined: the connection has become a WebSocket. */
  fetch(
    request: Request,
    server: Server<Connection>,
    entrance: Entrance,
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
  /**
   * From now on HTTPS ports answer TLS-ALPN-01 with these (RFC 8737), by the name that they are for.
   * Throws a StartError.
   */
  setAnswers(certificates: ReadonlyMap<string, Tls>): void
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

  const ports: OpenPort[] = []
  const secure: { port: HttpsPort; listener: Listener }[] = []
  const closeAll = async (): Promise<void> => {
    await Promise.all(ports.map((port) => port.close()))
  }
  const add = (one: Listener, flag = `--${one.scheme}`): void => {
    const listener = { ...one }
    ports.push(usable(listener, flag, () => open(listener)))
  }
  const open = (listener: Listener): OpenPort => {
    if (listener.scheme === 'http') return openHttp(listener, handlers)
    const { isTrustedProxy, clock } = options
    const guests = options.guests?.ports.includes(listener.port) ? options.guests.guests : undefined
    const port = new HttpsPort({ listener, handlers, tls, guests, isTrustedProxy, clock })
    secure.push({ port, listener })
    return { listener, stop: () => port.stop(), close: () => port.close() }
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

  const changeSecure = (change: (port: HttpsPort) => void): void => {
    for (const { port, listener } of secure) usable(listener, '--https', () => change(port))
  }

  return {
    listeners: ports.map(({ listener }) => listener),
    warnings,
    setTls: (changed) => changeSecure((port) => port.setTls(changed)),
    setAnswers: (certificates) => changeSecure((port) => port.setAnswers(certificates)),
    stopAccepting() {
      for (const port of ports) port.stop()
    },
    close: closeAll,
  }
}

/** A port, whatever it speaks. */
interface OpenPort {
  listener: Listener
  /** Takes no new connections; open ones go on. */
  stop(): void
  /** Cuts what is still open. */
  close(): Promise<void>
}

function openHttp(listener: Listener, handlers: Handlers): OpenPort {
  const { host, port } = listener
  const server = serve({ listener, handlers, host, port })
  listener.port = server.port ?? port
  return {
    listener,
    stop: () => void server.stop(),
    close: () => server.stop(true),
  }
}

/** What goes wrong with a port becomes a sentence; `flag`: what the port came from. */
function usable<Result>(listener: Listener, flag: string, open: () => Result): Result {
  try {
    return open()
  } catch (error) {
    throw new StartError('port-not-usable', sentence(listener, flag, error), { cause: error })
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
