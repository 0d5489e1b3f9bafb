import { bunDatagrams, destinationOf, type Destination } from '@duet/datagrams'
import { createSrtpTransform, type SrtpTransform } from '@duet/media'
import { parseIp, portOf, type TransportAddress } from '@duet/stun'
import { BARE_KEYS } from './bare-keys.ts'

/** Receives, decrypts, encrypts and sends back, and does nothing else. */
const [host = '127.0.0.1'] = process.argv.slice(2)
const ip = parseIp(host)
if (ip === undefined) throw new TypeError(`"${host}" is not an IP address`)

interface Client {
  destination: Destination
  transform: SrtpTransform
}

const buffer = new Uint8Array(2048)
const clients = new Map<TransportAddress, Client>()
const port = await bunDatagrams.bind({
  ip,
  port: 0,
  onDatagram(payload, from) {
    const { destination, transform } = clients.get(from) ?? meet(from)
    buffer.set(payload)
    const length = transform.protectRtp(buffer, transform.unprotectRtp(buffer, payload.length))
    port.send(buffer.subarray(0, length), destination)
  },
})

function meet(from: TransportAddress): Client {
  const transform = createSrtpTransform(BARE_KEYS.server)
  const client = { destination: destinationOf(from), transform }
  clients.set(from, client)
  return client
}

process.on('disconnect', () => process.exit())
process.send?.(portOf(port.local))
