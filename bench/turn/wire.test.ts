import { expect, test } from 'bun:test'
import {
  ATTRIBUTE,
  attributeOf,
  decodeMessage,
  decodeXorAddress,
  FIRST_CHANNEL,
  METHOD,
} from '@duet/stun'
import { ipv4Address } from './load-client.ts'
import type { LoadShape } from './shape.ts'
import { incomingBytes, outgoingMessage } from './wire.ts'

const PEER = ipv4Address('10.91.0.2', 4000)
const SHAPE: LoadShape = {
  allocations: 1,
  bytes: 99,
  method: 'channel',
  transport: 'udp',
  to: 'peer',
}

test.each([
  ['udp', 103],
  ['tcp', 104],
] as const)('channel data over %s has %d bytes both ways', (transport, bytes) => {
  const shape = { ...SHAPE, transport }
  const message = outgoingMessage(shape, PEER)
  expect([message.length, incomingBytes(shape)]).toEqual([bytes, bytes])
  expect([message[0], message[1]]).toEqual([FIRST_CHANNEL >> 8, FIRST_CHANNEL & 255])
})

test('a Send indication names the peer and holds the data', () => {
  const shape: LoadShape = { ...SHAPE, method: 'send' }
  const bytes = outgoingMessage(shape, PEER)
  const message = decodeMessage(bytes)
  if (!message) throw new Error('it is malformed')
  expect(message).toMatchObject({ class: 'indication', method: METHOD.send })
  const peer = attributeOf(message, ATTRIBUTE.xorPeerAddress) ?? new Uint8Array(0)
  expect(decodeXorAddress(peer, message.transactionId)).toBe(PEER)
  expect(attributeOf(message, ATTRIBUTE.data)).toHaveLength(99)
  // A Data indication is as long as the Send indication.
  expect(incomingBytes(shape)).toBe(bytes.length)
})
