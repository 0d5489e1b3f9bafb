import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { parseClientMessage } from './parse.ts'
import { writtenDescription } from './written-description.ts'

const SDP = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n'

function frame(sdp: string, more: object = { to: 'b', seq: 1, ack: 0 }, type = 'offer'): string {
  return JSON.stringify({ type: 'description', description: { type, sdp }, ...more })
}

describe('G2 a description is relayed as it was written', () => {
  test('G2 it is cut out of the usual frames', () => {
    for (const type of ['offer', 'answer']) {
      const written = writtenDescription(frame(SDP, { auth: 'proof', seq: 7, ack: 3 }, type))
      expect(written).toBe(JSON.stringify({ type, sdp: SDP }))
    }
  })

  test('G2 whatever is cut out means the same as what was parsed', () => {
    const unit = fc.constantFrom(
      'a',
      '"',
      '\\',
      '}',
      '{',
      ':',
      '\r\n',
      'sdp',
      '\u0000',
      'ü',
      '\ud800',
    )
    const text = fc.array(unit, { minLength: 1 }).map((units) => units.join(''))
    const mark = fc.record({ auth: text, to: text, x: fc.object() }, { requiredKeys: [] })
    const seen = { cut: 0, left: 0 }
    fc.assert(
      fc.property(text, mark, (sdp, more) => {
        const written = writtenDescription(frame(sdp, { ...more, seq: 1, ack: 0 }))
        seen[written === undefined ? 'left' : 'cut']++
        if (written !== undefined) expect(JSON.parse(written)).toEqual({ type: 'offer', sdp })
      }),
      { numRuns: 2000 },
    )
    expect(Math.min(seen.cut, seen.left)).toBeGreaterThan(0)
  })

  test.each([
    ['another field in it', frame(SDP).replace('"}', '","x":[[]]}')],
    ['a second one', frame(SDP).replace(/}$/, ',"description":{"type":"answer","sdp":"x"}}')],
    [
      'a second one in disguise',
      frame(SDP).replace(/}$/, ',"\\u0064escription":{"type":"answer","sdp":"x"}}'),
    ],
    ['a quote in it', frame('v="0"}')],
    ['an escape at its end', frame('v=\\')],
    [
      'another order',
      '{"seq":1,"ack":0,"type":"description","description":{"type":"offer","sdp":"x"}}',
    ],
    ['blanks', '{"type":"description", "description":{"type":"offer","sdp":"x"},"seq":1,"ack":0}'],
  ])('G2 a frame with %s is written anew', (_, text) => {
    expect(parseClientMessage(text)).toMatchObject({ ok: true })
    expect(writtenDescription(text)).toBeUndefined()
  })
})
