import { DuetError, messageOf } from '@duet/base'
import { formatIp, ipOf, type TransportAddress } from '@duet/stun'
import { isPublicAddress } from '../../../front/local-addresses.ts'
import type { FaultFacts } from '../faults.ts'
import type { IceServerUrl } from '../probe/ice-server-url.ts'
import { openLine } from '../probe/line.ts'
import { TurnConnection, TurnRefusal } from '../probe/turn-connection.ts'
import type { TargetAddress } from '../target.ts'
import { fails, ok, untried, type Check, type Verdict } from '../verdict.ts'
import type { Visit } from '../visit.ts'

const TRANSPORTS = ['udp', 'tcp', 'tls'] as const
type Transport = (typeof TRANSPORTS)[number]

/** Of one server: a name with more of them is tried at the first ones. */
const MAX_ADDRESSES = 8

const NO_WAY = 'this machine has no way to it'

/** STUN, and TURN over each transport with a packet there and back. */
export function relayChecks(visit: Visit): Check[] {
  return [
    { id: 'stun', label: 'STUN', run: () => ofAll(visit, 'stun', 'udp') },
    ...TRANSPORTS.map((transport) => ({
      id: `turn-${transport}`,
      label: `TURN over ${transport.toUpperCase()}`,
      run: () => ofAll(visit, 'turn', transport),
    })),
  ]
}

/** Tries every server of a kind; the first one that fails is told, otherwise all. */
async function ofAll(visit: Visit, kind: 'stun' | 'turn', transport: Transport): Promise<Verdict> {
  const all = await visit.iceServers()
  if (!all) return untried('the server did not say where')
  const isAnyRelay = all.some((each) => each.kind === 'turn')
  if (kind === 'turn' && transport === 'udp' && !isAnyRelay) return fails('no-relay')
  const servers = all.filter((each) => each.kind === kind && each.transport === transport)
  if (servers.length === 0) return untried('the server offers none')
  const verdicts = await Promise.all(servers.map((server) => tryServer(visit, server)))
  const failed = verdicts.find((verdict) => verdict.kind === 'fails')
  const details = verdicts.flatMap((verdict) => (verdict.kind === 'ok' ? [verdict.detail] : []))
  return failed ?? (details.length > 0 ? ok(details.join('; ')) : (verdicts[0] as Verdict))
}

/** At each address of the server that this machine has a way to. */
async function tryServer(visit: Visit, server: IceServerUrl): Promise<Verdict> {
  const addresses = (await visit.resolve(server.host)).slice(0, MAX_ADDRESSES)
  if (addresses.length === 0) return fails('name-unknown', { at: server.host })
  const trials = await Promise.all(
    addresses.map(async (each) => ({
      ...each,
      verdict: await (server.kind === 'stun' ? tryStun : tryRelay)(server, each.address),
    })),
  )
  return judgeAddresses(server, trials)
}

interface Trial extends TargetAddress {
  verdict: Verdict
}

/** What the addresses of one server come to: a family that is closed as a whole is named. */
function judgeAddresses(server: IceServerUrl, trials: readonly Trial[]): Verdict {
  const failed = trials.find(({ verdict }) => verdict.kind === 'fails')
  if (!failed) {
    const details = trials.flatMap(({ verdict }) => (verdict.kind === 'ok' ? [verdict.detail] : []))
    const hasWay = details.length > 0
    return hasWay ? ok(details.join('; ')) : untried(`this machine has no way to ${server.host}`)
  }
  const { family, address, verdict } = failed
  const ofFamily = trials.filter((trial) => trial.family === family)
  const isOtherOpen = trials.some((trial) => trial.family !== family && trial.verdict.kind === 'ok')
  if (!isOtherOpen || !ofFamily.every((trial) => isClosed(trial.verdict))) return verdict
  const what = server.kind === 'stun' ? 'STUN' : `TURN over ${server.transport.toUpperCase()}`
  const facts = { at: server.host, other: address, port: server.port, detail: what }
  return fails(family === 4 ? 'ice-ipv4-closed' : 'ice-ipv6-closed', facts)
}

function isClosed(verdict: Verdict): boolean {
  return verdict.kind === 'fails' && verdict.fault.endsWith('-closed')
}

async function tryStun(server: IceServerUrl, address: string): Promise<Verdict> {
  const facts = { at: placeOf(server, address), port: server.port }
  try {
    const line = await openLine({ ...server, address, name: server.host })
    const connection = new TurnConnection(line)
    try {
      return ok(`seen as ${formatIp(ipOf(await connection.mappedAddress()))}`)
    } finally {
      await connection.close()
    }
  } catch (error) {
    if (hasNoWay(error)) return untried(NO_WAY)
    return fails('stun-closed', facts)
  }
}

/** Two relays on one server, and a packet from the one to the other and back. */
async function tryRelay(server: IceServerUrl, address: string): Promise<Verdict> {
  const at = placeOf(server, address)
  const facts: FaultFacts = { at, port: server.port }
  const connections: TurnConnection[] = []
  const connect = async (): Promise<TurnConnection> => {
    const line = await openLine({ ...server, address, name: server.host })
    const connection = new TurnConnection(line, server.login)
    connections.push(connection)
    return connection
  }
  try {
    const [here, there] = [await connect(), await connect()]
    const [{ relayed: from }, { relayed: to }] = [await here.allocate(), await there.allocate()]
    const other = formatIp(ipOf(from))
    if (isPublicAddress(address) && !isPublicAddress(other)) {
      return fails('turn-private-address', { at: server.host, other })
    }
    await Promise.all([here.permit(to), there.permit(from)])
    const beganAt = performance.now()
    if (!(await passes(here, there, to)) || !(await passes(there, here, from))) {
      return fails('turn-no-packets', facts)
    }
    const ms = Math.round(performance.now() - beganAt)
    return ok(`${at} relays at ${other}, there and back in ${ms} ms`)
  } catch (error) {
    return judgeFailure(error, server.transport, facts)
  } finally {
    await Promise.all(connections.map((connection) => connection.close()))
  }
}

function passes(
  sender: TurnConnection,
  receiver: TurnConnection,
  to: TransportAddress,
): Promise<boolean> {
  const text = crypto.randomUUID()
  return receiver.hears(text, () => sender.sendTo(to, text))
}

function judgeFailure(error: unknown, transport: Transport, facts: FaultFacts): Verdict {
  if (error instanceof TurnRefusal && error.code !== undefined) {
    return fails('turn-refused', { ...facts, code: error.code })
  }
  if (hasNoWay(error)) return untried(NO_WAY)
  const detail = messageOf(error)
  if (error instanceof DuetError && error.code === 'certificate') {
    return fails('turn-certificate', { ...facts, detail })
  }
  return fails(`turn-${transport}-closed`, { ...facts, detail })
}

function hasNoWay(error: unknown): boolean {
  return error instanceof DuetError && error.code === 'no-way'
}

function placeOf({ host, port }: IceServerUrl, address: string): string {
  const place = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  return host === address ? place : `${host} (${place})`
}
