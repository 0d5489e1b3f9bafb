import { expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { FakeMediaServer } from './testing/fake-media-server.ts'
import { OFFER } from './testing/stage.ts'
import { Traffic } from './traffic.ts'

test('MD17 what flows is measured over the last half minute', () => {
  const clock = new FakeClock()
  const media = new FakeMediaServer(clock)
  const traffic = new Traffic(media, clock)
  const { id } = media.open({ kind: 'publish', stream: 'a/b', sdp: OFFER, address: '' })
  const rate = () => {
    const session = media.session(id) ?? { sentBytes: 0, receivedBytes: 0 }
    return traffic.ofSession(id, session).recv_30s
  }
  const flow = (receivedBytes: number) => media.flow(id, { receivedBytes })
  const rates: number[] = [rate()]
  // 1000 bytes a second for a minute, then nothing.
  for (let second = 1; second <= 100; second += 1) {
    flow(1000 * Math.min(second, 60))
    clock.advance(1000)
    if (second % 20 === 0) rates.push(rate())
  }
  expect(rates).toEqual([0, 8, 8, 8, 3, 0])
  expect(traffic.ofStream('a/b', { sentBytes: 0, receivedBytes: 0 })).toEqual({
    recv_30s: 0,
    send_30s: 0,
  })
  media.end(id, 'ended')
  clock.advance(10_000)
  expect(traffic.ofSession(id, { sentBytes: 1e9, receivedBytes: 1e9 }).recv_30s).toBe(0)
  traffic.close()
  expect(clock.pending).toBe(0)
})
