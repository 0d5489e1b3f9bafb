import { expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { RememberedCalls } from './remembered-calls.ts'

const MINUTE = 60_000

function make(limit: number) {
  const clock = new FakeClock()
  const calls = new RememberedCalls({ limit, now: () => clock.now() })
  const grant = (id: string, ms = MINUTE): void =>
    calls.add({ method: 'setGrant', args: [id, { peers: 'any', expiresAt: clock.now() + ms }] })
  const revoke = (id: string, ms = MINUTE): void =>
    calls.add({ method: 'revoke', args: [id, clock.now() + ms] })
  const told = () => [...calls].map(({ method, args }) => `${method} ${String(args[0])}`)
  return { clock, calls, grant, revoke, told }
}

test('the last call about each thing, and about the server', () => {
  const { calls, grant, told } = make(9)
  for (const id of ['a', 'b', 'a']) grant(id)
  for (const pair of [1, 2]) calls.add({ method: 'setExternal', args: [[pair]] })
  expect(told()).toEqual(['setExternal 2', 'setGrant b', 'setGrant a'])
})

test('what is over is not told, nor what is over at once', () => {
  const { clock, grant, revoke, told } = make(9)
  grant('a')
  grant('b', 2 * MINUTE)
  revoke('c')
  revoke('d', 0)
  clock.advance(MINUTE - 1)
  expect(told()).toEqual(['setGrant a', 'setGrant b', 'revoke c'])
  clock.advance(1)
  expect(told()).toEqual(['setGrant b'])
})

test('revocations take the place of no grant', () => {
  const { grant, revoke, told } = make(2)
  for (const id of ['a', 'b']) grant(id)
  for (const id of ['c', 'd', 'e']) revoke(id)
  expect(told()).toEqual(['setGrant a', 'setGrant b', 'revoke d', 'revoke e'])
})

test('what is over goes first, then what was told first', () => {
  const { clock, grant, told } = make(2)
  grant('a', 2 * MINUTE)
  grant('b')
  clock.advance(MINUTE)
  grant('c')
  expect(told()).toEqual(['setGrant a', 'setGrant c'])
  grant('d')
  expect(told()).toEqual(['setGrant c', 'setGrant d'])
})
