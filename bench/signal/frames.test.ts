import { expect, test } from 'bun:test'
import { clientFrame, FrameReader, OPCODE } from './frames.ts'
import { LATER, readTime, SIGNAL_BYTES, SignalFrame, signalJson } from './signal-frame.ts'

/** As a server sends it: without a mask. */
function serverFrame(text: string): Buffer {
  const body = Buffer.from(text)
  const length = Buffer.alloc(body.length < 126 ? 0 : body.length < 65_536 ? 2 : 8)
  if (length.length === 2) length.writeUInt16BE(body.length)
  if (length.length === 8) length.writeBigUInt64BE(BigInt(body.length))
  const code = length.length === 0 ? body.length : length.length === 2 ? 126 : 127
  return Buffer.concat([Buffer.from([0x81, code]), length, body])
}

test('frames are cut out of what arrives, however it is cut', () => {
  const texts = ['', 'a', 'b'.repeat(125), 'c'.repeat(126), 'd'.repeat(1500), 'e'.repeat(70_000)]
  const bytes = Buffer.concat(texts.map(serverFrame))
  for (const size of [1, 7, 1504, bytes.length]) {
    const seen: string[] = []
    const reader = new FrameReader((payload) => seen.push(payload.toString()))
    for (let at = 0; at < bytes.length; at += size) reader.read(bytes.subarray(at, at + size))
    expect(seen).toEqual(texts)
  }
})

test('a frame of a client is masked with zeros', () => {
  const { bytes, payloadAt } = clientFrame('hi', OPCODE.pong)
  expect([...bytes]).toEqual([0x8a, 0x82, 0, 0, 0, 0, 0x68, 0x69])
  expect(payloadAt).toBe(6)
  expect(() => clientFrame('x'.repeat(70_000))).toThrow(RangeError)
})

test('a signal has its size, its time and its numbers', () => {
  const frame = new SignalFrame(
    signalJson((sdp) => `{"sdp":${JSON.stringify(sdp)},"seq":${LATER},"ack":${LATER}}`),
  )
  for (const [time, seq, ack] of [
    [1, 2, 0],
    [123_456_789_012, 34_567, 12],
  ] as const) {
    frame.setTime(time)
    frame.setNumbers(seq, ack)
    const payload = frame.bytes.subarray(8)
    expect(payload.length).toBe(SIGNAL_BYTES)
    expect(JSON.parse(payload.toString())).toMatchObject({ seq, ack })
    expect(readTime(payload)).toBe(time)
  }
})
