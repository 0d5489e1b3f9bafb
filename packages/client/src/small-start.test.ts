import { FakeClock } from '@duet/base'
import { expect, test } from 'bun:test'
import { SmallStart } from './small-start.ts'

class FakeSender {
  scale = 1
  getParameters() {
    return { encodings: [{ scaleResolutionDownBy: this.scale }] }
  }
  setParameters({ encodings: [encoding] }: ReturnType<FakeSender['getParameters']>) {
    this.scale = encoding?.scaleResolutionDownBy ?? 1
    return Promise.resolve()
  }
}

function start() {
  const clock = new FakeClock()
  const sender = new FakeSender()
  const refusals: unknown[] = []
  const small = new SmallStart(clock, (error) => refusals.push(error))
  small.begin(sender as unknown as RTCRtpSender)
  return { clock, sender, small, refusals }
}

test('the picture begins small and grows once media flows', () => {
  const { clock, sender, small } = start()
  clock.advance(60_000)
  expect(sender.scale).toBe(2)
  small.up()
  small.up()
  expect([sender.scale, clock.pending]).toEqual([2, 1])
  clock.advance(2_000)
  expect([sender.scale, clock.pending]).toEqual([1, 0])
})

test('nothing happens after close', () => {
  const { clock, sender, small } = start()
  small.up()
  small.close()
  small.close()
  expect(clock.pending).toBe(0)
  clock.advance(60_000)
  expect(sender.scale).toBe(2)
})

test('a browser that refuses is reported and nothing else', async () => {
  const { sender, small, refusals } = start()
  sender.setParameters = () => Promise.reject(new Error('no'))
  small.begin(sender as unknown as RTCRtpSender)
  await Promise.resolve()
  expect(refusals).toHaveLength(1)
})
