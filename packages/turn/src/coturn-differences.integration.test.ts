import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { addressOf } from '@duet/datagrams'
import { formatAddress, METHOD, type ReceivedMessage } from '@duet/stun'
import { usersAuthenticator } from './authenticator.ts'
import { hasCoturn, startCoturn, type Coturn } from './testing/coturn.ts'
import { PACKET_CORPUS, type PacketCase } from './testing/packet-corpus.ts'
import { NO_LIFETIME } from './testing/forge.ts'
import { connect, type SocketClient } from './testing/sockets.ts'
import { codeOf } from './testing/turn-client.ts'
import { createTurnServer, type BoundListener, type TurnServer } from './turn-server.ts'

/** Where Duet and coturn 4.6.1 answer differently, and why. `null` is no answer. */
const DIFFERENCES: Record<string, { ours: number | null; coturns: number | null; why: string }> = {
  'a method that nobody knows': {
    ours: null,
    coturns: 401,
    why: 'coturn challenges before it looks at the method; RFC 8489 §6.3 has it dropped',
  },
  Connect: {
    ours: null,
    coturns: 401,
    why: 'RFC 6062 is off here, and its methods are not known',
  },
  'Allocate for another realm': {
    ours: 401,
    coturns: 437,
    why: 'coturn takes it for a change of an allocation that is not there',
  },
  'Allocate with MESSAGE-INTEGRITY-SHA256 alone': {
    ours: 0,
    coturns: 401,
    why: 'coturn 4.6.1 verifies MESSAGE-INTEGRITY only',
  },
  'Allocate of TCP over UDP': {
    ours: 442,
    coturns: 400,
    why: 'RFC 6062 is off here, so TCP is a transport like any that is not known',
  },
  'Allocate of protocol 99': {
    ours: 442,
    coturns: 400,
    why: 'RFC 8656 §7.2 step 3 has 442 for a transport that is not supported',
  },
  'Allocate with DONT-FRAGMENT': {
    ours: 420,
    coturns: 0,
    why: 'the bit cannot be set here',
  },
  'Allocate with an unknown token': {
    ours: 508,
    coturns: 404,
    why: 'RFC 8656 §7.2 has 508',
  },
  'Allocate with a long EVEN-PORT': {
    ours: 400,
    coturns: 0,
    why: 'coturn takes a malformed one for none',
  },
  'Allocate of both families twice': {
    ours: 400,
    coturns: 0,
    why: 'RFC 8656 §7.2 step 8 has 400',
  },
  'Allocate of IPv4 in addition': {
    ours: 400,
    coturns: 0,
    why: 'RFC 8656 §7.2 step 8 has 400',
  },
  'Allocate of two families and two ports': {
    ours: 400,
    coturns: 0,
    why: 'RFC 8656 §7.2 step 8 has 400',
  },
  'CreatePermission without an allocation': {
    ours: 437,
    coturns: 400,
    why: 'Refresh gets 437 from both; it says what is wrong',
  },
  'ChannelBind without an allocation': {
    ours: 437,
    coturns: 400,
    why: 'Refresh gets 437 from both; it says what is wrong',
  },
  'CreatePermission for half a peer': {
    ours: 400,
    coturns: 0,
    why: 'coturn reads what is not there',
  },
  'CreatePermission for multicast': {
    ours: 403,
    coturns: 0,
    why: 'coturn denies it with --no-multicast-peers only',
  },
  'ChannelBind of 0x5000': {
    ours: 400,
    coturns: 0,
    why: 'RFC 8656 §12 ends at 0x4FFF, coturn goes on to 0x7FFF as RFC 5766',
  },
  'ChannelBind of 0x7fff': {
    ours: 400,
    coturns: 0,
    why: 'RFC 8656 §12 ends at 0x4FFF, coturn goes on to 0x7FFF as RFC 5766',
  },
  'ChannelBind of two peers': {
    ours: 400,
    coturns: 0,
    why: 'coturn takes the last one',
  },
}

const REALM = 'duet'
const USERS = new Map([
  ['ann', 'secret'],
  ['bob', 'other'],
])
/** What is answered at all is mostly answered before so many others that are asked afterwards. */
const FENCES = 3

const title = hasCoturn
  ? "the same packets to this server and to Debian's coturn"
  : 'the same packets to coturn: skipped, turnserver not found (Debian: coturn)'

describe.skipIf(!hasCoturn)(title, () => {
  let server: TurnServer
  let coturn: Coturn

  beforeAll(async () => {
    const denied = ['10.0.0.0-10.255.255.255']
    coturn = await startCoturn({ users: USERS, realm: REALM, denied })
    server = await createTurnServer({
      udp: [{ host: '127.0.0.1', port: 0 }],
      relay: { addresses: [{ bind: '127.0.0.1' }] },
      peers: { allow: ['127.0.0.0/8'] },
      realm: REALM,
      authenticate: usersAuthenticator(USERS),
      limits: 'off',
    })
  }, 30_000)

  afterAll(async () => {
    await server.close()
    await coturn.close()
  })

  test.each(PACKET_CORPUS)('$name', async (each) => {
    const known = DIFFERENCES[each.name]
    const ours = await answerOf(each, server.listeners[0] as BoundListener)
    if (known) expect(ours).toBe(known.ours)
    const expected = known ? known.coturns : ours
    const { port } = coturn
    const to = { transport: 'udp', host: '127.0.0.1', port } as const
    expect(await answerOf(each, to, expected !== null)).toBe(expected)
  })

  // RFC 8656 §11.5 is newer than most of coturn.
  test('of ICMP errors ours tells, coturn does not', async () => {
    const echo = await Bun.udpSocket({
      hostname: '127.0.0.1',
      socket: { data: (self, bytes, port, from) => void self.send(bytes, port, from), error() {} },
    })
    const gone = await Bun.udpSocket({ hostname: '127.0.0.1' })
    const [there, nobody] = [echo, gone].map(({ port }) => addressOf(`127.0.0.1:${port}`))
    gone.close()
    if (there === undefined || nobody === undefined) throw new Error('there are no peers')
    const told = async (port: number): Promise<string[]> => {
      const { client, close } = await connect({ transport: 'udp', host: '127.0.0.1', port })
      await client.allocate()
      await client.permit(there)
      client.sendIndication(nobody, 'is anybody there?')
      client.sendIndication(there, 'and here?')
      await client.until(() => client.data.length === 1)
      await leave({ client, close } as SocketClient)
      return client.icmpErrors
    }
    const [listener] = server.listeners
    expect(await told(listener?.port ?? 0)).toEqual([`${formatAddress(nobody)}: 3/3 0`])
    expect(await told(coturn.port)).toEqual([])
    echo.close()
  })

  test('every difference is one of a packet that is sent', () => {
    const names = new Set(PACKET_CORPUS.map(({ name }) => name))
    expect(Object.keys(DIFFERENCES).filter((name) => !names.has(name))).toEqual([])
  })
})

/**
 * The error code that a server answers with, 0 for success, null when there is no answer. It is waited
 * for if there must be one: coturn looks up passwords in a thread, while others are served.
 */
async function answerOf(
  each: PacketCase,
  to: BoundListener,
  isExpected = false,
): Promise<number | null> {
  const socket = each.before === 'allocated' ? await allocate(to) : await connectAnew(to)
  const { client } = socket
  if (each.before === 'greeted') await client.greet()
  for (const packet of each.prepare?.(client) ?? []) await client.exchange(packet)
  client.messages.length = 0
  const packet = each.packet(client)
  client.sendRaw(packet)
  const id = packet.subarray(8, 20).toHex()
  const answer = (): ReceivedMessage | undefined =>
    client.messages.find(({ transactionId }) => transactionId.toHex() === id)
  if (isExpected) await client.until(() => answer() !== undefined)
  for (let fence = 0; fence < FENCES && !answer(); fence += 1) {
    await leave(await allocate(to))
    await client.request(METHOD.binding, [], { isAnonymous: true })
  }
  const answered = answer()
  await leave(socket)
  return answered ? codeOf(answered) : null
}

/** A client with an allocation. */
async function allocate(to: BoundListener): Promise<SocketClient> {
  const socket = await connectAnew(to)
  await socket.client.allocate()
  return socket
}

const usedPorts = new Set<number>()

/** From a port that none came from before: coturn ends what was on it somewhat later than it says so. */
async function connectAnew(to: BoundListener): Promise<SocketClient> {
  const others: SocketClient[] = []
  for (;;) {
    const socket = await connect(to)
    if (!usedPorts.has(socket.port)) {
      usedPorts.add(socket.port)
      for (const { close } of others) close()
      return socket
    }
    others.push(socket)
  }
}

/** Ends what a client has. */
async function leave({ client, close }: SocketClient): Promise<void> {
  Object.assign(client, { username: 'ann', password: 'secret' })
  await client.greet()
  await client.refresh(NO_LIFETIME)
  close()
}
