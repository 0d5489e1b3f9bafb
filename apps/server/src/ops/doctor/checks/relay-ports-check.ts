import { randomBytes } from 'node:crypto'
import { formatAddress, formatIp, ipOf, portOf, type TransportAddress } from '@duet/stun'
import { isPublicAddress } from '../../../front/local-addresses.ts'
import type { IceServerUrl } from '../probe/ice-server-url.ts'
import { openLine } from '../probe/line.ts'
import { PlainSocket } from '../probe/plain-socket.ts'
import { DoctorSession } from '../probe/session.ts'
import { TurnConnection, TurnRefusal } from '../probe/turn-connection.ts'
import { fails, ok, untried, type Check, type Verdict } from '../verdict.ts'
import type { Visit } from '../visit.ts'

/**
 * Whether packets of somebody without a relay arrive at a relayed address, as in a call of which
 * one side is relayed: this is what relay ports in the firewall are for.
 */
export function relayPortsCheck(visit: Visit): Check {
  return { id: 'relay-ports', label: 'Relayed addresses', run: () => checkRelayPorts(visit) }
}

async function checkRelayPorts(visit: Visit): Promise<Verdict> {
  const server = (await visit.iceServers())?.find(({ kind }) => kind === 'turn')
  if (!server) return untried('there is no relay')
  // Its packets are over IPv4, as those of relays are unless somebody asks for more.
  const address = (await visit.resolve(server.host)).find(({ family }) => family === 4)?.address
  if (address === undefined) return untried('the relay has no IPv4 address')
  const socket = await PlainSocket.open(4)
  try {
    const stun = (await visit.iceServers())?.find(({ kind }) => kind === 'stun')
    const mapped = stun && (await socket.mappedAddress(address, stun.port))
    if (!mapped) return untried('STUN does not say under which address this machine is seen')
    return await tryCall(visit, { server, address, socket, mapped })
  } finally {
    socket.close()
  }
}

interface Trying {
  server: IceServerUrl
  address: string
  socket: PlainSocket
  mapped: TransportAddress
}

async function tryCall(
  visit: Visit,
  { server, address, socket, mapped }: Trying,
): Promise<Verdict> {
  const peer = await meet(visit, mapped)
  let connection: TurnConnection | undefined
  try {
    const line = await openLine({ ...server, address, name: server.host })
    connection = new TurnConnection(line, server.login)
    const relay = connection
    const { relayed } = await relay.allocate()
    if (isPublicAddress(address) && !isPublicAddress(formatIp(ipOf(relayed)))) {
      return untried('nobody outside reaches the address that the relay gives out')
    }
    await relay.permit(mapped)
    const text = crypto.randomUUID()
    if (await relay.hears(text, () => socket.send(relayed, text))) {
      return ok(`packets arrive at ${formatAddress(relayed)}`)
    }
    return fails('relay-ports-closed', { at: formatAddress(relayed) })
  } catch (error) {
    if (!(error instanceof TurnRefusal)) return untried('the relay can’t be reached')
    if (error.code !== 403) return untried('the relay gives nothing')
    return untried(`the relay does not serve ${formatIp(ipOf(mapped))}: try it from elsewhere`)
  } finally {
    await connection?.close()
    peer?.close()
  }
}

/**
 * Has two sessions meet in a room, the second of which says where it is: relays are given for calls,
 * and reach whom the call is with. Undefined where nobody may open a room.
 */
async function meet(visit: Visit, mapped: TransportAddress): Promise<DoctorSession | undefined> {
  const trial = await visit.session()
  const other = await DoctorSession.open(visit.target)
  if (trial.outcome !== 'ok' || other.outcome !== 'ok') return undefined
  const room = `doctor-${randomBytes(12).toString('hex')}`
  for (const session of [trial.session, other.session]) {
    const joined = session.wait(({ type }) => type === 'joined' || type === 'error')
    session.request({ type: 'join', room, tag: randomBytes(8).toString('hex') })
    if ((await joined)?.['type'] !== 'joined') {
      other.session.close()
      return undefined
    }
  }
  const heard = trial.session.wait(({ type }) => type === 'candidate')
  const [ip, port] = [formatIp(ipOf(mapped)), portOf(mapped)]
  const candidate = `candidate:1 1 udp 1694498815 ${ip} ${port} typ srflx raddr 0.0.0.0 rport 0`
  other.session.request({ type: 'candidate', candidate: { candidate, sdpMid: '0' } })
  await heard
  return other.session
}
