import { describe, expect, test } from 'bun:test'
import { PathSampler, readReceived } from './path-sampler.ts'
import { CHROMIUM, FIREFOX, type RecordedStats } from './recorded-stats.ts'

/** A connection whose statistics are `samples`, one after the other; the last one stays. */
function connectionOf(...samples: RecordedStats[]): RTCPeerConnection {
  let next = 0
  return {
    getStats() {
      const sample = samples[Math.min(next++, samples.length - 1)] ?? []
      return Promise.resolve(new Map(sample.map((stat) => [stat.id, stat])))
    },
  } as unknown as RTCPeerConnection
}

const change = (stats: RecordedStats, id: string, fields: object): RecordedStats =>
  stats.map((stat) => (stat.id === id ? { ...stat, ...fields } : stat))

for (const [browser, samples] of Object.entries({ CHROMIUM, FIREFOX })) {
  describe(`the statistics of ${browser}`, () => {
    const [first = [], second = []] = samples
    const sampled = async () => {
      const sampler = new PathSampler(connectionOf(first, second))
      return [await sampler.sample(), await sampler.sample()] as const
    }

    test('name the chosen path', async () => {
      const [, report] = await sampled()
      expect(report.mode).toBe('direct')
      expect(report.local).toMatchObject({ type: 'host', protocol: 'udp' })
      expect(report.local?.address).toMatch(/^[^:]+:\d+$/)
      expect(report.roundTripMs).toBeLessThan(50)
      expect(report.pairs.filter(({ isSelected }) => isSelected)).toHaveLength(1)
      expect(report.pairs).toHaveLength(2)
    })

    test('become rates between two samples', async () => {
      const [before, after] = await sampled()
      for (const way of ['send', 'receive'] as const) {
        expect(before[way].video.bitsPerSecond).toBe(0)
        expect(after[way].video.bitsPerSecond).toBeGreaterThan(10_000)
        expect(after[way].video.bitsPerSecond).toBeLessThan(1_000_000)
        expect(after[way].audio.bitsPerSecond).toBeGreaterThan(0)
        expect(after[way].audio).toMatchObject({ codec: 'opus', picture: null, lossRatio: 0 })
        expect(after[way].video).toMatchObject({ codec: 'VP8', lossRatio: 0 })
        expect(after[way].video.picture).toMatchObject({ width: 320, height: 180 })
      }
    })

    test('count bytes of any kind', async () => {
      const bytes = await readReceived(connectionOf(first), false)
      expect(await readReceived(connectionOf(second), false)).toBeGreaterThan(bytes ?? NaN)
      expect(bytes).toBeGreaterThan(10_000)
    })

    test('tell of loss', async () => {
      const id = 'inbound-rtp-video'
      const received = Number(first.find((stat) => stat.id === id)?.['packetsReceived'])
      const lossy = change(second, id, { packetsLost: 10, packetsReceived: received + 30 })
      const sampler = new PathSampler(connectionOf(first, lossy))
      await sampler.sample()
      expect((await sampler.sample()).receive.video.lossRatio).toBe(0.25)
    })

    test('tell of a relay, and over which transport it is reached', async () => {
      const [, plain] = await sampled()
      const local = second.find((stat) => plain.local?.address.endsWith(`:${String(stat['port'])}`))
      const relayed = change(second, local?.id ?? '', {
        candidateType: 'relay',
        relayProtocol: 'tls',
      })
      const report = await new PathSampler(connectionOf(relayed)).sample()
      expect(report.mode).toBe('relay')
      expect(report.local).toMatchObject({ type: 'relay', protocol: 'tls' })
    })
  })
}

test('a connection without a path gives an empty report', async () => {
  const report = await new PathSampler(connectionOf([])).sample()
  expect(report).toMatchObject({ mode: null, local: null, remote: null, roundTripMs: null })
  expect(report.pairs).toEqual([])
  expect(report.send.audio).toEqual({
    codec: null,
    bitsPerSecond: 0,
    lossRatio: null,
    picture: null,
  })
  expect(await readReceived(connectionOf([]), false)).toBe(0)
})

test('counters that begin anew are no negative rate', async () => {
  const [first = [], second = []] = CHROMIUM
  const sampler = new PathSampler(connectionOf(second, first))
  await sampler.sample()
  expect((await sampler.sample()).receive.video.bitsPerSecond).toBe(0)
})

test('connectivity checks of all pairs are counted when asked for, where the browser does', async () => {
  const stats = [
    { id: 'T', type: 'transport', bytesReceived: 100 },
    { id: 'p1', type: 'candidate-pair', responsesReceived: 2, requestsReceived: 3 },
    { id: 'p2', type: 'candidate-pair', responsesReceived: 5 },
  ]
  expect(await readReceived(connectionOf(stats), true)).toBe(110)
  expect(await readReceived(connectionOf(stats), false)).toBe(100)
  expect(await readReceived(connectionOf(stats.slice(0, 1)), true)).toBeUndefined()
})
