import type { Clock, Logger } from '@duet/base'
import type { Hub } from '../../hub/hub.ts'
import { OPEN_ACCESS, type RoomAccess } from '../../rooms/access.ts'
import type { SocketIoDialect } from '../../socket-io/dialect.ts'
import { Said } from '../../socket-io/said.ts'
import { DIALECT_LIMITS, type DialectLimits } from '../dialect-limits.ts'
import { Client } from './client.ts'

export interface RoomDialectOptions {
  hub: Hub
  /** Who may enter which room; everybody every one, when it is left out. */
  access?: RoomAccess
  clock: Clock
  logger: Logger
  limits?: DialectLimits
}

/** Named rooms for two over Socket.IO, as docs/dialects/room.md specifies it. */
export function createRoomDialect(options: RoomDialectOptions): SocketIoDialect {
  const { hub, access = OPEN_ACCESS, clock, logger, limits = DIALECT_LIMITS } = options
  return {
    namespaces: ['/'],
    relayed: ['message'],
    welcome(socket) {
      const client = new Client({
        id: socket.id,
        ip: socket.context.address,
        hub,
        access,
        clock,
        limits,
        logger: logger.with({ socket: socket.id }),
        send(event, room, what) {
          if (what instanceof Said) socket.relay({ event, text: room, said: what })
          else socket.emit(event, room, what)
        },
      })
      socket.on('join', (room) => client.handleJoin(room))
      socket.on('message', (room, data) => client.handleMessage(room, data))
      socket.on('leave', (room) => client.handleLeave(room))
      return client
    },
  }
}
