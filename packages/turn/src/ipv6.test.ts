import { afterEach, describe, expect, test } from 'bun:test'
import { networkInterfaces } from 'node:os'
import { addressOf } from '@duet/datagrams'
import {
  ATTRIBUTE,
  attributesOf,
  decodeXorAddress,
  encodeFamily,
  familyOf,
  formatAddress,
  ipOf,
  METHOD,
} from '@duet/stun'
import { usersAuthenticator } from './authenticator.ts'
import { connect } from './testing/sockets.ts'
import { codeOf, UDP_TRANSPORT } from './testing/turn-client.ts'
import { createTurnServer, type BoundListener } from './turn-server.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === '::1'),
)
const title = hasIpv6 ? 'IPv6 on real sockets' : 'IPv6 on real sockets: skipped, there is no ::1'
const opened: { close: () => void }[] = []

afterEach(() => {
  for (const each of opened.splice(0)) each.close()
})

async function startEcho(host: string): Promise<ReturnType<typeof addressOf>> {
  const socket = await Bun.udpSocket({
    hostname: host,
    socket: {
      data(self, bytes, port, from) {
        self.send(bytes, port, from)
      },
      error() {},
    },
  })
  opened.push(socket)
  return addressOf(`[${host}]:${socket.port}`)
}

describe.skipIf(!hasIpv6)(title, () => {
  const createServer = async () => {
    const server = await createTurnServer({
      udp: [{ host: '::1', port: 0 }],
      tcp: [{ host: '::1', port: 0 }],
      relay: { addresses: [{ bind: '127.0.0.1' }, { bind: '::1' }] },
      peers: { allow: ['127.0.0.0/8', '::1/128'] },
      authenticate: usersAuthenticator(new Map([['ann', 'secret']])),
    })
    opened.push(server)
    return server
  }

  test.each([0, 1])('TU47 TU70 both families in one allocation, listener %i', async (index) => {
    const server = await createServer()
    const { client, port, close } = await connect(server.listeners[index] as BoundListener)
    opened.push({ close })
    await client.greet()
    const also = { type: ATTRIBUTE.additionalAddressFamily, value: encodeFamily(6) }
    const answer = await client.request(METHOD.allocate, [UDP_TRANSPORT, also])
    const [relayed] = [ATTRIBUTE.xorRelayedAddress, ATTRIBUTE.xorMappedAddress].map((type) =>
      attributesOf(answer, type).map((value) => decodeXorAddress(value, answer.transactionId)),
    )
    expect(relayed?.map((each) => each && familyOf(ipOf(each)))).toEqual([4, 6])
    const [mapped] = attributesOf(answer, ATTRIBUTE.xorMappedAddress)
    const own = mapped && decodeXorAddress(mapped, answer.transactionId)
    expect(own && formatAddress(own)).toBe(`[::1]:${port}`)
    const peers = [await startEcho('127.0.0.1'), await startEcho('::1')]
    expect(codeOf(await client.permit(...peers))).toBe(0)
    for (const peer of peers) client.sendIndication(peer, 'hello')
    await client.until(() => client.data.length === 2)
    expect(client.data.toSorted()).toEqual(
      peers.map((peer) => `${formatAddress(peer)}: hello`).toSorted(),
    )
    const [, six = peers[0]] = peers
    expect(codeOf(await client.bind(0x4000, six!))).toBe(0)
    client.sendChannelData(0x4000, 'again')
    await client.until(() => client.channelData.length === 1)
    expect(client.channelData).toEqual(['4000: again'])
  })

  test('TU46 without a family it is IPv4, also for a client on IPv6', async () => {
    const server = await createServer()
    const { client, close } = await connect(server.listeners[0] as BoundListener)
    opened.push({ close })
    expect(familyOf(ipOf(await client.allocate()))).toBe(4)
  })
})
