import { describe, expect, test } from 'bun:test'
import { connect as connectTls } from 'node:tls'
import { assert, integer, nat, oneof, property, tuple, uint8Array } from 'fast-check'
import { FirstBytesReader, MAX_HELLO_BYTES, type FirstBytes } from './first-bytes.ts'

const CHROMIUM = await captureHello({
  servername: 'Lake.Example',
  ALPNProtocols: ['h2', 'http/1.1'],
})
const BARE = await captureHello({})

test('a ClientHello is read: name and protocols', () => {
  expect(readFirstBytes(CHROMIUM)).toEqual({
    kind: 'tls',
    serverName: 'lake.example',
    protocols: ['h2', 'http/1.1'],
  })
  expect(readFirstBytes(BARE)).toEqual({ kind: 'tls', serverName: undefined, protocols: [] })
})

test('it may come in any pieces, and in any records', () => {
  const byteByByte = new FirstBytesReader()
  const found = Array.from(CHROMIUM, (byte) => byteByByte.read(Uint8Array.of(byte)))
  expect(found.pop()).toEqual(readFirstBytes(CHROMIUM))
  expect(found.filter(({ kind }) => kind !== 'incomplete')).toEqual([])
  expect(Buffer.compare(byteByByte.bytes, CHROMIUM)).toBe(0)
  const body = CHROMIUM.subarray(5)
  const records = [0, 1, 50, 200].map((start, index, starts) =>
    recordOf(body.subarray(start, starts[index + 1] ?? body.length)),
  )
  expect(readFirstBytes(Buffer.concat(records))).toEqual(readFirstBytes(CHROMIUM))
})

describe('others', () => {
  test.each([
    ['STUN', [0, 1, 0, 0], 'stun'],
    ['an answer in STUN', [1, 1], 'stun'],
    ['HTTP', [...Buffer.from('GET / HTTP/1.1')], 'http'],
    ['ChannelData', [0x40, 0, 0, 4], 'unknown'],
    ['a DTLS record', [22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9], 'unknown'],
    ['another handshake message', [22, 3, 1, 0, 4, 2, 0, 0, 0], 'unknown'],
    ['a record that is too long', [22, 3, 1, 255, 255, 1, 0, 0], 'unknown'],
    ['SSH', [...Buffer.from('ssh')], 'unknown'],
    ['nothing yet', [], 'incomplete'],
  ])('%s', (_, bytes, kind) => {
    expect(readFirstBytes(Uint8Array.from(bytes)).kind).toBe(kind as 'stun')
  })
})

test('a hello that does not end is not waited for', () => {
  const endless = Buffer.concat([
    recordOf(Buffer.from([1, 0, 127, 255])),
    ...Array.from({ length: 4 }, () => recordOf(Buffer.alloc(9_000))),
  ])
  expect(readFirstBytes(endless.subarray(0, MAX_HELLO_BYTES - 1)).kind).toBe('incomplete')
  expect(readFirstBytes(endless.subarray(0, MAX_HELLO_BYTES)).kind).toBe('unknown')
  expect(readFirstBytes(recordOf(Buffer.from([1, 0, 128, 1]))).kind).toBe('unknown')
})

test('what comes byte by byte, in records of one byte each, is looked at once', () => {
  const hello = Buffer.concat([
    recordOf(Buffer.from([1, 0, 127, 0])),
    ...Array.from({ length: 5000 }, () => recordOf(Buffer.from([0]))),
  ])
  const reader = new FirstBytesReader()
  const started = performance.now()
  const kinds = new Set(Array.from(hello, (byte) => reader.read(Uint8Array.of(byte)).kind))
  expect([...kinds]).toEqual(['incomplete'])
  // Looking at all of it each time takes half a minute.
  expect(performance.now() - started).toBeLessThan(2000)
})

test('no bytes make it throw', () => {
  const changed = tuple(nat(CHROMIUM.length - 1), integer({ min: 0, max: 255 })).map(([at, byte]) =>
    Uint8Array.from(CHROMIUM, (old, index) => (index === at ? byte : old)),
  )
  const anything = oneof(
    uint8Array({ maxLength: 300 }),
    uint8Array({ maxLength: 300 }).map((bytes) => recordOf(Buffer.from([1, 0, 0, 40, ...bytes]))),
    changed,
  )
  assert(
    property(anything, (bytes) => {
      expect(['incomplete', 'tls', 'stun', 'http', 'unknown']).toContain(readFirstBytes(bytes).kind)
    }),
    { numRuns: 2000 },
  )
})

function recordOf(body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([22, 3, 1, body.length >> 8, body.length & 255]), body])
}

/** What a real client says first. */
function captureHello(options: { servername?: string; ALPNProtocols?: string[] }): Promise<Buffer> {
  return new Promise((resolve) => {
    const server = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: {
        data(socket, bytes) {
          resolve(Buffer.from(bytes))
          socket.terminate()
          server.stop(true)
        },
      },
    })
    connectTls({ host: '127.0.0.1', port: server.port, ...options }).on('error', () => {})
  })
}

function readFirstBytes(bytes: Uint8Array): FirstBytes {
  return new FirstBytesReader().read(bytes)
}
