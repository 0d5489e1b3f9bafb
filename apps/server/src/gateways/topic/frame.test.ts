import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { readFrame } from './frame.ts'
import { memberText } from '../member-text.ts'

/** What the others are told of this frame. */
function relayed(text: string): string | undefined {
  const frame = readFrame(text)
  return frame?.cmd === 'publish' ? frame.told : undefined
}

const anyText = fc.string({ unit: 'binary', maxLength: 20 })
const anySpace = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 3 })
const anyData = fc.oneof(
  fc.json({ stringUnit: 'binary' }),
  fc.constantFrom('null', '{}', '[]', '""', '-0', '1e400', '18446744073709551616', '1.50'),
  anyText.map((text) => JSON.stringify(text)),
  anyText.map((text) => `"${Array.from(text, escapeAll).join('')}"`),
)

/** A publication with its members in any order and other ones, spaced in any way. */
const anyPublication = fc
  .record({
    subject: anyText,
    event: anyText,
    data: anyData,
    more: fc.array(fc.tuple(anyText, fc.json()), { maxLength: 3 }),
    order: fc.infiniteStream(fc.nat()),
    spaces: fc.infiniteStream(anySpace),
  })
  .map(({ subject, event, data, more, order, spaces }) => {
    const space = () => String(spaces.next().value)
    const own = new Set(['cmd', 'subject', 'event', 'data'])
    const members: [string, string][] = [
      ['cmd', '"publish"'],
      ['subject', JSON.stringify(subject)],
      ['event', JSON.stringify(event)],
      ['data', data],
      ...more.filter(([name]) => !own.has(name)),
    ]
    const shuffled = members
      .map((member) => ({ member, at: Number(order.next().value) }))
      .sort((a, b) => a.at - b.at)
    const written = shuffled.map(
      ({ member: [name, value] }) =>
        `${space()}${JSON.stringify(name)}${space()}:${space()}${value}${space()}`,
    )
    return { text: `${space()}{${written.join(',')}}${space()}`, event, data }
  })

function escapeAll(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const code = character.charCodeAt(index).toString(16).padStart(4, '0')
    return `\\u${code}`
  }).join('')
}

describe('TP3 data', () => {
  test('TP3 comes out as it went in, wherever it stands in the frame', () => {
    fc.assert(
      fc.property(anyPublication, ({ text, event, data }) => {
        const out = relayed(text) ?? ''
        expect(Object.entries(JSON.parse(out) as object)).toEqual([
          ['cmd', 'publish'],
          ['event', event],
          ['data', JSON.parse(data)],
        ])
        expect(out).toEndWith(`,"data":${data.trim()}}`)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['twice', '{"cmd":"publish","subject":"s","event":"e","data":1,"data":{"x":2}}', '{"x":2}'],
    [
      'by another spelling',
      '{"cmd":"publish","subject":"s","event":"e","data":1,"d\\u0061ta":2}',
      '2',
    ],
    ['inside', '{"cmd":"publish","subject":"s","event":"e","x":{"data":1},"data":2}', '2'],
    [
      'in a text',
      '{"cmd":"publish","x":"\\",\\"data\\":1","subject":"s","event":"e","data":2}',
      '2',
    ],
    [
      'after a backslash',
      '{"cmd":"publish","x":"\\\\","subject":"s","event":"e","data":"\\\\"}',
      '"\\\\"',
    ],
    [
      'with __proto__',
      '{"cmd":"publish","subject":"s","event":"e","data":{"__proto__":1}}',
      '{"__proto__":1}',
    ],
  ])('TP3 given %s: what JSON.parse takes is told', (_, text, data) => {
    expect(relayed(text)).toBe(`{"cmd":"publish","event":"e","data":${data}}`)
  })

  test('TP3 an event can smuggle nothing in', () => {
    const event = '","cmd":"subscribe","x":"'
    const out = relayed(JSON.stringify({ cmd: 'publish', subject: 's', event, data: 0 }))
    expect(JSON.parse(out ?? '')).toEqual({ cmd: 'publish', event, data: 0 })
  })

  test('TP3 the text of a member is what JSON.parse reads', () => {
    fc.assert(
      fc.property(
        fc.dictionary(anyText, fc.jsonValue({ stringUnit: 'binary' }), { noNullPrototype: true }),
        fc.nat(2),
        (members, indent) => {
          const text = JSON.stringify(members, null, indent)
          for (const [name, value] of Object.entries(members)) {
            expect(JSON.parse(memberText(text, name) ?? '')).toEqual(
              JSON.parse(JSON.stringify(value)),
            )
          }
        },
      ),
    )
  })
})

describe('TP12 what says nothing', () => {
  const fields = { cmd: 'publish', subject: 'room-lake', event: 'x', data: 1 }
  const without = (name: keyof typeof fields) => ({ ...fields, [name]: undefined })
  test.each<[string, unknown]>([
    ...(['cmd', 'subject', 'event', 'data'] as const).map((name): [string, unknown] => [
      `no ${name}`,
      without(name),
    ]),
    ...(['cmd', 'subject', 'event'] as const).flatMap((name) =>
      [null, 1, true, [], {}, ['publish']].map((value): [string, unknown] => [
        `${name} is ${JSON.stringify(value)}`,
        { ...fields, [name]: value },
      ]),
    ),
    ['another cmd', { ...fields, cmd: 'unsubscribe' }],
    ['cmd in capitals', { ...fields, cmd: 'PUBLISH' }],
    ['subscribe without a subject', { cmd: 'subscribe' }],
    ['subscribe to null', { cmd: 'subscribe', subject: null }],
    ['a number', 7],
    ['null', null],
    ['an array', [fields]],
    ['a text', 'publish'],
    ['nothing', {}],
  ])('TP12 %s', (_, value) => {
    expect(readFrame(JSON.stringify(value))).toBeUndefined()
  })

  test.each(['', 'x', '{', '{"cmd":"publish"', '\u0000', '{"cmd":"subscribe","subject":"a"}}'])(
    'TP12 bad JSON: %j',
    (text) => {
      expect(readFrame(text)).toBeUndefined()
    },
  )

  test.each([10_000, 500_000])('TP12 data %d levels deep does not throw', (depth) => {
    const data = `${'[{"x":'.repeat(depth)}0${'}]'.repeat(depth)}`
    const text = `{"cmd":"publish","subject":"s","event":"offer","data":${data}}`
    const out = relayed(text)
    if (out !== undefined) expect(out).toBe(`{"cmd":"publish","event":"offer","data":${data}}`)
  })
})
