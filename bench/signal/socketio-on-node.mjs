// What is compared with: rooms on Socket.IO as such servers are written, run by Node.
import { createServer } from 'node:http'
import { Server } from 'socket.io'

const http = createServer()
const io = new Server(http)

io.on('connection', (socket) => {
  socket.on('join', (room) => {
    void socket.join(room)
    socket.emit('joined', room, socket.id)
    socket.to(room).emit('otherjoin', room, socket.id)
  })
  socket.on('message', (room, data) => {
    socket.to(room).emit('message', room, data)
  })
})

http.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${http.address().port}\n`)
})
