import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { MAX_DISPLAY_LENGTH, MAX_ROOM_LENGTH } from './limits.ts'
import { readRequest } from './request.ts'

const ANN = { room: 'lake', display: 'ann' }
const JOIN = { action: 'join', captures: [], ...ANN }

/** Reads what a client would send. */
function read(value: unknown): unknown {
  return readRequest(JSON.stringify(value))
}

describe('SG2 requests', () => {
  test('SG2 keys are matched in any case, and unknown ones are ignored', () => {
    const said =
      '{"TID":"7","More":{},"Msg":{"ACTION":"join","Room":"lake","dIsplay":"ann","x":[]}}'
    expect(readRequest(said)).toEqual({ tid: '7', ...JOIN } as never)
  })

  test('SG2 of two spellings the last one counts', () => {
    const said = '{"tid":"7","msg":{"action":"join","room":"sea","ROOM":"lake","display":"ann"}}'
    expect(readRequest(said)).toMatchObject({ room: 'lake' })
  })

  test('SG2 frames of bytes are read as text', () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ tid: 'é', msg: JOIN }))
    expect(readRequest(bytes)).toEqual({ tid: 'é', ...JOIN } as never)
  })

  test.each([undefined, null])('SG2 tid %p is an empty one', (tid) => {
    expect(read({ tid, msg: JOIN })).toEqual({ tid: '', ...JOIN })
  })

  test('SG6 call and data may be missing', () => {
    const control = { ...ANN, action: 'control' }
    expect(read({ tid: '1', msg: control })).toEqual({ tid: '1', ...control, call: '', data: '' })
    expect(read({ tid: '1', msg: { ...control, call: 'alert', data: '' } })).toMatchObject({
      call: 'alert',
      data: '',
    })
  })

  test('SG2 names of the largest length pass', () => {
    const msg = {
      ...JOIN,
      room: 'r'.repeat(MAX_ROOM_LENGTH),
      display: 'd'.repeat(MAX_DISPLAY_LENGTH),
    }
    expect(read({ tid: '1', msg })).toEqual({ tid: '1', ...msg })
  })
})

describe('SG12 what can’t be carried out', () => {
  test.each<[string, unknown, object]>([
    ['an array', [], { tid: '', error: 'bad-field' }],
    ['a number', 7, { tid: '', error: 'bad-field' }],
    ['null', null, { tid: '', error: 'bad-field' }],
    ['a text', 'join', { tid: '', error: 'bad-field' }],
    ['tid is no text', { tid: 7, msg: JOIN }, { tid: '', error: 'bad-field' }],
    ['msg is no object', { tid: '1', msg: 'join' }, { tid: '1', error: 'bad-field' }],
    ['msg is an array', { tid: '1', msg: [JOIN] }, { tid: '1', error: 'bad-field' }],
    ['no msg', { tid: '1' }, { tid: '1', error: 'unknown-action' }],
    ['no action', { tid: '1', msg: {} }, { tid: '1', error: 'unknown-action' }],
    [
      'another action',
      { tid: '1', msg: { action: 'JOIN' } },
      { tid: '1', error: 'unknown-action' },
    ],
    [
      'an action of objects',
      { tid: '1', msg: { action: 'constructor' } },
      { tid: '1', error: 'unknown-action' },
    ],
    ['action is no text', { tid: '1', msg: { action: 7 } }, { tid: '1', error: 'bad-field' }],
  ])('SG12 %s', (_, value, reading) => {
    expect(read(value)).toEqual(reading)
  })

  test.each(['join', 'publish', 'control'])('SG12 %s without its fields', (action) => {
    for (const wrong of [
      { room: undefined },
      { room: '' },
      { room: 7 },
      { room: 'r'.repeat(MAX_ROOM_LENGTH + 1) },
      { display: undefined },
      { display: '' },
      { display: ['ann'] },
      { display: 'd'.repeat(MAX_DISPLAY_LENGTH + 1) },
      ...(action === 'control' ? [{ call: 7 }, { data: {} }] : []),
    ]) {
      const reading = read({ tid: '1', msg: { ...JOIN, ...wrong, action } })
      expect(reading).toEqual({ tid: '1', error: 'bad-field' })
    }
  })

  test.each(['', 'x', '{', '{"tid":"1"', '\u0000', '{"tid":"1"}}', new Uint8Array([0xff, 0x00])])(
    'SG12 no JSON: %j',
    (frame) => {
      expect(readRequest(frame)).toBeUndefined()
    },
  )

  test.each([10_000, 500_000])('SG12 %d levels deep does not throw', (depth) => {
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`
    readRequest(`{"tid":"1","msg":{"action":"join","room":${deep}}}`)
  })

  test('SG12 whatever it is, it does not throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.uint8Array()), (frame) => {
        const reading = readRequest(typeof frame === 'string' ? frame : new Uint8Array(frame))
        expect(reading === undefined || typeof reading.tid === 'string').toBe(true)
      }),
    )
  })
})
