import { FakeClock, silentLogger } from '@duet/base'
import { addressOf, destinationOf, FakeDatagrams, type DatagramPort } from '@duet/datagrams'
import {
  ATTRIBUTE,
  attributeOf,
  decodeMessage,
  decodeText,
  decodeXorAddress,
  encodeMessage,
  encodeText,
  formatAddress,
  METHOD,
  shortTermKey,
  verifyIntegrity,
  type ReceivedMessage,
} from '@duet/stun'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { createMediaServer } from '../create-media-server.ts'
import type { MediaServer } from '../media-server.ts'

const CLIENT = { ufrag: 'abcd', pwd: 'the-password-of-a-client'.replaceAll('-', '+') }

let clock: FakeClock
let network: FakeDatagrams
let server: MediaServer
let client: DatagramPort
let heard: ReceivedMessage[]

beforeEach(async () => {
  clock = new FakeClock()
  network = new FakeDatagrams()
  heard = []
  server = await createMediaServer({
    listen: [
      { host: '192.0.2.1', port: 8000 },
      { host: '192.0.2.2', port: 8000 },
    ],
    candidates: ['192.0.2.1'],
    clock,
    logger: silentLogger,
    limits: { strangerAnswersPerSecond: 3, probes: 2 },
    network,
  })
  client = network.open({
    ip: destinationOf(addressOf('198.51.100.7:40000')).ip,
    port: 40_000,
    onDatagram: (payload) => {
      const message = decodeMessage(payload.slice())
      if (message) heard.push(message)
    },
  })
})
afterEach(() => server.close())

const REQUEST = {
  ip: '198.51.100.7',
  port: 40_000,
  ...CLIENT,
  from: ['192.0.2.1', '192.0.2.2'],
}

/** Answers a check as a browser does, or as somebody who does not know the password. */
function answer(check: ReceivedMessage, from: string, pwd: string = CLIENT.pwd): void {
  const { method, transactionId } = check
  const bytes = encodeMessage(
    { class: 'success', method, transactionId, attributes: [] },
    { integrity: { algorithm: 'sha-1', key: shortTermKey(pwd) }, fingerprint: true },
  )
  client.send(bytes, destinationOf(addressOf(from)))
}

function bindingRequest(attributes: { type: number; value: Uint8Array }[] = []): Uint8Array {
  const transactionId = crypto.getRandomValues(new Uint8Array(12))
  return encodeMessage({ class: 'request', method: METHOD.binding, transactionId, attributes })
}

const toServer = destinationOf(addressOf('192.0.2.1:8000'))

test('a stranger is told its address, so often and no oftener', () => {
  for (let count = 0; count < 5; count += 1) client.send(bindingRequest(), toServer)
  expect(heard).toHaveLength(3)
  const [first] = heard
  const value = first && attributeOf(first, ATTRIBUTE.xorMappedAddress)
  const address = first && value && decodeXorAddress(value, first.transactionId)
  expect(address && formatAddress(address)).toBe('198.51.100.7:40000')
  clock.advance(1000)
  client.send(bindingRequest(), toServer)
  expect(heard).toHaveLength(4)
})

test('a request with credentials of no session is not answered', () => {
  client.send(bindingRequest([{ type: ATTRIBUTE.username, value: encodeText('no:one') }]), toServer)
  expect(heard).toHaveLength(0)
  expect(server.stats().dropped).toMatchObject({ 'unknown-check': 1 })
})

test('a client is asked from both addresses, and it is told which it heard', async () => {
  const probing = server.probe(REQUEST)
  clock.advance(0)
  expect(heard).toHaveLength(2)
  const [check] = heard as [ReceivedMessage]
  const key = shortTermKey(CLIENT.pwd)
  expect(verifyIntegrity(check, { algorithm: 'sha-1', key })).toBe(true)
  const username = attributeOf(check, ATTRIBUTE.username)
  expect(decodeText(username ?? new Uint8Array(0))).toStartWith('abcd:')
  answer(check, '192.0.2.1:8000')
  clock.advance(2000)
  expect(await probing).toEqual([
    { from: '192.0.2.1', isAnswered: true },
    { from: '192.0.2.2', isAnswered: false },
  ])
  // Three packets to each address at the most, then silence.
  expect(heard.length).toBe(1 + 3)
  clock.advance(60_000)
  expect(heard.length).toBe(4)
  expect(clock.pending).toBe(0)
})

test('an answer of who does not know the password is none', async () => {
  const probing = server.probe({ ...REQUEST, from: ['192.0.2.1'] })
  clock.advance(0)
  answer(heard[0] as ReceivedMessage, '192.0.2.1:8000', 'another-password-altogether')
  clock.advance(2000)
  expect(await probing).toEqual([{ from: '192.0.2.1', isAnswered: false }])
})

test('so many are asked at once, and nobody with bad credentials or of another family', async () => {
  const first = server.probe(REQUEST)
  expect(await server.probe(REQUEST)).toEqual([])
  clock.advance(2000)
  expect(await first).toHaveLength(2)
  expect(await server.probe({ ...REQUEST, pwd: 'short' })).toEqual([])
  expect(await server.probe({ ...REQUEST, ip: '2001:db8::1' })).toEqual([])
  expect(await server.probe({ ...REQUEST, ip: 'localhost' })).toEqual([])
  expect(await server.probe({ ...REQUEST, from: ['192.0.2.9'] })).toEqual([])
})

test('a server that closes waits for nobody', async () => {
  const probing = server.probe(REQUEST)
  server.close()
  expect((await probing).map(({ isAnswered }) => isAnswered)).toEqual([false, false])
  expect(clock.pending).toBe(0)
  expect(await server.probe(REQUEST)).toEqual([])
})
