import type { io, Socket } from 'socket.io-client'

/** An offer or an answer. */
export interface RoomSignal {
  type: 'offer' | 'answer'
  sdp: string
}

/** What two pages tell each other: signals, or a line of text. */
export type RoomData =
  | string
  | RoomSignal
  | { type: 'candidate'; label: number | null; id: string | null; candidate: string }

type Said = (room: string, socketId: string) => void

interface ServerEvents {
  joined: Said
  otherjoin: Said
  bye: Said
  full: Said
  leaved: Said
  message: (room: string, data: RoomData | null) => void
}

interface ClientEvents {
  join: (room: string) => void
  leave: (room: string) => void
  message: (room: string, data: RoomData) => void
}

export type RoomSocket = Socket<ServerEvents, ClientEvents>

/**
 * A new connection to the page's own origin, with the client that the server hands out at
 * `/socket.io/socket.io.js`; `undefined` when it hands out none. It connects once: only a person
 * asks for a lost seat again.
 */
export function openSocket(): RoomSocket | undefined {
  const client = (globalThis as { io?: typeof io }).io
  return client?.({ forceNew: true, reconnection: false })
}
