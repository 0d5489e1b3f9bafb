import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import {
  MAX_CANDIDATE_FIELD_LENGTH,
  MAX_CANDIDATE_LENGTH,
  MAX_CHAT_LENGTH,
  MAX_MESSAGE_LENGTH,
  MAX_PUSH_KEY_LENGTH,
  MAX_PUSH_URL_LENGTH,
  MAX_TOKEN_LENGTH,
  MIN_CAST_SECRET_LENGTH,
} from './limits.ts'
import type { ClientMessage } from './messages.ts'
import { parseClientMessage } from './parse.ts'

const historyCount = process.env['DUET_LONG'] === '1' ? 50_000 : 2_000
const token = 'x'.repeat(MAX_TOKEN_LENGTH)
const callId = '0123456789abcdef'.repeat(2)
const numbers = { seq: 7, ack: 3 }
const candidate = {
  candidate: 'candidate:1 1 udp 2113937151 10.0.0.1 5000 typ host',
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment: 'abcd',
}

/** One full message of each type. */
const VALID = {
  hello: { type: 'hello', version: 1, session: token, ack: 5, attempt: 2 },
  ping: { type: 'ping', ack: 0 },
  ack: { type: 'ack', ack: 0 },
  join: { ...numbers, type: 'join', room: 'lake', tag: token, name: 'Ann', wait: true },
  leave: { ...numbers, type: 'leave' },
  description: {
    ...numbers,
    type: 'description',
    description: { type: 'offer', sdp: 'v=0\r\n' },
    auth: token,
    to: token,
  },
  candidate: { ...numbers, type: 'candidate', candidate, to: token },
  mismatch: { ...numbers, type: 'mismatch', hasKey: true, to: token },
  hearing: { ...numbers, type: 'hearing', peer: token, hears: false },
  chat: { ...numbers, type: 'chat', body: 'x'.repeat(MAX_CHAT_LENGTH), sealed: true },
  admit: { ...numbers, type: 'admit', peer: token, isAdmitted: true },
  'request-media': { ...numbers, type: 'request-media', peer: token },
  consent: { ...numbers, type: 'consent', purpose: 'record', isGiven: true },
  capture: {
    ...numbers,
    type: 'capture',
    purpose: 'live',
    isOn: true,
    live: { layout: 'inset', push: { url: 'rtmps://live.example:443/app', key: 'abc-1?x=%2f' } },
  },
  attend: { ...numbers, type: 'attend' },
  'place-call': { ...numbers, type: 'place-call', to: 2 ** 31 - 1, media: 'video' },
  'call-ringing': { ...numbers, type: 'call-ringing', call: callId },
  'accept-call': { ...numbers, type: 'accept-call', call: callId },
  'decline-call': { ...numbers, type: 'decline-call', call: callId, text: 'later' },
  'end-call': { ...numbers, type: 'end-call', call: callId },
  'rejoin-call': { ...numbers, type: 'rejoin-call', call: callId, leg: 3 },
  'send-message': {
    ...numbers,
    type: 'send-message',
    to: 1,
    body: 'x'.repeat(MAX_MESSAGE_LENGTH),
    clientId: token,
  },
  'open-cast': {
    ...numbers,
    type: 'open-cast',
    tag: token,
    secret: 'x'.repeat(MIN_CAST_SECRET_LENGTH),
    name: 'Living room',
  },
  'join-cast': { ...numbers, type: 'join-cast', tag: token, code: 'k7p hqx', name: 'Ann' },
  dismiss: { ...numbers, type: 'dismiss' },
  'mark-read': { ...numbers, type: 'mark-read', with: 1, upTo: 7 },
} as const satisfies { [Type in ClientMessage['type']]: Extract<ClientMessage, { type: Type }> }

const OPTIONAL = new Set([
  'hello.session',
  'hello.ack',
  'hello.attempt',
  'join.name',
  'join.wait',
  'open-cast.name',
  'join-cast.name',
  'description.auth',
  'description.to',
  'candidate.to',
  'mismatch.to',
  'chat.sealed',
  'decline-call.text',
  'rejoin-call.leg',
  'capture.live',
])

const fieldsOf = Object.values(VALID).flatMap((message) =>
  Object.keys(message)
    .filter((field) => field !== 'type')
    .map((field) => [message, field] as const),
)

const parse = (value: unknown) => parseClientMessage(JSON.stringify(value))

describe('H1 S1 R1 G1 C1 every message with all its fields', () => {
  test.each(Object.values(VALID))('$type is read as it was written', (message) => {
    expect(parse(message)).toEqual({ ok: true, message })
  })

  test('fields that are not named are ignored', () => {
    expect(parse({ ...VALID.ping, extra: { deep: [] } }).ok).toBe(true)
  })

  test('G1 `null` says that there are no more candidates', () => {
    expect(parse({ ...VALID.candidate, candidate: null }).ok).toBe(true)
  })
})

describe('E2 a field that is missing, of the wrong type, null or huge', () => {
  for (const [message, field] of fieldsOf) {
    const name = `${message.type}.${field}`
    const isOptional = OPTIONAL.has(name)

    test(`E2 ${name} missing is ${isOptional ? 'fine' : 'refused'}`, () => {
      expect(parse(without(message, field)).ok).toBe(isOptional)
    })

    test(`E2 ${name} of a wrong type is refused under its number`, () => {
      for (const wrong of wrongValuesFor(name)) {
        const frame: Record<string, unknown> = { ...message, [field]: wrong }
        const { seq } = readNumber(frame)
        expect([wrong, parse(frame)]).toEqual([
          wrong,
          {
            ok: false,
            code: 'bad-field',
            message: `${name} is missing or bad`,
            ...(seq === undefined ? {} : { seq }),
          },
        ])
      }
    })
  }

  test.each([
    ['description.type', { ...VALID.description, description: { type: 'pranswer', sdp: 'v=0' } }],
    ['description.sdp empty', { ...VALID.description, description: { type: 'offer', sdp: '' } }],
    ['description.sdp missing', { ...VALID.description, description: { type: 'offer' } }],
    ['candidate.candidate missing', { ...VALID.candidate, candidate: { sdpMid: '0' } }],
    [
      'candidate too long',
      { ...VALID.candidate, candidate: { candidate: 'x'.repeat(MAX_CANDIDATE_LENGTH + 1) } },
    ],
    [
      'sdpMLineIndex negative',
      { ...VALID.candidate, candidate: { ...candidate, sdpMLineIndex: -1 } },
    ],
    ['sdpMid a number', { ...VALID.candidate, candidate: { ...candidate, sdpMid: 0 } }],
    [
      'sdpMid too long',
      {
        ...VALID.candidate,
        candidate: { ...candidate, sdpMid: 'x'.repeat(MAX_CANDIDATE_FIELD_LENGTH + 1) },
      },
    ],
    ['token too long', { ...VALID.join, tag: `${token}x` }],
    ['token empty', { ...VALID.join, tag: '' }],
    ['chat too long', { ...VALID.chat, body: 'x'.repeat(MAX_CHAT_LENGTH + 1) }],
    ['chat empty', { ...VALID.chat, body: '' }],
    ['purpose unknown', { ...VALID.consent, purpose: 'listen' }],
    ['layout unknown', capture({ layout: 'above' })],
    ['layout missing', capture({ push: { url: 'rtmp://a' } })],
    ['push empty', push({})],
    ['push by HTTP', push({ url: 'https://live.example/app' })],
    ['push to a file', push({ url: '/etc/passwd' })],
    ['push to a file behind RTMP', push({ url: 'file:rtmp://live.example' })],
    ['push without a host', push({ url: 'rtmp:///app' })],
    ['push to nothing', push({ url: 'rtmp://' })],
    ['push with a blank', push({ url: 'rtmp://live.example/app timeout=1' })],
    ['push with a line break', push({ url: 'rtmp://live.example/app\n' })],
    ['push with letters of other scripts', push({ url: 'rtmp://živě.example/app' })],
    ['push too long', push({ url: `rtmp://${'x'.repeat(MAX_PUSH_URL_LENGTH - 6)}` })],
    ['push key with a blank', push({ url: 'rtmp://a', key: 'a b' })],
    ['push key a number', push({ url: 'rtmp://a', key: 5 })],
    ['push key too long', push({ url: 'rtmp://a', key: 'x'.repeat(MAX_PUSH_KEY_LENGTH + 1) })],
    ['seq past 2^53', { ...VALID.leave, seq: 2 ** 53 }],
    ['seq a fraction', { ...VALID.leave, seq: 1.5 }],
  ])('E2 %s is refused', (_what, frame) => {
    expect(parse(frame)).toMatchObject({ ok: false, code: 'bad-field' })
  })

  test.each([null, undefined])('E2 candidate members may be %p', (nothing) => {
    const frame = { ...VALID.candidate, candidate: { ...candidate, sdpMid: nothing } }
    expect(parse(frame).ok).toBe(true)
  })
})

test.each([
  ['the shortest address', { url: 'rtmp://a' }],
  ['capitals', { url: 'RTMPS://LIVE.example/app', key: '' }],
  ['the longest address', { url: `rtmp://${'x'.repeat(MAX_PUSH_URL_LENGTH - 7)}` }],
  ['the longest key', { url: 'rtmp://a', key: 'x'.repeat(MAX_PUSH_KEY_LENGTH) }],
])('B7 a broadcast is pushed to %s', (_what, to) => {
  expect(parse(push(to)).ok).toBe(true)
})

describe('E2 frames that are no message', () => {
  test.each([
    '',
    'hello',
    '{',
    '[]',
    '[{"type":"ping","ack":0}]',
    'null',
    '5',
    '"ping"',
    'true',
    '\u0000',
    `${'['.repeat(60_000)}${']'.repeat(60_000)}`,
  ])('E2 %# is not-json', (frame) => {
    expect(parseClientMessage(frame)).toMatchObject({ ok: false, code: 'not-json' })
  })

  test.each([
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '',
    'PING',
    'welcome',
    'joined',
    null,
    5,
    { toString: 'ping' },
    [['ping']],
  ])('E2 the type %j is unknown', (type) => {
    expect(parseClientMessage(JSON.stringify({ type, seq: 1, ack: 0 }))).toMatchObject({
      ok: false,
      code: 'unknown-type',
      seq: 1,
    })
  })

  test('E2 an own `__proto__` field lends no field to a message', () => {
    const frame = '{"__proto__":{"ack":0},"type":"ping"}'
    expect(parseClientMessage(frame)).toMatchObject({ ok: false, code: 'bad-field' })
    expect(({} as Record<string, unknown>)['ack']).toBeUndefined()
  })
})

describe('E4 nothing throws', () => {
  test('E4 any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (frame) => {
        expect(parseClientMessage(frame).ok).toBe(false)
      }),
      { numRuns: historyCount, includeErrorInReport: true },
    )
  })

  test('E4 any mutation of a valid message is read or refused with a code', () => {
    const mutation = fc.record({
      message: fc.constantFrom(...Object.values(VALID)),
      field: fc.constantFrom(
        'type',
        'seq',
        'ack',
        'description',
        'candidate',
        'to',
        'room',
        'body',
      ),
      value: fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(...Object.keys(VALID))),
    })
    fc.assert(
      fc.property(mutation, ({ message, field, value }) => {
        const result = parse({ ...message, [field]: value })
        if (result.ok) expect(Object.keys(VALID)).toContain(result.message.type)
        else expect(['unknown-type', 'bad-field']).toContain(result.code)
      }),
      { numRuns: historyCount, includeErrorInReport: true },
    )
  })

  test('E4 any bytes of a valid frame overwritten', () => {
    const damage = fc.record({
      message: fc.constantFrom(...Object.values(VALID)),
      at: fc.nat(300),
      bytes: fc.string({ unit: 'binary', maxLength: 4 }),
    })
    fc.assert(
      fc.property(damage, ({ message, at, bytes }) => {
        const frame = JSON.stringify(message)
        expect(() =>
          parseClientMessage(frame.slice(0, at) + bytes + frame.slice(at + bytes.length)),
        ).not.toThrow()
      }),
      { numRuns: historyCount, includeErrorInReport: true },
    )
  })
})

/** The number under which a frame is refused. */
function readNumber(frame: Record<string, unknown>): { seq?: number } {
  const seq = frame['seq']
  return typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0 ? { seq } : {}
}

function without(message: object, field: string): object {
  return Object.fromEntries(Object.entries(message).filter(([name]) => name !== field))
}

function capture(live: object): object {
  return { ...VALID.capture, live }
}

function push(to: object): object {
  return capture({ layout: 'inset', push: to })
}

function wrongValuesFor(name: string): unknown[] {
  const huge = 'x'.repeat(200_000)
  if (/\.(seq|ack|version|attempt|upTo|leg)$/.test(name))
    return [null, '1', -1, 0.5, 2 ** 60, [], {}, true, huge]
  if (name === 'decline-call.text') return [null, 5, [], {}, true, huge]
  if (name === 'place-call.to') return [null, 0, '1', -1, 2 ** 31, [], {}, true, huge]
  if (name === 'send-message.to' || name === 'mark-read.with')
    return [0, '1', -1, 2 ** 31, [], {}, true, huge]
  if (/\.(wait|hears|hasKey|sealed|isAdmitted|isGiven|isOn)$/.test(name))
    return [null, 0, 'true', [], {}, huge]
  if (name === 'description.description') return [null, 'v=0', 5, [], {}, huge]
  if (name === 'candidate.candidate') return ['candidate:1', 5, [], {}, true, huge]
  // How long a name may be is the name's own rule (R2).
  if (/\.(room|name)$/.test(name)) return [null, 5, [], {}, true]
  return [null, 5, [], {}, true, '', huge]
}
