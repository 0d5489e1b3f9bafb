import { describe, expect, test } from 'bun:test'
import { parseSideMessage, SideChannel, type SideMessage } from './side-channel.ts'

const candidate = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'x' }

const good: SideMessage[] = [
  { type: 'ping', intervalMs: 250 },
  { type: 'media', audio: true, video: false, screen: false },
  { type: 'bye' },
  { type: 'signal', signal: { type: 'candidate', candidate } },
  { type: 'signal', signal: { type: 'candidate', candidate: null } },
  { type: 'signal', signal: { type: 'description', description: { type: 'offer', sdp: 'v=0' } } },
  {
    type: 'signal',
    signal: { type: 'description', description: { type: 'answer', sdp: '' }, auth: 'AAAA' },
  },
  { type: 'media-path', turn: 0, via: 'direct', plays: 'direct', why: 'pressed' },
  { type: 'media-path', turn: 1_000_000, via: 'server', plays: 'server', why: 'lost' },
  { type: 'commit', commit: 'A-_0'.repeat(10) + 'xyz' },
  { type: 'reveal', nonce: 'A-_0'.repeat(10) + 'xyz' },
]

const nonsense: unknown[] = [
  null,
  true,
  7,
  '',
  [],
  [{ type: 'bye' }],
  {},
  { type: 'other' },
  { type: ['bye'] },
  { type: '__proto__' },
  { type: 'ping' },
  { type: 'ping', intervalMs: '250' },
  { type: 'ping', intervalMs: -1 },
  { type: 'ping', intervalMs: 0 },
  { type: 'ping', intervalMs: 1e9 },
  { type: 'ping', intervalMs: null },
  { type: 'media', audio: 1, video: true, screen: true },
  { type: 'media', audio: true },
  { type: 'media-path' },
  { type: 'media-path', turn: -1, via: 'direct', plays: 'direct', why: 'pressed' },
  { type: 'media-path', turn: 0.5, via: 'direct', plays: 'direct', why: 'pressed' },
  { type: 'media-path', turn: 1_000_001, via: 'direct', plays: 'direct', why: 'pressed' },
  { type: 'media-path', turn: '1', via: 'direct', plays: 'direct', why: 'pressed' },
  { type: 'media-path', turn: 1, via: 'relay', plays: 'direct', why: 'pressed' },
  { type: 'media-path', turn: 1, via: 'direct', why: 'pressed' },
  { type: 'media-path', turn: 1, via: 'direct', plays: 'direct', why: 'because' },
  { type: 'commit' },
  { type: 'commit', commit: 'short' },
  { type: 'commit', nonce: 'x'.repeat(43) },
  { type: 'commit', commit: 'x'.repeat(44) },
  { type: 'reveal', nonce: `${'x'.repeat(42)}=` },
  { type: 'reveal', nonce: ['x'.repeat(43)] },
  { type: 'signal' },
  { type: 'signal', signal: null },
  { type: 'signal', signal: 'offer' },
  { type: 'signal', signal: { type: 'description' } },
  { type: 'signal', signal: { type: 'description', description: null } },
  { type: 'signal', signal: { type: 'description', description: { type: 'rollback', sdp: '' } } },
  { type: 'signal', signal: { type: 'description', description: { type: 'offer', sdp: 7 } } },
  {
    type: 'signal',
    signal: { type: 'description', description: { type: 'offer', sdp: '' }, auth: {} },
  },
  { type: 'signal', signal: { type: 'candidate' } },
  { type: 'signal', signal: { type: 'candidate', candidate: 'candidate:1' } },
  { type: 'signal', signal: { type: 'candidate', candidate: { candidate: 7 } } },
  {
    type: 'signal',
    signal: { type: 'candidate', candidate: { ...candidate, usernameFragment: { toString: 1 } } },
  },
  { type: 'signal', signal: { type: 'candidate', candidate: { ...candidate, sdpMid: [] } } },
  {
    type: 'signal',
    signal: { type: 'candidate', candidate: { ...candidate, sdpMLineIndex: '0' } },
  },
  {
    type: 'signal',
    signal: { type: 'candidate', candidate: { ...candidate, candidate: 'x'.repeat(5000) } },
  },
]

describe('a message of the peer', () => {
  for (const message of good) {
    test(`is ${JSON.stringify(message).slice(0, 70)}`, () => {
      expect(parseSideMessage(JSON.stringify(message))).toEqual(message)
    })
  }

  for (const message of nonsense) {
    test(`is not ${JSON.stringify(message).slice(0, 70)}`, () => {
      expect(parseSideMessage(JSON.stringify(message))).toBeUndefined()
    })
  }

  test('is not what is no JSON, no text, too deep or too long', () => {
    expect(parseSideMessage('{')).toBeUndefined()
    expect(parseSideMessage(undefined)).toBeUndefined()
    expect(parseSideMessage(new ArrayBuffer(8))).toBeUndefined()
    expect(parseSideMessage('['.repeat(100_000))).toBeUndefined()
    expect(
      parseSideMessage(`{"type":"bye","x":${'['.repeat(9e4)}${']'.repeat(9e4)}}`),
    ).toBeUndefined()
    expect(parseSideMessage(`{"type":"bye","x":"${'x'.repeat(200_000)}"}`)).toBeUndefined()
  })
})

class FakeChannel {
  readyState: RTCDataChannelState = 'connecting'
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  readonly sent: string[] = []
  send(text: string) {
    this.sent.push(text)
  }
}

test('a side channel speaks when it is open, and hears nothing after close', () => {
  const channel = new FakeChannel()
  const heard: SideMessage[] = []
  const connection = { createDataChannel: () => channel } as unknown as RTCPeerConnection
  let opened = 0
  const side = new SideChannel(connection, {
    onOpen: () => opened++,
    onMessage: (message) => heard.push(message),
  })
  expect(side.send({ type: 'bye' })).toBe(false)
  channel.readyState = 'open'
  channel.onopen?.()
  expect(side.send({ type: 'bye' })).toBe(true)
  channel.onmessage?.({ data: '{"type":"bye"}' })
  channel.onmessage?.({ data: 'nonsense' })
  expect([opened, channel.sent, heard]).toEqual([1, ['{"type":"bye"}'], [{ type: 'bye' }]])
  side.close()
  expect([channel.onopen, channel.onmessage]).toEqual([null, null])
})
