import type { Socket } from 'socket.io'
import { EngineSocket } from './engine-socket.ts'
import { writeMessage } from './message.ts'
import { Said } from './said.ts'

/** Engine.IO's type of a packet that carries one of Socket.IO's, before its text. */
const ENGINE_MESSAGE = '4'

/**
 * Says an event to a client. What was read as text is written as it was, past the layers that
 * would write it anew; the order stays, for a writable WebSocket has nothing waiting.
 */
export function send(socket: Socket, event: string, args: [room: string, what: unknown]): void {
  const [room, what] = args
  if (!(what instanceof Said)) {
    socket.emit(event, room, what)
    return
  }
  const packet = writeMessage(room, what)
  if (packet === undefined) {
    socket.emit(event, room, what.data)
    return
  }
  const { transport, readyState } = socket.conn
  const webSocket: unknown = 'socket' in transport ? transport.socket : undefined
  if (readyState === 'open' && transport.writable && webSocket instanceof EngineSocket) {
    webSocket.write(ENGINE_MESSAGE + packet)
  } else socket.conn.send(packet)
}
