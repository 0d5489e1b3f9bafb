import { expect, test } from 'bun:test'
import { Silence, sumReceived } from './silence.ts'

test('silence lasts from the last look that found something new', () => {
  const silence = new Silence(1000)
  const looks: [isConnected: boolean, received: number, now: number, ms: number][] = [
    [false, 0, 1500, 500],
    [false, 3, 2000, 1000],
    [true, 5, 2500, 0],
    [true, 5, 3000, 500],
    [true, 5, 3500, 1000],
    [true, 6, 4000, 0],
    [false, 7, 4500, 500],
    [true, 7, 5000, 1000],
    // Counters begin anew with another path.
    [true, 2, 5500, 0],
  ]
  for (const [isConnected, received, now, ms] of looks) {
    expect(silence.look({ isConnected, received, now })).toBe(ms)
  }
})

test('every report that counts packets is counted, and no other', () => {
  const reports = [
    { type: 'transport', packetsReceived: 3, bytesReceived: 400 },
    { type: 'candidate-pair', bytesReceived: 50, requestsReceived: 1000 },
    { type: 'inbound-rtp', packetsReceived: 2, bytesReceived: 1000 },
    { type: 'data-channel', messagesReceived: 7 },
    { type: 'outbound-rtp', packetsReceived: 1000 },
    { type: 'codec' },
  ]
  expect(sumReceived(reports)).toBe(462)
})
