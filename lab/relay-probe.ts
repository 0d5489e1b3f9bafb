/**
 * A program for public hosts: `bun relay-probe.ts <own address> <server>` allocates as `ann` with
 * `secret`, has a peer send to the relayed address, and prints a `RelayFindings` as JSON.
 */
import { bunDatagrams, destinationOf } from '@duet/datagrams'
import { formatIp, ipOf, joinAddress, parseIp, type IpAddress } from '@duet/stun'
import { TurnClient } from '@duet/turn'

export interface RelayFindings {
  /** The IP address of the relay, as it says. */
  relayed: string
  /** Whether a packet that a peer sent there came to the client. */
  isHeard: boolean
}

/** Some of the packets are sent before the permission stands. */
const ATTEMPTS = 8
const ATTEMPT_MS = 150

const [own = '', server = ''] = process.argv.slice(2)
const ip = addressIn(own)
const at = destinationOf(joinAddress(addressIn(server), 3478))
const client: TurnClient = new TurnClient({ send: (bytes) => void socket.send(bytes, at) })
const socket = await bunDatagrams.bind({ ip, port: 0, onDatagram: (bytes) => client.handle(bytes) })
const peer = await bunDatagrams.bind({ ip, port: 0, onDatagram: () => {} })
const relayed = await client.allocate()
await client.permit(peer.local)
for (let attempt = 0; attempt < ATTEMPTS && client.data.length === 0; attempt += 1) {
  peer.send(new TextEncoder().encode('hello'), destinationOf(relayed))
  await Bun.sleep(ATTEMPT_MS)
}
const findings: RelayFindings = {
  relayed: formatIp(ipOf(relayed)),
  isHeard: client.data.length > 0,
}
process.stdout.write(`${JSON.stringify(findings)}\n`)
process.exit(0)

function addressIn(text: string): IpAddress {
  const found = parseIp(text)
  if (found === undefined) throw new TypeError(`"${text}" is not an IP address`)
  return found
}
