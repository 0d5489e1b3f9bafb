import {
  ATTRIBUTE,
  channelDataBytes,
  encodeMessage,
  encodeXorAddress,
  FIRST_CHANNEL,
  METHOD,
  writeChannelData,
  type TransportAddress,
} from '@duet/stun'
import type { LoadShape } from './shape.ts'

/** What a client sends for each packet. */
export function outgoingMessage(shape: LoadShape, peer: TransportAddress): Uint8Array {
  const payload = new Uint8Array(shape.bytes).fill(0x80)
  if (shape.method === 'channel') {
    const isStream = shape.transport === 'tcp'
    const message = new Uint8Array(channelDataBytes(payload.length, isStream))
    writeChannelData(message, FIRST_CHANNEL, payload, isStream)
    return message
  }
  const transactionId = crypto.getRandomValues(new Uint8Array(12))
  return encodeMessage({
    class: 'indication',
    method: METHOD.send,
    transactionId,
    attributes: [
      { type: ATTRIBUTE.xorPeerAddress, value: encodeXorAddress(peer, transactionId) },
      { type: ATTRIBUTE.data, value: payload },
    ],
  })
}

/** Bytes of what a client receives for each packet: on a stream, packets are counted by them. */
export function incomingBytes(shape: LoadShape): number {
  if (shape.method === 'channel') return channelDataBytes(shape.bytes, shape.transport === 'tcp')
  const addressBytes = 12
  return 20 + addressBytes + 4 + shape.bytes + (-shape.bytes & 3)
}
