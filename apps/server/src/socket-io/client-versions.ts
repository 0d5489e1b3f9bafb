import { io as version4 } from 'socket.io-client'
import version2 from 'socket.io-client-2'
import version20 from 'socket.io-client-2.0'
import { io as version3 } from 'socket.io-client-3'
import { until } from '../testing/until.ts'

/** What all versions of the client have in common. */
export interface ClientSocket {
  readonly id?: string
  readonly connected: boolean
  readonly io: {
    readonly engine: { readonly transport: { readonly name: string }; close(): void }
  }
  on(event: string, listener: (...args: unknown[]) => void): unknown
  emit(event: string, ...args: unknown[]): unknown
  connect(): unknown
  close(): unknown
}

type Connect = (origin: string, options: object) => ClientSocket

/** One version of the client, in one of the ways in which it connects. */
export interface ClientKind {
  version: string
  transport: string
  /** Further options of the client. */
  more?: object
}

const VERSIONS: ReadonlyMap<string, Connect> = new Map(
  Object.entries({ '2.0.3': version20, '2.5': version2, '3.1': version3, '4': version4 }).map(
    ([name, connect]) => [name, connect as Connect],
  ),
)

const TRANSPORTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['polling', ['polling']],
  ['websocket', ['websocket']],
  ['upgrade', ['polling', 'websocket']],
])

/** Every version that is claimed to work, in every way. */
export const CLIENT_KINDS: readonly ClientKind[] = [...VERSIONS.keys()].flatMap((version) =>
  [...TRANSPORTS.keys()].map((transport) => ({ version, transport })),
)

/** A client of this kind, on its way to an address, which names a namespace by its path. */
export function connectClient(url: string, { version, transport, more }: ClientKind): ClientSocket {
  const options = { transports: TRANSPORTS.get(transport), forceNew: true, ...more }
  const socket = VERSIONS.get(version)?.(url, options)
  if (!socket) throw new Error(`no version ${version}`)
  return socket
}

/** Resolves when it has a Socket.IO socket, over the transport that it came for. */
export function connected(socket: ClientSocket, { transport }: ClientKind): Promise<void> {
  const isThere = transport === 'polling' ? 'polling' : 'websocket'
  return until(() => socket.connected && socket.io.engine.transport.name === isThere)
}
