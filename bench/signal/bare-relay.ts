// The floor: what the runtime alone costs when it hands texts on that nobody looks into.
import type { ServerWebSocket } from 'bun'

interface Member {
  peer: ServerWebSocket<Member> | undefined
}

/** Whoever subscribes first waits here for the second one. */
const waiting = new Map<string, ServerWebSocket<Member>>()

const LONGEST_CALL = 200

const server = Bun.serve<Member>({
  hostname: '127.0.0.1',
  port: 0,
  fetch: (request, self) =>
    self.upgrade(request, { data: { peer: undefined } })
      ? undefined
      : new Response('This is a WebSocket', { status: 426 }),
  websocket: {
    perMessageDeflate: false,
    message(socket, text) {
      if (text.length < LONGEST_CALL && String(text).includes('"subscribe"')) {
        const first = waiting.get(String(text))
        if (!first) return void waiting.set(String(text), socket)
        waiting.delete(String(text))
        first.data.peer = socket
        socket.data.peer = first
      } else socket.data.peer?.send(text)
    },
  },
})

process.stdout.write(`listening on http://127.0.0.1:${server.port}\n`)
