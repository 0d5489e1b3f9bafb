import { describe, expect, test } from 'bun:test'
import type { MediaFrame } from '../media-reader.ts'
import { randomNumbers } from '../rtp/testing/bytes.ts'
import { Reader } from './reader.ts'
import { Published } from './testing/published.ts'
import { TimedPublisher, type TimedOptions } from './testing/timed-publisher.ts'

/** Of what comes least delayed; picture is encoded, which takes longer. */
const AUDIO_DELAY_MS = 20
const VIDEO_DELAY_MS = 150
const REPORTS = { afterMs: 0, everyMs: 1_000, lateMs: 30 }
const DELAYS = { audioDelayMs: AUDIO_DELAY_MS, videoDelayMs: VIDEO_DELAY_MS }

function publishTo(published: Published, options: TimedOptions = {}): TimedPublisher {
  return new TimedPublisher(published, { ...DELAYS, reports: REPORTS, ...options })
}

/** Sound and picture run together, as late as sound that nothing delayed. */
function expectTogether(publisher: TimedPublisher, ms: number, { within = 5 } = {}): void {
  for (const kind of ['audio', 'video'] as const) {
    const { least, most } = publisher.errors(kind, ms)
    expect(least, kind).toBeGreaterThan(AUDIO_DELAY_MS - within)
    expect(most, kind).toBeLessThan(AUDIO_DELAY_MS + within)
  }
}

/** No time goes back, and none leaves out more than a frame. */
function expectSmooth({ published }: TimedPublisher, { longestMs = 60 } = {}): void {
  for (const kind of ['audio', 'video'] as const) {
    const times = published.framesOf(kind).map(({ timeMs }) => timeMs)
    expect(times.length).toBeGreaterThan(100)
    const steps = times.slice(1).map((time, at) => time - times[at]!)
    expect(Math.min(...steps), kind).toBeGreaterThanOrEqual(0)
    expect(Math.max(...steps), kind).toBeLessThan(longestMs)
  }
}

describe.each([
  ['at once', true],
  ['ten times a second', false],
])('when frames that are read %s were captured', (_when, isPrompt) => {
  const longMs = isPrompt ? 3_600_000 : 600_000

  function publish(options: TimedOptions = {}): TimedPublisher {
    const published = new Published()
    published.isPrompt = isPrompt
    return publishTo(published, options)
  }

  test('sound and picture run together by the reports', () => {
    const publisher = publish()
    publisher.run(20_000)
    expectTogether(publisher, 12_000)
    expectSmooth(publisher)
  })

  test('jitter does not matter', () => {
    const random = randomNumbers(7)
    const publisher = publish({ jitter: () => random(35) })
    publisher.run(30_000)
    expectTogether(publisher, 15_000)
    expectSmooth(publisher)
  })

  test('without reports it is when they came', () => {
    const publisher = publish({ reports: undefined })
    publisher.run(5_000)
    expect(publisher.errors('audio', 4_000).most).toBeWithin(19, 22)
    expect(publisher.errors('video', 4_000).most).toBeWithin(149, 153)
  })

  test('reports that begin later bring them together without a step', () => {
    const publisher = publish({ reports: { ...REPORTS, afterMs: 6_000 } })
    publisher.run(5_000)
    expect(publisher.errors('video', 1_000).least).toBeGreaterThan(145)
    publisher.run(8_000)
    expectTogether(publisher, 1_000)
    expectSmooth(publisher)
  })

  test('reports that come late say the same', () => {
    const publisher = publish({ reports: { ...REPORTS, lateMs: 2_500 } })
    publisher.run(20_000)
    expectTogether(publisher, 10_000)
  })

  test.each([200, -200])('a clock that drifts by %d ppm is followed for long', (driftPpm) => {
    const random = randomNumbers(9)
    const publisher = publish({
      driftPpm,
      jitter: () => random(25),
      reports: { ...REPORTS, everyMs: 5_000 },
    })
    publisher.run(longMs)
    expectTogether(publisher, longMs - 20_000, { within: 9 })
    expectSmooth(publisher)
  })

  test.each([
    ['sound', Math.floor(2 ** 32 - 48 * 12_000)],
    ['picture', Math.floor(2 ** 32 - 90 * 12_000)],
  ])('over the wrap of the timestamps of %s', (_, firstTimestamp) => {
    const publisher = publish({ firstTimestamp })
    publisher.run(20_000)
    expectTogether(publisher, 10_000)
    expectSmooth(publisher)
  })

  test.each([60_000, -60_000, 400])("the publisher's clock is set by %d ms", (stepMs) => {
    const publisher = publish({ reports: { ...REPORTS, everyMs: 5_000 } })
    publisher.run(20_000)
    publisher.clockStepMs.video = stepMs
    publisher.run(5_000)
    publisher.clockStepMs.audio = stepMs
    publisher.run(20_000)
    expectTogether(publisher, 35_000)
    expectSmooth(publisher)
  })

  test('reports of one track that say otherwise are followed, smoothly', () => {
    const publisher = publish()
    publisher.run(20_000)
    publisher.clockStepMs.video = 300
    publisher.run(20_000)
    const audio = publisher.errors('audio', 5_000)
    const video = publisher.errors('video', 5_000)
    expect(video.least - audio.most).toBeWithin(290, 310)
    expectSmooth(publisher)
  })

  test.each([
    ['that there is no clock', { clockMs: -2_208_988_800_000 }],
    ['what can not be', { clockMs: 1e12 }],
  ])('reports that say %s change nothing', (_, { clockMs }) => {
    const publisher = publish({ reports: undefined })
    const { published } = publisher
    for (let second = 0; second < 20; second += 1) {
      publisher.run(1_000)
      published.report('audio', clockMs, 48_000 * second)
      published.report('video', clockMs + 600_000, 90_000 * second)
    }
    expect(publisher.errors('audio', 15_000).most).toBeWithin(10, 25)
    expectSmooth(publisher)
  })

  test('a reader that comes later knows the reports of before', () => {
    const publisher = publish({ reports: { ...REPORTS, everyMs: 1e9 } })
    publisher.run(10_000)
    const { published } = publisher
    const later: MediaFrame[] = []
    const reader = new Reader(published.router, { onFrame: (frame) => later.push(frame) }, () => {})
    publisher.sendKeyFrame()
    publisher.run(10_000)
    published.read()
    reader.close()
    for (const kind of ['audio', 'video'] as const) {
      const last = later.findLast((frame) => frame.kind === kind)
      expect(last?.timeMs).toBeCloseTo(published.framesOf(kind).at(-1)!.timeMs, 0)
    }
  })

  test('another publisher, with another clock and other timestamps', () => {
    const publisher = publish()
    const { published } = publisher
    publisher.run(10_000)
    published.unpublish()
    published.pass(40)
    published.publish('VP8')
    const second = publishTo(published, { clockMs: 5_000_000, firstTimestamp: 3e9, driftPpm: 50 })
    second.run(20_000)
    expectTogether(second, 10_000)
    // What was on its way is lost, and the first pictures are as late as they come.
    expectSmooth(publisher, { longestMs: 2 * VIDEO_DELAY_MS })
  })

  test('timestamps that begin anew', () => {
    for (const timestampStep of [1e9, -1e9]) {
      const publisher = publish()
      publisher.run(10_000)
      publisher.timestampStep = timestampStep
      publisher.run(20_000)
      expectTogether(publisher, 10_000)
      // Until the next report it is when they came.
      expectSmooth(publisher, { longestMs: 60 + VIDEO_DELAY_MS - AUDIO_DELAY_MS })
    }
  })
})

describe('a reader that waits for reports', () => {
  const open = (reports: TimedOptions['reports']) => {
    const published = new Published('VP8', { waitsForReports: true })
    const publisher = publishTo(published, { reports })
    const run = (ms: number): void => {
      for (let passed = 0; passed < ms; passed += 20) {
        publisher.run(20)
        published.router.tick(published.nowMs)
      }
    }
    return { published, publisher, run }
  }

  test('has sound and picture together from the first frame on', () => {
    const { published, publisher, run } = open({ ...REPORTS, afterMs: 2_500, everyMs: 5_000 })
    run(2_400)
    expect(published.frames).toEqual([])
    expect(published.held).toBeGreaterThan(150)
    run(200)
    const held = published.frames.slice(0, published.held)
    expect(held.length).toBeGreaterThan(150)
    expect(held.map(({ timeMs }) => timeMs)).toEqual(
      held.map(({ timeMs }) => timeMs).sort((a, b) => a - b),
    )
    run(5_000)
    expectTogether(publisher, 10_000, { within: 8 })
    expectSmooth(publisher)
  })

  test('waits for no more than three seconds', () => {
    const { published, run } = open(undefined)
    run(2_900)
    expect(published.frames).toEqual([])
    run(300)
    expect(published.framesOf('audio').length).toBeGreaterThan(150)
    expect(published.framesOf('video').length).toBeGreaterThan(80)
    const { held } = published
    run(100)
    expect(published.held).toBe(held)
  })

  test('hands out what it has when it is closed, and when nobody publishes any more', () => {
    const closed = open({ ...REPORTS, afterMs: 9_000 })
    closed.run(1_000)
    closed.published.reader.close()
    expect(closed.published.framesOf('audio').length).toBeGreaterThan(45)
    const left = open({ ...REPORTS, afterMs: 9_000 })
    left.run(1_000)
    left.published.unpublish()
    expect(left.published.framesOf('audio').length).toBeGreaterThan(45)
    expect(left.published.gaps).toBeGreaterThan(0)
  })
})

test('what came before the stream was read for the first time has the times at which it came', () => {
  const published = new Published()
  published.unpublish()
  published.nowMs = 1_764_500_000_000
  published.publish('VP8')
  published.isPrompt = false
  const came = [20, 40, 60].map((ms) => 1_764_500_000_000 + ms)
  for (const [sequence, atMs] of came.entries()) {
    published.nowMs = atMs
    published.send({
      kind: 'audio',
      sequence: sequence + 1,
      timestamp: 960 * sequence,
      payload: [0xfc],
    })
  }
  published.unpublish()
  expect(published.frames.map(({ timeMs }) => timeMs)).toEqual(came)
})
