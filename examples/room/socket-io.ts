import type { Socket } from 'socket.io-client'
import { socketIo } from '../page/socket-io.ts'

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
 * A new connection to the page's own origin. It connects once: only a person asks for a lost seat
 * again. Rejects when the server hands out no client.
 */
export async function openSocket(): Promise<RoomSocket> {
  const client = await socketIo()
  return client({ forceNew: true, reconnection: false })
}
