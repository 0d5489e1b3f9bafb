import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import {
  ACK_EVERY,
  ACK_EVERY_LENGTH,
  MAX_UNACKNOWLEDGED,
  MAX_UNACKNOWLEDGED_LENGTH,
} from './limits.ts'
import { SequenceBook } from './sequence.ts'

interface Frame {
  seq: number
  ack: number
  word: number
}

const read = (frame: string) => JSON.parse(frame) as Frame
const historyCount = process.env['DUET_LONG'] === '1' ? 20_000 : 500

describe('S1 numbers', () => {
  test('S1 messages are numbered from 1 and carry the highest number received', () => {
    const book = new SequenceBook()
    expect(read(book.write({ type: 'leave' }))).toMatchObject({ type: 'leave', seq: 1, ack: 0 })
    book.arrive(1)
    book.arrive(2)
    expect(read(book.write({}))).toMatchObject({ seq: 2, ack: 2 })
    expect([book.sent, book.received]).toEqual([2, 2])
  })

  test('S1 a message cannot choose its own numbers', () => {
    expect(read(new SequenceBook().write({ seq: 99, ack: 99 }))).toEqual({
      seq: 1,
      ack: 0,
    } as Frame)
  })

  test('S1 what is written already is numbered as well', () => {
    const book = new SequenceBook()
    book.arrive(1)
    expect(book.writeFields('"type":"left"')).toBe(book.unacknowledged()[0] ?? '')
    expect(book.writeFields('"type":"left"')).toBe('{"type":"left","seq":2,"ack":1}')
    expect(book.acknowledge(1)).toBe(true)
    expect(book.unacknowledged()).toEqual(['{"type":"left","seq":2,"ack":1}'])
  })

  test('S1 what cannot be written takes no number', () => {
    const book = new SequenceBook()
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    expect(() => book.write(circle)).toThrow()
    expect(read(book.write({}))).toMatchObject({ seq: 1 })
    expect(book.pending).toBe(1)
  })
})

describe('S2 acknowledgements', () => {
  test('S2 an acknowledgement forgets everything up to its number', () => {
    const book = new SequenceBook()
    for (let word = 1; word <= 4; word++) book.write({ word })
    expect(book.acknowledge(3)).toBe(true)
    expect(book.unacknowledged().map((frame) => read(frame).seq)).toEqual([4])
    expect(book.acknowledge(1)).toBe(true)
    expect(book.pending).toBe(1)
  })

  test('S2 an acknowledgement of what was never sent is refused and forgets nothing', () => {
    const book = new SequenceBook()
    book.write({})
    expect(book.acknowledge(2)).toBe(false)
    expect(book.pending).toBe(1)
  })

  test(`S2 a bare ack is due after ${ACK_EVERY} messages with nothing said`, () => {
    const book = new SequenceBook()
    for (let seq = 1; seq < ACK_EVERY; seq++) book.arrive(seq)
    expect(book.owesAck).toBe(false)
    book.arrive(ACK_EVERY)
    expect(book.owesAck).toBe(true)
    expect(book.ackToSend()).toBe(ACK_EVERY)
    expect(book.owesAck).toBe(false)
  })

  test(`S2 a bare ack is due after ${ACK_EVERY_LENGTH} units with nothing said`, () => {
    const book = new SequenceBook()
    book.arrive(1, ACK_EVERY_LENGTH - 1)
    expect(book.owesAck).toBe(false)
    book.arrive(1, ACK_EVERY_LENGTH)
    expect(book.owesAck).toBe(false)
    book.arrive(2, 1)
    expect(book.owesAck).toBe(true)
    book.ackToSend()
    expect(book.owesAck).toBe(false)
  })

  test('S2 any message of one’s own carries the acknowledgement', () => {
    const book = new SequenceBook()
    for (let seq = 1; seq <= ACK_EVERY; seq++) book.arrive(seq)
    book.write({})
    expect(book.owesAck).toBe(false)
  })
})

describe('S3 arrivals', () => {
  test.each([
    [1, 'duplicate'],
    [0, 'duplicate'],
    [2, 'next'],
    [3, 'gap'],
    [99, 'gap'],
  ] as const)('S3 after 1, number %i is %s', (seq, arrival) => {
    const book = new SequenceBook()
    book.arrive(1)
    expect(book.arrive(seq)).toBe(arrival)
    expect(book.received).toBe(arrival === 'next' ? 2 : 1)
  })
})

describe('S4 sending again', () => {
  test('S4 what is not acknowledged is sent again, in order and unchanged', () => {
    const book = new SequenceBook()
    const frames = [1, 2, 3].map((word) => book.write({ word }))
    book.acknowledge(1)
    expect(book.unacknowledged()).toEqual(frames.slice(1))
    expect(book.unacknowledged(2)).toEqual(frames.slice(2))
    expect(book.unacknowledged(3)).toEqual([])
  })

  test('S4 two books over connections that break deliver each message once, in order', () => {
    /** say: each side writes so many. carry: so many of the frames on the way arrive. */
    const step = fc.oneof(
      fc.record({ kind: fc.constant('say' as const), a: fc.nat(4), b: fc.nat(4) }),
      fc.record({ kind: fc.constant('carry' as const), a: fc.nat(6), b: fc.nat(6) }),
      fc.record({ kind: fc.constant('break' as const) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const a = new Speaker()
        const b = new Speaker()
        for (const each of steps) {
          if (each.kind === 'say') {
            a.say(each.a)
            b.say(each.b)
          } else if (each.kind === 'carry') {
            a.carryTo(b, each.a)
            b.carryTo(a, each.b)
          } else reconnect(a, b)
        }
        reconnect(a, b)
        a.carryTo(b, Infinity)
        b.carryTo(a, Infinity)
        expect(b.heard).toEqual(a.said)
        expect(a.heard).toEqual(b.said)
      }),
      { numRuns: historyCount, includeErrorInReport: true },
    )
  })
})

describe('S8 overrun', () => {
  test(`S8 more than ${MAX_UNACKNOWLEDGED} unacknowledged messages are an overrun`, () => {
    const book = new SequenceBook()
    for (let count = 0; count < MAX_UNACKNOWLEDGED; count++) book.write({})
    expect(book.isOverrun).toBe(false)
    book.write({})
    expect(book.isOverrun).toBe(true)
    book.acknowledge(1)
    expect(book.isOverrun).toBe(false)
  })

  test(`S8 more than ${MAX_UNACKNOWLEDGED_LENGTH} unacknowledged units are an overrun`, () => {
    const book = new SequenceBook()
    const half = 'x'.repeat(MAX_UNACKNOWLEDGED_LENGTH / 2 - 100)
    book.write({ half })
    book.write({ half })
    expect(book.isOverrun).toBe(false)
    book.write({ rest: 'x'.repeat(200) })
    expect(book.isOverrun).toBe(true)
    book.acknowledge(1)
    expect(book.isOverrun).toBe(false)
  })
})

/** A side with its book, what is on the way from it, and what it heard. */
class Speaker {
  readonly book = new SequenceBook()
  readonly said: number[] = []
  readonly heard: number[] = []
  wire: string[] = []

  say(count: number): void {
    for (let index = 0; index < count; index++) {
      const word = this.said.length
      this.said.push(word)
      this.wire.push(this.book.write({ word }))
    }
  }

  carryTo(other: Speaker, count: number): void {
    for (const frame of this.wire.splice(0, Math.min(count, this.wire.length))) {
      const { seq, ack, word } = read(frame)
      expect(other.book.acknowledge(ack)).toBe(true)
      const arrival = other.book.arrive(seq)
      expect(arrival).not.toBe('gap')
      if (arrival === 'next') other.heard.push(word)
    }
  }
}

/** Both say what they received last; what was on the way is gone. */
function reconnect(a: Speaker, b: Speaker): void {
  expect(a.book.acknowledge(b.book.received)).toBe(true)
  expect(b.book.acknowledge(a.book.received)).toBe(true)
  a.wire = a.book.unacknowledged()
  b.wire = b.book.unacknowledged()
}
