import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ATTRIBUTE, encodeUint32, formatAddress, METHOD, portOf } from '@duet/stun'
import { makeCertificate } from './testing/certificate.ts'
import { addressOf, batchedDatagrams, bunDatagrams } from '@duet/datagrams'
import { connect, type SocketClient } from './testing/sockets.ts'
import { codeOf, xorAddressOf } from './testing/turn-client.ts'
import { createTurnServer, type BoundListener, type TurnServer } from './turn-server.ts'

const ANY = [{ host: '127.0.0.1', port: 0 }]
const ZERO = { type: ATTRIBUTE.lifetime, value: encodeUint32(0) }

/** A peer on a real socket that sends back what it gets. */
async function startEcho() {
  const socket = await Bun.udpSocket({
    hostname: '127.0.0.1',
    socket: {
      data(self, bytes, port, host) {
        self.send(bytes, port, host)
      },
      error() {},
    },
  })
  return { address: addressOf(`127.0.0.1:${socket.port}`), close: () => socket.close() }
}

describe.each([
  ['udp', 'the batched path', { datagrams: batchedDatagrams }],
  ['udp', 'the portable path', { datagrams: bunDatagrams }],
  ['udp', 'a worker', { workers: 1 }],
  ['udp', 'three workers', { workers: 3 }],
  ['tcp', 'the batched path', { datagrams: batchedDatagrams }],
  ['tcp', 'the portable path', { datagrams: bunDatagrams }],
  ['tcp', 'three workers', { workers: 3 }],
  ['tls', 'the batched path', { datagrams: batchedDatagrams }],
  ['tls', 'a worker', { workers: 1 }],
] as const)('over %s, on real sockets of %s', (transport, _name, where) => {
  let server: TurnServer
  let echo: Awaited<ReturnType<typeof startEcho>>
  const open: SocketClient[] = []

  beforeAll(async () => {
    echo = await startEcho()
    server = await createTurnServer({
      [transport]: ANY,
      ...where,
      certificate: makeCertificate(),
      relay: { addresses: [{ bind: '127.0.0.1' }] },
      peers: { allow: ['127.0.0.0/8'] },
      users: new Map([
        ['ann', 'secret'],
        ['bob', 'other'],
      ]),
    })
  })

  afterAll(async () => {
    for (const each of open) each.close()
    echo.close()
    await server.close()
    expect(await server.stats()).toMatchObject({
      relays: 0,
      connections: 0,
      allocations: { open: 0 },
    })
  })

  const connected = async (username?: string): Promise<SocketClient> => {
    const client = await connect(server.listeners[0] as BoundListener, username)
    open.push(client)
    return client
  }

  test('TU12 Binding tells the address that the server sees', async () => {
    const { client, port } = await connected()
    const answer = await client.request(METHOD.binding, [], { isAnonymous: true })
    expect(formatAddress(xorAddressOf(answer, ATTRIBUTE.xorMappedAddress))).toBe(
      `127.0.0.1:${port}`,
    )
  })

  test('TU69 TU70 indications and channels reach a peer and come back', async () => {
    const { client } = await connected()
    const relay = await client.allocate()
    expect(portOf(relay)).toBeGreaterThanOrEqual(49_152)
    await client.permit(echo.address)
    client.sendIndication(echo.address, 'indication')
    await client.until(() => client.data.length === 1)
    expect(client.data).toEqual([`${formatAddress(echo.address)}: indication`])
    expect(codeOf(await client.bind(0x4000, echo.address))).toBe(0)
    for (const text of ['a', 'bc', '', 'defgh']) client.sendChannelData(0x4000, text)
    await client.until(() => client.channelData.length === 4)
    expect(client.channelData).toEqual(['4000: a', '4000: bc', '4000: ', '4000: defgh'])
    expect(codeOf(await client.refresh(ZERO))).toBe(0)
    expect((await server.stats()).relays).toBe(0)
  })

  test('TU75 two relayed clients reach each other', async () => {
    const [{ client: ann }, { client: bob }] = [await connected(), await connected('bob')]
    const [annRelay, bobRelay] = [await ann.allocate(), await bob.allocate()]
    expect(codeOf(await ann.bind(0x4000, bobRelay))).toBe(0)
    expect(codeOf(await bob.permit(annRelay))).toBe(0)
    ann.sendChannelData(0x4000, 'hello')
    await bob.until(() => bob.data.length === 1)
    expect(bob.data).toEqual([`${formatAddress(annRelay)}: hello`])
    bob.sendIndication(annRelay, 'and back')
    await ann.until(() => ann.channelData.length === 1)
    expect(ann.channelData).toEqual(['4000: and back'])
    await ann.refresh(ZERO)
    await bob.refresh(ZERO)
  })

  // The most that a datagram holds, less the header of ChannelData.
  test.each([40_000, 65_503])('attack 18: %i bytes at once arrive whole', async (bytes) => {
    const { client } = await connected()
    await client.allocate()
    await client.bind(0x4000, echo.address)
    client.sendChannelData(0x4000, 'x'.repeat(bytes))
    await client.until(() => client.channelData.length === 1)
    expect(client.channelData[0]?.length).toBe('4000: '.length + bytes)
    await client.refresh(ZERO)
  })

  if (transport !== 'udp') {
    test('TU52 the allocation ends with its connection', async () => {
      const { client, close } = await connected()
      const { client: watcher } = await connected()
      await client.allocate()
      expect((await server.stats()).allocations.open).toBe(1)
      close()
      while ((await server.stats()).allocations.open > 0) {
        await watcher.request(METHOD.binding, [], { isAnonymous: true })
      }
      expect((await server.stats()).relays).toBe(0)
    })

    test('TU72 a client that reads late gets whole frames, and misses some', async () => {
      const [reader, { client: talker }] = [await connected(), await connected('bob')]
      const [readerRelay, talkerRelay] = [await reader.client.allocate(), await talker.allocate()]
      await reader.client.bind(0x4000, talkerRelay)
      await talker.bind(0x4000, readerRelay)
      const text = 'x'.repeat(999)
      const drops = async (): Promise<number> =>
        (await server.stats()).drops['client-not-reachable'] ?? 0
      reader.pause()
      while ((await drops()) < 100) {
        for (let index = 0; index < 100; index += 1) talker.sendChannelData(0x4000, text)
        await talker.request(METHOD.refresh, [])
      }
      reader.resume()
      // What waited is written, and then there is room again.
      const { channelData } = reader.client
      await reader.client.until(() => channelData.length > 200)
      const before = await drops()
      while (channelData.at(-1) !== '4000: end') {
        talker.sendChannelData(0x4000, 'end')
        await talker.request(METHOD.refresh, [])
        await reader.client.request(METHOD.refresh, [])
      }
      expect((await drops()) - before).toBeLessThan(1000)
      const [first] = channelData
      expect(first).toBe(`4000: ${text}`)
      expect(new Set(channelData)).toEqual(new Set([first ?? '', '4000: end']))
    })

    test('TU2 what is not STUN ends the connection', async () => {
      const { client, closed } = await connected()
      client.sendRaw(new TextEncoder().encode('POST / HTTP/1.1\r\n\r\n'))
      await closed
    })

    test('TU72 attack 16: a request byte by byte is understood', async () => {
      const { client } = await connected()
      const bytes = client.build(METHOD.binding, [], { isAnonymous: true })
      const answer = client.exchange(bytes.subarray(0, 20))
      expect(codeOf(await answer)).toBe(0)
      const again = client.build(METHOD.binding, [], { isAnonymous: true, fingerprint: true })
      for (const byte of again) client.sendRaw(Uint8Array.of(byte))
      await client.until(() => client.messages.length === 2)
      expect(client.messages[1]?.hasFingerprint).toBe(true)
    })
  }
})
