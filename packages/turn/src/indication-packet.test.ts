import { expect, test } from 'bun:test'
import { Packet } from '@duet/datagrams'
import {
  ATTRIBUTE,
  attributeOf,
  decodeMessage,
  decodeXorAddress,
  encodeMessage,
  encodeXorAddress,
  ipFromBits,
  joinAddress,
  METHOD,
  type StunAttribute,
} from '@duet/stun'
import * as fc from 'fast-check'
import { putDataHeader, takeSendHeader } from './indication-packet.ts'

const ID = Uint8Array.from({ length: 12 }, (_, index) => index)
const arbitraryIpv4 = fc.integer({ min: 0, max: 0xffff_ffff }).map(ipFromBits)
const arbitraryIpv6 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map(ipFromBits)
const arbitraryPort = fc.integer({ min: 0, max: 65_535 })
const arbitraryData = fc.uint8Array({ maxLength: 300 })

function peerAttribute(ip = ipFromBits(0x0808_0808), port = 4000): StunAttribute {
  return {
    type: ATTRIBUTE.xorPeerAddress,
    value: encodeXorAddress(joinAddress(ip, port), ID),
  }
}

function dataAttribute(value = new Uint8Array(5).fill(7)): StunAttribute {
  return { type: ATTRIBUTE.data, value }
}

function sendIndication(attributes: StunAttribute[], fingerprint = false): Uint8Array {
  const message = { class: 'indication', method: METHOD.send, transactionId: ID } as const
  return encodeMessage({ ...message, attributes }, { fingerprint })
}

function packetOf(bytes: Uint8Array): Packet {
  const packet = new Packet()
  packet.wrap(bytes)
  return packet
}

test('a Send indication is read as the decoder reads it', () => {
  fc.assert(
    fc.property(
      arbitraryIpv4,
      arbitraryPort,
      arbitraryData,
      fc.boolean(),
      (ip, port, data, isSwapped) => {
        const attributes = [peerAttribute(ip, port), dataAttribute(data)]
        const packet = packetOf(sendIndication(isSwapped ? attributes.toReversed() : attributes))
        expect(takeSendHeader(packet)).toBe(joinAddress(ip, port))
        expect(packet.view()).toEqual(data)
      },
    ),
  )
})

test.each<[string, Uint8Array]>([
  ['without a peer', sendIndication([dataAttribute()])],
  ['without data', sendIndication([peerAttribute()])],
  ['to an IPv6 peer', sendIndication([peerAttribute(ipFromBits(1n)), dataAttribute()])],
  ['to two peers', sendIndication([peerAttribute(), peerAttribute(), dataAttribute()])],
  ['with data twice', sendIndication([peerAttribute(), dataAttribute(), dataAttribute()])],
  ['with a fingerprint', sendIndication([peerAttribute(), dataAttribute()], true)],
  [
    'that may not be fragmented',
    sendIndication([
      peerAttribute(),
      { type: ATTRIBUTE.dontFragment, value: new Uint8Array(0) },
      dataAttribute(),
    ]),
  ],
  ['that is cut off', sendIndication([peerAttribute(), dataAttribute()]).subarray(0, 30)],
  ['that is empty', new Uint8Array(0)],
])('one %s is left as it is for the decoder', (_name, bytes) => {
  const packet = packetOf(bytes)
  expect(takeSendHeader(packet)).toBeUndefined()
  expect(packet.view()).toBe(bytes)
})

test('whatever is changed in one, it is read as the decoder reads it or left to it', () => {
  const original = sendIndication([peerAttribute(), dataAttribute()])
  const position = fc.integer({ min: 0, max: original.length - 1 })
  const changes = fc.array(fc.tuple(position, fc.integer({ min: 0, max: 255 })), { maxLength: 4 })
  fc.assert(
    fc.property(changes, (all) => {
      const bytes = original.slice()
      for (const [at, value] of all) bytes[at] = value
      const packet = packetOf(bytes)
      const peer = takeSendHeader(packet)
      if (peer === undefined) return
      const message = decodeMessage(bytes)
      if (!message) throw new Error('it is malformed')
      const value = attributeOf(message, ATTRIBUTE.xorPeerAddress) ?? new Uint8Array(0)
      expect(message).toMatchObject({ class: 'indication', method: METHOD.send })
      expect(decodeXorAddress(value, message.transactionId)).toBe(peer)
      expect(attributeOf(message, ATTRIBUTE.data)).toEqual(packet.view())
    }),
    { numRuns: 2000 },
  )
})

test('a Data indication tells peer and data, each with an id of its own', () => {
  const ids = new Set<string>()
  fc.assert(
    fc.property(
      fc.oneof(arbitraryIpv4, arbitraryIpv6),
      arbitraryPort,
      arbitraryData,
      (ip, port, data) => {
        const packet = packetOf(data.slice())
        putDataHeader(packet, joinAddress(ip, port))
        const message = decodeMessage(packet.view())
        if (!message) throw new Error('it is malformed')
        const value = attributeOf(message, ATTRIBUTE.xorPeerAddress) ?? new Uint8Array(0)
        expect(message).toMatchObject({ class: 'indication', method: METHOD.data })
        expect(decodeXorAddress(value, message.transactionId)).toBe(joinAddress(ip, port))
        expect(attributeOf(message, ATTRIBUTE.data)).toEqual(data)
        ids.add(message.transactionId.toHex())
      },
    ),
    { numRuns: 600 },
  )
  expect(ids.size).toBe(600)
})
