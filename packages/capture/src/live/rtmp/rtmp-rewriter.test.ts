import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { propertiesOf, readString, stringValue } from './amf0.ts'
import { ChunkReader, type RtmpMessage } from './chunk-reader.ts'
import { RtmpRewriter } from './rtmp-rewriter.ts'

const TARGET = { app: 'app/inner', tcUrl: 'rtmps://live.example/app/inner', name: 'k'.repeat(300) }
const HANDSHAKE = Buffer.alloc(3073, 7)

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(9)
  bytes.writeDoubleBE(value, 1)
  return bytes
}
const NULL = Buffer.of(5)
const property = (key: string, value: Uint8Array) =>
  Buffer.concat([stringValue(key).subarray(1), value])
const object = (...properties: Uint8Array[]) =>
  Buffer.concat([Buffer.of(3), ...properties, Buffer.of(0, 0, 9)])

/** A chunk's header with everything in it. */
function fullHeader(channel: number, time: number, length: number, type: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes[0] = channel
  bytes.writeUIntBE(Math.min(time, 0xff_ffff), 1, 3)
  bytes.writeUIntBE(length, 4, 3)
  bytes[7] = type
  bytes.writeUInt32LE(1, 8)
  if (time < 0xff_ffff) return bytes
  const extended = Buffer.alloc(4)
  extended.writeUInt32BE(time)
  return Buffer.concat([bytes, extended])
}

/** In chunks of 128 bytes. */
function message(channel: number, time: number, type: number, payload: Uint8Array): Buffer {
  const parts: Uint8Array[] = [fullHeader(channel, time, payload.length, type)]
  for (let at = 0; at < payload.length; at += 128) {
    if (at > 0) parts.push(Buffer.of(0xc0 | channel))
    parts.push(payload.subarray(at, at + 128))
  }
  return Buffer.concat(parts)
}

/** What a server hears of these bytes, which come in pieces. */
function heardOf(bytes: Uint8Array, pieceBytes = Infinity): RtmpMessage[] {
  const out: Uint8Array[] = []
  const rewriter = new RtmpRewriter(TARGET, (each) => out.push(each))
  const all = Buffer.concat([HANDSHAKE, bytes])
  for (let at = 0; at < all.length; at += pieceBytes)
    rewriter.write(all.subarray(at, at + pieceBytes))
  const sent = Buffer.concat(out)
  expect(sent.subarray(0, HANDSHAKE.length)).toEqual(HANDSHAKE)
  const heard: RtmpMessage[] = []
  new ChunkReader((each) => heard.push(each)).read(sent.subarray(HANDSHAKE.length))
  return heard
}

const command = (name: string, ...values: Uint8Array[]) =>
  Buffer.concat([stringValue(name), number(2), ...values])
const CONNECT = command(
  'connect',
  object(
    property('app', stringValue('live')),
    property('inner', object(property('app', stringValue('kept')))),
    property('tcUrl', stringValue('rtmp://127.0.0.1:5/live')),
    property('flag', Buffer.of(1, 1)),
  ),
)

describe('what a publisher says', () => {
  test('connect: where it goes', () => {
    const [heard] = heardOf(message(3, 0, 20, CONNECT))
    const { properties } = propertiesOf(heard!.payload, stringValue('connect').length + 9)
    const texts = properties.map(({ key, start }) => [key, readString(heard!.payload, start)])
    expect(texts).toEqual([
      ['app', TARGET.app],
      ['inner', undefined],
      ['tcUrl', TARGET.tcUrl],
      ['flag', undefined],
    ])
  })

  test.each(['releaseStream', 'FCPublish', 'FCUnpublish', 'publish'])(
    '%s: what the stream is called',
    (name) => {
      const said = command(name, NULL, stringValue('stream'), stringValue('live'))
      const [heard] = heardOf(message(8, 0, 20, said))
      const expected = command(name, NULL, stringValue(TARGET.name), stringValue('live'))
      expect(heard?.payload).toEqual(expected)
    },
  )

  test('everything else goes on as it is, also over sizes of chunks and times of many days', () => {
    const size = Buffer.alloc(4)
    size.writeUInt32BE(5000)
    const media = Buffer.alloc(4999, 3)
    const said = Buffer.concat([
      message(2, 0, 1, size),
      fullHeader(6, 0x1_2345_6789 % 2 ** 32, media.length, 9),
      media,
      // One byte less than said before, 40 ms later; then twice as far behind that.
      Buffer.from([0x46, 0, 0, 40, 0, 19, 0x86, 9]),
      media.subarray(1),
      Buffer.from([0x86, 0, 0, 80]),
      media.subarray(1),
      Buffer.from([0xc6]),
      media.subarray(1),
    ])
    const heard = heardOf(said)
    const zero = 0x2345_6789
    expect(heard.map(({ time, type, payload }) => [time, type, payload.length])).toEqual([
      [0, 1, 4],
      [zero, 9, 4999],
      [zero + 40, 9, 4998],
      [zero + 120, 9, 4998],
      [zero + 200, 9, 4998],
    ])
  })

  test('in whatever pieces it comes', () => {
    const said = Buffer.concat([
      message(3, 0, 20, CONNECT),
      message(64 % 60, 5, 8, Buffer.alloc(700, 1)),
    ])
    for (const pieceBytes of [1, 7, 128, 1000])
      expect(heardOf(said, pieceBytes)).toEqual(heardOf(said))
  })

  test('nonsense is a RangeError, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (pieces) => {
        const rewriter = new RtmpRewriter(TARGET, () => {})
        try {
          rewriter.write(HANDSHAKE)
          for (const piece of pieces) rewriter.write(message(3, 0, 20, piece))
          for (const piece of pieces) rewriter.write(piece)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
})
