import { afterEach, expect, test } from 'bun:test'
import { createTurnClient, type TurnProtocol } from 'werift'
import { addressOf } from '@duet/datagrams'
import { ipOf, formatIp, portOf } from '@duet/stun'
import { usersAuthenticator } from './authenticator.ts'
import { makeCertificate } from './testing/certificate.ts'
import { statsOf } from './testing/stats.ts'
import { createTurnServer, type TurnServer } from './turn-server.ts'

type WeriftAddress = readonly [string, number]

const ANY = [{ host: '127.0.0.1', port: 0 }]
const opened: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close()
})

async function serve(transport: 'udp' | 'tcp' | 'tls'): Promise<TurnServer> {
  const users = new Map([
    ['ann', 'secret'],
    ['bob', 'other'],
  ])
  const server = await createTurnServer({
    [transport]: ANY,
    certificate: makeCertificate(),
    relay: { addresses: [{ bind: '127.0.0.1' }] },
    peers: { allow: ['127.0.0.0/8'] },
    authenticate: usersAuthenticator(users),
  })
  opened.push(() => server.close())
  return server
}

/** An allocation of werift's client, and what it hears. */
async function connect(server: TurnServer, username: string, password: string) {
  const [listener] = server.listeners
  if (!listener) throw new Error('nothing is open')
  const { transport, host, port } = listener
  const client: TurnProtocol = await createTurnClient(
    { address: [host, port], username, password },
    { transport, tlsOptions: { rejectUnauthorized: false } },
  )
  opened.push(() => client.close())
  const heard: string[] = []
  const waiting: (() => void)[] = []
  client.onData.subscribe((data: Buffer, [fromHost, fromPort]: WeriftAddress) => {
    heard.push(`${fromHost}:${fromPort}: ${data.toString()}`)
    for (const resolve of waiting.splice(0)) resolve()
  })
  return {
    client,
    heard,
    relayed: client.relayedAddress,
    /** Resolves when so many messages came. */
    async hears(count: number): Promise<void> {
      while (heard.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
    },
  }
}

test.each(['udp', 'tcp', 'tls'] as const)(
  "TU50 TU70 TU75 werift's clients reach each other and a peer over %s",
  async (transport) => {
    const server = await serve(transport)
    const ann = await connect(server, 'ann', 'secret')
    const bob = await connect(server, 'bob', 'other')
    expect((await statsOf(server)).allocations.open).toBe(2)
    await bob.client.getPermission([...ann.relayed])
    await ann.client.sendData(Buffer.from('hello'), [...bob.relayed])
    await bob.hears(1)
    expect(bob.heard).toEqual([`${ann.relayed.join(':')}: hello`])

    const echo = await Bun.udpSocket({
      hostname: '127.0.0.1',
      socket: {
        data(self, bytes, port, host) {
          self.send(bytes, port, host)
        },
      },
    })
    opened.push(() => echo.close())
    const address = addressOf(`127.0.0.1:${echo.port}`)
    const peer: [string, number] = [formatIp(ipOf(address)), portOf(address)]
    for (const word of ['one', 'two', 'three']) await ann.client.sendData(Buffer.from(word), peer)
    await ann.hears(3)
    expect(ann.heard).toEqual(['one', 'two', 'three'].map((word) => `${peer.join(':')}: ${word}`))
  },
)

test("TU24 werift's client is told when its password is wrong", async () => {
  const server = await serve('udp')
  const refused = connect(server, 'ann', 'wrong')
  expect(
    await refused.then(
      () => 'allocated',
      (error: unknown) => typeof error,
    ),
  ).toBe('object')
  expect((await statsOf(server)).allocations.made).toBe(0)
})
