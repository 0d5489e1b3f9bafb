import { afterAll, describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { createDtlsContext } from './create-context.ts'
import { Pair, type Side } from './testing/pair.ts'

const SIDES: Side[] = ['client', 'server']
const clock = new FakeClock()
const client = createDtlsContext({ clock })
const server = createDtlsContext({ clock })

afterAll(() => {
  client.close()
  server.close()
})

describe.each(SIDES)('a %s that closes', (side) => {
  const other = side === 'client' ? 'server' : 'client'

  test('tells the other side, and nobody else', () => {
    const pair = new Pair({ client, server }).settle()
    pair[side].association.close()
    pair.settle()
    expect(pair.states).toEqual(['ended', 'ended'])
    expect(pair[side].ended).toEqual([])
    expect(pair[other].ended).toEqual([{ reason: 'closed' }])
  })

  test('does so once, and is deaf and silent afterwards', () => {
    const pair = new Pair({ client, server }).settle()
    const { association, sent } = pair[side]
    const heard = pair[other].sent.slice()
    association.close()
    const count = sent.length
    association.close()
    for (const datagram of heard) association.receive(datagram)
    pair.run(60_000)
    expect([sent.length, association.state]).toEqual([count, 'ended'])
  })

  test('before it is connected says nothing', () => {
    const pair = new Pair({ client, server })
    const count = pair[side].sent.length
    pair[side].association.close()
    expect(pair.settle()[side].sent.length).toBe(count)
    expect(pair[side].ended).toEqual([])
  })

  test('may do so while it is told that it is connected', () => {
    const onConnected = (connected: Side) => {
      if (connected === side) pair[side].association.close()
    }
    const pair: Pair = new Pair({ client, server, onConnected })
    pair.settle()
    expect(pair[side].association.state).toBe('ended')
    expect(pair[side].ended).toEqual([])
    expect(pair[other].ended).toEqual([{ reason: 'closed' }])
  })

  test('may do so whenever it sends', () => {
    for (let place = 0; place < 3; place++) {
      let sent = 0
      const carry = (datagram: Uint8Array, from: Side) => {
        if (from === side && sent++ === place) queueMicrotask(() => pair[side].association.close())
        return [datagram]
      }
      const pair: Pair = new Pair({ client, server, carry })
      pair.settle()
      pair.close()
      expect(pair.states).toEqual(['ended', 'ended'])
    }
  })
})

test('a context that closes takes its associations along', () => {
  const own = createDtlsContext({ clock })
  const pair = new Pair({ client, server: own }).settle()
  own.close()
  own.close()
  expect(pair.settle().states).toEqual(['ended', 'ended'])
  expect(() => new Pair({ client, server: own })).toThrow('closed')
})
