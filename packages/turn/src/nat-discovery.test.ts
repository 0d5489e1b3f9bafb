import { FakeClock } from '@duet/base'
import { addressOf, destinationOf, FakeDatagrams } from '@duet/datagrams'
import {
  ATTRIBUTE,
  attributeOf,
  decodeAddress,
  decodeErrorCode,
  decodeMessage,
  decodeXorAddress,
  encodeMessage,
  encodeUint32,
  formatAddress,
  METHOD,
  type ReceivedMessage,
  type StunAttribute,
} from '@duet/stun'
import { expect, test } from 'bun:test'
import { createNatDiscovery } from './nat-discovery.ts'

const OPTIONS = {
  addresses: [{ bind: '192.0.2.1' }, { bind: '192.0.2.2', external: '203.0.113.2' }],
  ports: [3479, 3480],
} as const

/** A server, and a client that keeps what it hears and from where. */
async function scene() {
  const datagrams = new FakeDatagrams()
  const server = await createNatDiscovery({ ...OPTIONS, datagrams, clock: new FakeClock() })
  const heard: { message: ReceivedMessage; from: string }[] = []
  const own = addressOf('198.51.100.7:5000')
  const client = datagrams.open({
    ip: destinationOf(own).ip,
    port: 5000,
    onDatagram: (payload, from) => {
      const message = decodeMessage(payload.slice())
      if (message) heard.push({ message, from: formatAddress(from) })
    },
  })
  const ask = (to: string, attributes: StunAttribute[] = []) => {
    const transactionId = crypto.getRandomValues(new Uint8Array(12))
    const request = { class: 'request', method: METHOD.binding, transactionId, attributes } as const
    client.send(encodeMessage(request), destinationOf(addressOf(to)))
    return heard.at(-1)
  }
  return { datagrams, server, heard, ask, client }
}

const change = (flags: number): StunAttribute[] => [
  { type: ATTRIBUTE.changeRequest, value: encodeUint32(flags) },
]

test.each([
  [0, '192.0.2.1:3479'],
  [2, '192.0.2.1:3480'],
  [4, '192.0.2.2:3479'],
  [6, '192.0.2.2:3480'],
])('RFC 5780 §6.1: CHANGE-REQUEST %i is answered from %s', async (flags, from) => {
  const { ask } = await scene()
  const answer = ask('192.0.2.1:3479', change(flags))
  expect(answer?.from).toBe(from)
})

test('the answer names the client, its own origin, and the other address as others see it', async () => {
  const { ask } = await scene()
  const { message } = ask('192.0.2.1:3479') ?? {}
  const plain = (type: number) => {
    const value = message && attributeOf(message, type)
    const address = value && decodeAddress(value)
    return address && formatAddress(address)
  }
  const value = message && attributeOf(message, ATTRIBUTE.xorMappedAddress)
  const mapped = value && message && decodeXorAddress(value, message.transactionId)
  expect(mapped && formatAddress(mapped)).toBe('198.51.100.7:5000')
  expect(plain(ATTRIBUTE.mappedAddress)).toBe('198.51.100.7:5000')
  expect(plain(ATTRIBUTE.responseOrigin)).toBe('192.0.2.1:3479')
  expect(plain(ATTRIBUTE.otherAddress)).toBe('203.0.113.2:3480')
})

test('what it does not know is refused, and what is no request is not answered', async () => {
  const { ask, heard, client } = await scene()
  // RESPONSE-PORT and PADDING would make it send to others, or more.
  const { message } = ask('192.0.2.2:3480', [{ type: 0x0027, value: new Uint8Array(4) }]) ?? {}
  const code = message && attributeOf(message, ATTRIBUTE.errorCode)
  expect(code && decodeErrorCode(code)).toBe(420)
  client.send(new Uint8Array(20), destinationOf(addressOf('192.0.2.1:3479')))
  expect(heard).toHaveLength(1)
})

test('one address is answered so often, and no oftener', async () => {
  const { ask, heard } = await scene()
  for (let count = 0; count < 30; count += 1) ask('192.0.2.1:3479')
  expect(heard).toHaveLength(20)
})

test('closed, or where a port is taken, it leaves nothing open', async () => {
  const { server, datagrams } = await scene()
  expect(datagrams.size).toBe(5)
  server.close()
  expect(datagrams.size).toBe(1)
  datagrams.peer('192.0.2.2:3480')
  const failure = await createNatDiscovery({ ...OPTIONS, datagrams }).catch(String)
  expect(failure).toContain('in use')
  expect(datagrams.size).toBe(2)
})
