import { expect, test } from 'bun:test'
import { Router } from '../router/router.ts'
import { Published } from './testing/published.ts'
import { ReadingRounds } from './reading-rounds.ts'

const TICK_MS = 20

/** Rounds of some streams, and how often each was read at each of the last ticks. */
function scene(streams: number) {
  const rounds = new ReadingRounds()
  const reads: number[] = Array(streams).fill(0)
  const waiting = new Set<number>()
  const routers = reads.map((_, index) => {
    const router = new Router(`room/${index}`)
    router.publish({ id: 'ann', producers: [], requestKeyFrame: () => {} }, 0)
    router.read({
      attach: () => {},
      tick: () => {
        reads[index]! += 1
        return waiting.has(index)
      },
    })
    rounds.add(router)
    return router
  })
  let nowMs = 0
  const pass = (ticks: number): number[][] =>
    Array.from({ length: ticks }, () => {
      reads.fill(0)
      nowMs += TICK_MS
      rounds.tick(nowMs)
      return [...reads]
    })
  return { rounds, routers, waiting, pass }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

test('each stream is read at once, and then ten times a second, not all of them together', () => {
  const { pass } = scene(10)
  expect(pass(1)).toEqual([Array(10).fill(1)])
  const ticks = pass(50)
  expect(ticks.map(sum)).toEqual(Array(50).fill(2))
  for (let stream = 0; stream < 10; stream += 1) {
    expect(sum(ticks.map((reads) => reads[stream]!))).toBe(10)
  }
})

test('one that waits is read at each tick, once', () => {
  const { waiting, pass } = scene(10)
  pass(5)
  waiting.add(3)
  pass(5)
  expect(pass(20).map((reads) => reads[3])).toEqual(Array(20).fill(1))
  waiting.delete(3)
  pass(1)
  expect(sum(pass(20).map((reads) => reads[3]!))).toBe(4)
})

test('one that is taken away is not read, and one that is there already is not read twice', () => {
  const { rounds, routers, waiting, pass } = scene(7)
  for (const index of [0, 1, 2, 3, 4, 5, 6]) waiting.add(index)
  for (const router of routers) rounds.add(router)
  rounds.remove(routers[2]!)
  rounds.remove(routers[2]!)
  expect(pass(10)).toEqual(Array.from({ length: 10 }, () => [1, 1, 0, 1, 1, 1, 1]))
})

test('a prompt reader is read at each tick while somebody publishes', () => {
  const published = new Published('VP8', { isPrompt: true })
  published.isPrompt = false
  const rounds = new ReadingRounds()
  rounds.add(published.router)
  for (let count = 0; count < 10; count += 1) {
    published.send({ kind: 'audio', sequence: count, timestamp: 960 * count, payload: [0xfc] })
    published.nowMs += TICK_MS
    rounds.tick(published.nowMs)
    expect(published.frames).toHaveLength(count + 1)
  }
})
