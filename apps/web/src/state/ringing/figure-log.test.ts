import { expect, test } from 'bun:test'
import type { PathReport } from '@duet/client'
import { FigureLog } from './figure-log.ts'

const flow = (bitsPerSecond: number, lossRatio: number | null) => ({
  codec: 'opus',
  bitsPerSecond,
  lossRatio,
  picture: null,
})

function reportAt(at: number, path: Partial<PathReport> = {}): PathReport {
  return {
    at,
    mode: 'direct',
    local: null,
    remote: { type: 'host', address: '10.0.0.2:9', protocol: 'udp' },
    roundTripMs: 12.345,
    pairs: [],
    send: { audio: flow(1000.4, null), video: flow(2000, 0.5) },
    receive: { audio: flow(10, null), video: flow(20, null) },
    ...path,
  }
}

test('a sample has both kinds together, the worse loss, and times from the beginning', () => {
  const log = new FigureLog(1000)
  expect(log.isEmpty).toBe(true)
  log.add(reportAt(1500))
  expect(log.figures({ hasPhrase: false }).samples).toEqual([
    {
      at: 500,
      mode: 'direct',
      roundTripMs: 12.3,
      sentBitsPerSecond: 3000,
      receivedBitsPerSecond: 30,
      sentLoss: 0.5,
      receivedLoss: null,
    },
  ])
})

test('a day is no more than 240 samples and 64 KiB, from its first minute to its last', () => {
  const log = new FigureLog(0)
  const day = 24 * 60 * 60 * 1000
  for (let at = 0; at <= day; at += 5_000) log.add(reportAt(at))
  const figures = log.figures({ hasPhrase: true })
  expect(figures.samples.length).toBeWithin(100, 241)
  expect(JSON.stringify(figures).length).toBeLessThan(64 * 1024)
  expect(figures.samples[0]?.at).toBe(0)
  expect(figures.samples.at(-1)?.at).toBeGreaterThan(day * 0.98)
})

test('changes of the path are counted between samples too', () => {
  const log = new FigureLog(0)
  log.add(reportAt(0, { mode: 'relay' }))
  log.add(reportAt(100))
  log.add(reportAt(200))
  log.add(reportAt(300, { mode: null, remote: null }))
  log.add(reportAt(400, { remote: { type: 'host', address: '10.0.0.3:9', protocol: 'udp' } }))
  const { pathChanges, samples } = log.figures({ hasPhrase: false })
  expect(pathChanges).toBe(2)
  expect(samples).toHaveLength(1)
})
