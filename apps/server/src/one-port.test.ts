import { expect, test } from 'bun:test'
import { Packet } from '@duet/datagrams'
import { ATTRIBUTE, encodeMessage, encodeText, METHOD, type StunMessage } from '@duet/stun'
import { isForMedia } from './one-port.ts'

const USERNAME = { type: ATTRIBUTE.username, value: encodeText('abcd:efgh') }
const SOFTWARE = { type: ATTRIBUTE.software, value: encodeText('odd') }

function stun(message: Partial<StunMessage>): Uint8Array {
  return encodeMessage({
    class: 'request',
    method: METHOD.binding,
    transactionId: crypto.getRandomValues(new Uint8Array(12)),
    attributes: [],
    ...message,
  })
}

/** As it lies in a buffer with others. */
function judged(datagram: Uint8Array): boolean {
  const bytes = new Uint8Array(datagram.length + 200).fill(0x06)
  bytes.set(datagram, 100)
  const packet = new Packet()
  packet.place(bytes, 100, 100 + datagram.length)
  return isForMedia(packet)
}

test.each([
  ['a connectivity check', stun({ attributes: [USERNAME] })],
  ['a check with something before its name', stun({ attributes: [SOFTWARE, USERNAME] })],
  ['an answer', stun({ class: 'success' })],
  ['an answer that refuses', stun({ class: 'error' })],
  ['DTLS', Uint8Array.of(20, 254)],
  ['the last of DTLS', Uint8Array.of(63, 0)],
  ['RTP', Uint8Array.of(128, 96)],
  ['RTCP', Uint8Array.of(191, 200)],
])('%s is for the media server', (_name, datagram) => {
  expect(judged(datagram)).toBe(true)
})

test.each([
  ['who asks for an address', stun({})],
  ['who asks for an address and says with what', stun({ attributes: [SOFTWARE] })],
  ['Allocate', stun({ method: METHOD.allocate, attributes: [USERNAME] })],
  ['Refresh', stun({ method: METHOD.refresh, attributes: [USERNAME] })],
  ['a Send indication', stun({ class: 'indication', method: METHOD.send })],
  ['ChannelData', Uint8Array.of(0x40, 0, 0, 1, 128)],
  ['ChannelData of older clients', Uint8Array.of(0x7f, 0xfe, 0, 0)],
  ['nothing', new Uint8Array(0)],
  ['the beginning of a message', stun({ attributes: [USERNAME] }).subarray(0, 19)],
  ['a message whose attribute ends elsewhere', brokenCheck()],
])('%s is for TURN', (_name, datagram) => {
  expect(judged(datagram)).toBe(false)
})

/** An attribute whose length leads past the end, over bytes that look like a name. */
function brokenCheck(): Uint8Array {
  const bytes = stun({ attributes: [SOFTWARE] })
  new DataView(bytes.buffer).setUint16(22, 0xffff)
  return bytes
}
