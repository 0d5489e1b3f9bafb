import { expect, test } from 'bun:test'
import type { MediaFrame } from '@duet/media'
import * as fc from 'fast-check'
import { FrameBatch } from './frame-batch.ts'

function frame(kind: 'audio' | 'video', timeMs: number, bytes: number[], isKeyFrame = false) {
  const codec = kind === 'audio' ? 'Opus' : 'VP8'
  return { kind, codec, timeMs, data: Uint8Array.from(bytes), isKeyFrame } satisfies MediaFrame
}

/** What a batch says of its frames. */
function contents(batch: FrameBatch) {
  return Array.from({ length: batch.count }, (_, index) => ({
    timeMs: batch.timeMs(index),
    bytes: [...batch.data(index)],
    isVideo: batch.isVideo(index),
    isEntry: batch.isEntry(index),
  }))
}

test('frames are as they were when they were added', () => {
  const batch = new FrameBatch()
  const sound = frame('audio', 20, [1, 2])
  batch.add(sound)
  sound.data.fill(0)
  batch.add(frame('video', 10, [3], true))
  batch.add(frame('video', 40, []))
  expect(contents(batch)).toEqual([
    { timeMs: 20, bytes: [1, 2], isVideo: false, isEntry: true },
    { timeMs: 10, bytes: [3], isVideo: true, isEntry: true },
    { timeMs: 40, bytes: [], isVideo: true, isEntry: false },
  ])
  expect([batch.byteLength, batch.length(0), batch.order]).toEqual([3, 2, [1, 0, 2]])
  const target = new Uint8Array(4)
  expect(batch.copy(0, target, 1)).toBe(3)
  expect([...target]).toEqual([0, 1, 2, 0])
})

test('it keeps what it is told to, whatever came before', () => {
  const batch = new FrameBatch()
  for (let count = 0; count < 3; count += 1) {
    batch.add(frame('audio', 10 * count, [count]))
    batch.add(frame('video', 10 * count, Array<number>(20_000).fill(count), true))
  }
  batch.keep([5, 0])
  batch.add(frame('audio', 99, [9]))
  expect(contents(batch).map(({ timeMs, bytes }) => [timeMs, bytes.length, bytes[0]])).toEqual([
    [20, 20_000, 2],
    [0, 1, 0],
    [99, 1, 9],
  ])
  batch.keep([])
  expect([batch.count, batch.byteLength, batch.order]).toEqual([0, 0, []])
})

test('any frames and any that are kept, as in a list', () => {
  const added = fc.record({
    size: fc.constantFrom(0, 1, 100, 9_000, 300_000),
    timeMs: fc.integer({ min: 0, max: 50 }),
    isVideo: fc.boolean(),
    keptShare: fc.constantFrom(0, 0, 0, 1, 2),
  })
  fc.assert(
    fc.property(fc.array(added, { maxLength: 40 }), (steps) => {
      const batch = new FrameBatch()
      let list: { timeMs: number; size: number; byte: number }[] = []
      for (const [step, { size, timeMs, isVideo, keptShare }] of steps.entries()) {
        const bytes = Array<number>(size).fill(step)
        batch.add(frame(isVideo ? 'video' : 'audio', timeMs, bytes))
        list.push({ timeMs, size, byte: step })
        if (keptShare > 0) {
          const kept = list.flatMap((_, index) => (index % 3 < keptShare ? [index] : []))
          batch.keep(kept)
          list = kept.map((index) => list[index]!)
        }
      }
      expect(batch.count).toBe(list.length)
      for (const [index, { timeMs, size, byte }] of list.entries()) {
        expect(batch.timeMs(index)).toBe(timeMs)
        const data = batch.data(index)
        expect(data.length).toBe(size)
        expect(data.every((each) => each === byte)).toBe(true)
      }
      const order = list.map((_, index) => index)
      expect(batch.order).toEqual(order.sort((a, b) => list[a]!.timeMs - list[b]!.timeMs))
    }),
    { numRuns: 40 },
  )
})
