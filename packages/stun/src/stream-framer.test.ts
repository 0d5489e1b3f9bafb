import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { channelDataBytes, channelPayloadOf, writeChannelData } from './channel-data.ts'
import { encodeMessage } from './encode.ts'
import { METHOD } from './registry.ts'
import { StreamFramer } from './stream-framer.ts'

function channelData(payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(channelDataBytes(payload.length, true)).fill(0xee)
  writeChannelData(bytes, 0x4001, payload, true)
  return bytes
}

const binding = encodeMessage({
  class: 'request',
  method: METHOD.binding,
  transactionId: new Uint8Array(12),
  attributes: [],
})

function collect(maxFrameBytes = 70_000): { framer: StreamFramer; frames: Uint8Array[] } {
  const frames: Uint8Array[] = []
  const framer = new StreamFramer({
    maxFrameBytes,
    onFrame: (bytes, start, end) => frames.push(bytes.subarray(start, end)),
  })
  return { framer, frames }
}

describe('StreamFramer', () => {
  test('TU72 frames come out whole, however the stream is chunked', () => {
    const arbitraryFrame = fc.oneof(
      fc.constant(binding),
      fc.uint8Array({ maxLength: 5000 }).map(channelData),
    )
    fc.assert(
      fc.property(
        fc.array(arbitraryFrame, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 30 }),
        (sent, sizes) => {
          const { framer, frames } = collect()
          const stream = new Uint8Array(sent.flatMap((frame) => [...frame]))
          for (let offset = 0, turn = 0; offset < stream.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1
            framer.push(stream.slice(offset, offset + size))
            offset += size
          }
          expect(frames.map((frame) => frame.toHex())).toEqual(sent.map((frame) => frame.toHex()))
        },
      ),
      { numRuns: 60 },
    )
  })

  test.each([0x50, 0x80, 0xff, 0x04, 0x16, 0x47, 0x3f])('TU2 a first byte of %i', (byte) => {
    const { framer } = collect()
    framer.push(Uint8Array.of(byte))
    expect(framer.state.kind).toBe(byte === 0x47 ? 'reading' : 'closed')
  })

  test('TU72 a frame that is announced too long ends the stream at once', () => {
    const { framer, frames } = collect(1000)
    framer.push(Uint8Array.of(0x40, 0, 0xff))
    expect(framer.state.kind).toBe('reading')
    framer.push(Uint8Array.of(0xff))
    expect(framer.state).toEqual({ kind: 'closed', reason: 'too-long' })
    framer.push(binding)
    expect(frames).toEqual([])
  })

  test('TU72 an announced length is not memory yet', () => {
    const { framer } = collect()
    framer.push(Uint8Array.of(0x40, 0, 0xff, 0xff, 1))
    if (framer.state.kind !== 'reading') throw new Error('closed')
    expect(framer.state.buffer.length).toBeLessThanOrEqual(2048)
  })

  test('TU1 a STUN length that is not a multiple of 4 ends the stream', () => {
    const { framer } = collect()
    framer.push(Uint8Array.of(0, 1, 0, 5))
    expect(framer.state).toEqual({ kind: 'closed', reason: 'not-stun' })
  })

  test('close() in the middle of a chunk stops it', () => {
    const frames: Uint8Array[] = []
    const framer: StreamFramer = new StreamFramer({
      maxFrameBytes: 1000,
      onFrame(bytes, start, end) {
        frames.push(bytes.subarray(start, end))
        framer.close()
      },
    })
    framer.push(new Uint8Array([...binding, ...binding]))
    expect(frames.length).toBe(1)
  })

  test('attack 20: random streams never throw', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 }), (chunks) => {
        const { framer } = collect(500)
        for (const chunk of chunks) framer.push(chunk)
      }),
    )
  })
})

describe('ChannelData', () => {
  test('TU71 the padding is zero and the length does not count it', () => {
    expect(channelData(Uint8Array.of(1, 2, 3, 4, 5)).toHex()).toBe('400100050102030405000000')
  })

  test('TU71 the payload excludes padding, and may not be longer than what came', () => {
    const bytes = channelData(Uint8Array.of(1, 2, 3))
    expect(channelPayloadOf(bytes)).toEqual(Uint8Array.of(1, 2, 3))
    expect(channelPayloadOf(bytes.with(3, 5))).toBeUndefined()
    expect(channelPayloadOf(bytes.subarray(0, 3))).toBeUndefined()
    expect(channelPayloadOf(channelData(new Uint8Array(0)))).toEqual(new Uint8Array(0))
  })
})
