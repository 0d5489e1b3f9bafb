import type { Socket } from 'engine.io'

/** What a packet takes besides its data. */
const PACKET_BYTES = 100

interface Packet {
  data?: string | Uint8Array
}

/** Cuts a client off that polls too rarely for what is said to it. */
export function boundWaitingPackets(connection: Socket, maxBytes: number): void {
  let waiting = 0
  const add = ({ data }: Packet): void => {
    waiting += PACKET_BYTES + (data?.length ?? 0)
    if (waiting > maxBytes) connection.close(true)
  }
  const clear = (): void => {
    waiting = 0
  }
  connection.on('packetCreate', add)
  connection.on('flush', clear)
  connection.once('upgrade', () => {
    // From here on the WebSocket counts.
    connection.off('packetCreate', add)
    connection.off('flush', clear)
  })
}
