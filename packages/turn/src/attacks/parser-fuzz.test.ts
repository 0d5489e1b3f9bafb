import { expect, test } from 'bun:test'
import {
  ATTRIBUTE,
  channelDataBytes,
  channelPayloadOf,
  decodeErrorCode,
  decodeFamily,
  decodeMessage,
  decodeText,
  decodeUint32,
  decodeXorAddress,
  encodeMessage,
  METHOD,
  StreamFramer,
  unknownAttributesOf,
  verifyIntegrity,
  writeChannelData,
} from '@duet/stun'
import { FuzzPackets } from '../testing/fuzz-packets.ts'
import { anySeed, randomNumbers } from '../testing/random.ts'
import { TurnClient, UDP_TRANSPORT } from '../testing/turn-client.ts'

const PACKETS = process.env['DUET_LONG'] === '1' ? 10_000_000 : 20_000
const ALLOWED_GROWTH_BYTES = 10_000_000
const MAX_FRAME_BYTES = 4096
const seed = anySeed()
const client = new TurnClient({ send() {} })
const TEMPLATES = [
  client.build(METHOD.allocate, [UDP_TRANSPORT], { fingerprint: true }),
  client.build(METHOD.refresh, []),
  client.build(METHOD.binding, [], { isAnonymous: true }),
  client.build(METHOD.channelBind, [{ type: ATTRIBUTE.data, value: new Uint8Array(400) }]),
]

/** Reads everything that a message may hold; nothing may throw, or lie outside. */
function read(bytes: Uint8Array): boolean {
  channelPayloadOf(bytes)
  const message = decodeMessage(bytes)
  if (!message) return false
  for (const { value } of message.attributes) {
    const isInside =
      value.buffer === bytes.buffer &&
      value.byteOffset >= bytes.byteOffset &&
      value.byteOffset + value.length <= bytes.byteOffset + bytes.length
    if (!isInside) throw new Error('an attribute lies outside of its message')
    decodeErrorCode(value)
    decodeFamily(value)
    decodeText(value)
    decodeUint32(value)
    decodeXorAddress(value, message.transactionId)
  }
  unknownAttributesOf(message, NONE)
  if (verifyIntegrity(message, client.integrity) && message.integrityOffset === undefined) {
    throw new Error('an integrity that is not there was verified')
  }
  return true
}

const NONE: ReadonlySet<number> = new Set()

/** Runs `once` so often; the heap must stay as it is. */
function repeat(count: number, once: () => void): void {
  const warmUp = Math.min(5000, count / 2)
  for (let run = 0; run < warmUp; run += 1) once()
  const before = heapBytes()
  for (let run = warmUp; run < count; run += 1) once()
  expect(heapBytes() - before).toBeLessThan(ALLOWED_GROWTH_BYTES)
}

test(`attack 20: the parser reads ${PACKETS} malformed messages, seed ${seed}`, () => {
  const packets = new FuzzPackets(randomNumbers(seed), TEMPLATES)
  let whole = 0
  repeat(PACKETS, () => {
    if (read(packets.next())) whole += 1
  })
  expect(whole).toBeGreaterThan(PACKETS / 20)
  expect(whole).toBeLessThan(PACKETS)
}, 1_800_000)

test(`attack 20: what was read is written as it was, seed ${seed}`, () => {
  const packets = new FuzzPackets(randomNumbers(seed), TEMPLATES)
  for (let run = 0; run < 20_000; run += 1) {
    const message = decodeMessage(packets.next())
    if (!message) continue
    const again = decodeMessage(encodeMessage(message))
    expect(again?.method).toBe(message.method)
    expect(again?.class).toBe(message.class)
    expect(again?.attributes.map(({ type, value }) => [type, value.toHex()])).toEqual(
      message.attributes.map(({ type, value }) => [type, value.toHex()]),
    )
  }
})

test(`TU72 attack 20: ${PACKETS} pieces of malformed streams, seed ${seed}`, () => {
  const random = randomNumbers(seed)
  const packets = new FuzzPackets(random, [...TEMPLATES, channelData(1), channelData(900)])
  let frames = 0
  let closed = 0
  const open = (): StreamFramer =>
    new StreamFramer({
      maxFrameBytes: MAX_FRAME_BYTES,
      onFrame(bytes, start, end) {
        frames += 1
        if (end - start > MAX_FRAME_BYTES) throw new Error('a frame is too long')
        read(bytes.subarray(start, end))
      },
    })
  let framer = open()
  repeat(PACKETS, () => {
    const bytes = random(4) === 0 ? packets.next() : (TEMPLATES[random(4)] ?? TEMPLATES[0])!
    for (let offset = 0; offset < bytes.length;) {
      const end = Math.min(bytes.length, offset + 1 + random(bytes.length))
      framer.push(bytes.subarray(offset, end))
      offset = end
    }
    const { state } = framer
    if (state.kind === 'reading' && state.buffer.length > MAX_FRAME_BYTES) {
      throw new Error('the buffer is too long')
    }
    if (state.kind === 'closed') {
      closed += 1
      framer = open()
    }
  })
  expect(frames).toBeGreaterThan(PACKETS / 10)
  expect(closed).toBeGreaterThan(PACKETS / 100)
}, 1_800_000)

function channelData(length: number): Uint8Array {
  const bytes = new Uint8Array(channelDataBytes(length, true))
  writeChannelData(bytes, 0x4000, new Uint8Array(length), true)
  return bytes
}

function heapBytes(): number {
  Bun.gc(true)
  return process.memoryUsage().heapUsed
}
