import { expect, spyOn, test } from 'bun:test'
import type { MediaFrame } from '../media-reader.ts'
import { Producer } from '../router/producer.ts'
import { Reader } from './reader.ts'
import { KEY, Pictures } from './testing/pictures.ts'
import { Published } from './testing/published.ts'

test('nothing comes after the reader is closed, not even within a call', () => {
  const pictures = new Pictures(new Published())
  const { published } = pictures
  published.frames.push = (...frames) => {
    published.reader.close()
    return Array.prototype.push.apply(published.frames, frames)
  }
  pictures.packet(0)
  pictures.packet(2)
  pictures.packet(3)
  pictures.packet(1)
  pictures.frames(2, 3)
  published.reader.close()
  published.reader.requestKeyFrame()
  published.unpublish()
  expect(pictures.handedOut).toEqual([0])
  expect([published.gaps, published.asked.length]).toEqual([0, 0])
  expect(published.router.hasReaders).toBe(false)
})

test('a reader that is closed when a frame is held back hands it out, and no more', () => {
  const published = new Published('VP8', {
    waitsForReports: true,
    onHeld: () => published.reader.close(),
  })
  const pictures = new Pictures(published)
  published.isPrompt = false
  pictures.frames(0, 3)
  published.read()
  expect(pictures.handedOut).toEqual([0, 1, 2])
  expect(published.router.hasReaders).toBe(false)
  pictures.frames(3, 4)
  published.read()
  expect(pictures.handedOut).toEqual([0, 1, 2])
})

test('a reader that is closed by its last frame of a publisher leaves nothing at the next one', () => {
  using taps = spyOn(Producer.prototype, 'tap')
  using untaps = spyOn(Producer.prototype, 'untap')
  const pictures = new Pictures(new Published())
  const { published } = pictures
  const closeWith = Array.prototype.push
  published.isPrompt = false
  pictures.frames(0, 3)
  published.frames.push = (...frames) => {
    published.reader.close()
    return closeWith.apply(published.frames, frames)
  }
  published.publish('VP8')
  expect(pictures.handedOut).toEqual([0])
  expect(published.gaps).toBe(0)
  expect(untaps).toHaveBeenCalledTimes(taps.mock.calls.length)
})

test('a frame stays as it is while its own reader is closed', () => {
  const published = new Published()
  published.isPrompt = false
  const seen: MediaFrame[] = []
  const reader = new Reader(
    published.router,
    {
      onFrame(frame) {
        const before = { ...frame, data: frame.data.slice() }
        reader.close()
        expect(frame).toEqual(before)
        seen.push(before)
      },
    },
    () => {},
  )
  for (let sequence = 1; sequence <= 3; sequence += 1) {
    const payload = [0xfc, sequence]
    published.send({ kind: 'audio', sequence, timestamp: 960 * sequence, payload })
  }
  published.read()
  expect(seen.map(({ data }) => [...data])).toEqual([[0xfc, 1]])
})

test('a frame stays as it is while another reader is closed and hands out its own', () => {
  const pictures = new Pictures(new Published())
  const { published } = pictures
  published.isPrompt = false
  const heard: number[][] = []
  const first = new Reader(
    published.router,
    {
      onFrame({ data }) {
        later.close()
        heard.push([...data])
      },
    },
    () => {},
  )
  const closed: number[][] = []
  const later = new Reader(
    published.router,
    { onFrame: ({ data }) => closed.push([...data]) },
    () => {},
  )
  pictures.frames(0, 3)
  published.read()
  first.close()
  expect(heard).toEqual([
    [...KEY, 0],
    [1, 1, 1],
    [1, 2, 2],
  ])
  expect(closed).toEqual(heard)
})
