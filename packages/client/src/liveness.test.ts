import { describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { Liveness } from './liveness.ts'

function setUp({ isHidden = false, pingsSeen = true, isAcknowledged = true } = {}) {
  const clock = new FakeClock()
  const told: string[] = []
  const pings: number[] = []
  const world = { bytes: 1000, checks: 0, isHidden, isAcknowledged, reads: 0 }
  const liveness = new Liveness({
    clock,
    ping: (intervalMs) => pings.push(intervalMs),
    received: (withChecks) => {
      world.reads++
      return Promise.resolve(world.bytes + (withChecks ? world.checks : 0))
    },
    isAcknowledged: () => world.isAcknowledged,
    isHidden: () => world.isHidden,
    onSilent: () => told.push('silent'),
    onHeard: () => told.push('heard'),
  })
  if (pingsSeen) liveness.heard(250)
  /** Lets time pass as a page's timers see it; `each` happens in every tick. */
  const pass = async (ms: number, each: () => void = () => {}, tickMs = 250) => {
    for (let passed = 0; passed < ms; passed += tickMs) {
      clock.advance(tickMs)
      each()
      await Promise.resolve()
      await Promise.resolve()
    }
  }
  return { clock, told, pings, world, liveness, pass }
}

describe('liveness', () => {
  test('pings four times a second, and says so', async () => {
    const { pings, pass, liveness } = setUp()
    await pass(2000, () => liveness.heard(250))
    expect(pings).toEqual(Array(8).fill(250))
  })

  test('no packet for a second -> silent -> ping -> heard', async () => {
    const { told, pass, liveness } = setUp()
    await pass(750)
    expect(told).toEqual([])
    await pass(500)
    expect(told).toEqual(['silent'])
    expect(liveness.isSilent).toBe(true)
    liveness.heard(250)
    expect(told).toEqual(['silent', 'heard'])
  })

  test('any packets count while pings are missing', async () => {
    const { told, pass, world } = setUp()
    await pass(10_000, () => (world.bytes += 100))
    expect(told).toEqual([])
    await pass(1250)
    expect(told).toEqual(['silent'])
    await pass(500, () => (world.bytes += 100))
    expect(told).toEqual(['silent', 'heard'])
  })

  test('what came before the silence does not put it off', async () => {
    const { told, pass, world, liveness } = setUp()
    await pass(5000, () => {
      world.bytes += 1000
      liveness.heard(250)
    })
    await pass(1250)
    expect(told).toEqual(['silent'])
  })

  test('both muted and without a camera: pings alone are enough', async () => {
    const { told, pass, world, liveness } = setUp()
    await pass(30_000, () => liveness.heard(250))
    expect(told).toEqual([])
    expect(world.reads).toBe(0)
  })

  test('a peer in the background pings once a second and is not silent', async () => {
    const { told, pass, liveness } = setUp()
    for (let second = 0; second < 30; second++) {
      liveness.heard(1000)
      await pass(1000)
    }
    expect(told).toEqual([])
    await pass(2750)
    expect(told).toEqual(['silent'])
  })

  test('a page that goes to the background says at once that it will ping slowly', () => {
    const { pings, world, liveness, clock } = setUp()
    clock.advance(250)
    world.isHidden = true
    liveness.visibilityChanged()
    expect(pings).toEqual([250, 1000])
    liveness.close()
    liveness.visibilityChanged()
    expect(pings).toHaveLength(2)
  })

  test('slow timers of the background alone are no silence', async () => {
    const { told, pass, world } = setUp({ isHidden: true })
    await pass(20_000, () => (world.bytes += 100), 1000)
    expect(told).toEqual([])
  })

  test('a machine that slept looks once more before it declares silence', async () => {
    const { told, clock, pass, world } = setUp()
    clock.advance(600_000)
    world.bytes += 1
    await pass(250)
    await pass(500, () => (world.bytes += 1))
    expect(told).toEqual([])
  })

  test('statistics that fail are no silence by themselves, nor do they throw', async () => {
    const { clock, liveness } = setUp()
    const failing = new Liveness({
      clock,
      ping: () => {},
      received: () => Promise.reject(new Error('closed')),
      isAcknowledged: () => true,
      isHidden: () => false,
      onSilent: () => {},
      onHeard: () => {},
    })
    clock.advance(5000)
    await Promise.resolve()
    expect(failing.isSilent).toBe(false)
    failing.close()
    liveness.close()
  })

  describe('D5 of a peer that never pinged', () => {
    const peerWith = (isAcknowledged: boolean) => setUp({ pingsSeen: false, isAcknowledged })

    test('acknowledgements of our pings keep the path', async () => {
      const { told, pass, world } = peerWith(true)
      for (let round = 0; round < 20; round++) {
        await pass(500)
        world.bytes += 40
      }
      expect(told).toEqual([])
    })

    test('no acknowledgement for two seconds -> silent', async () => {
      const { told, pass } = peerWith(true)
      await pass(1750)
      expect(told).toEqual([])
      await pass(500)
      expect(told).toEqual(['silent'])
    })

    test('in the background we ping once a second, and wait longer', async () => {
      const { told, pass, world } = setUp({ pingsSeen: false, isHidden: true })
      for (let round = 0; round < 10; round++) {
        await pass(2000)
        world.bytes += 40
      }
      expect(told).toEqual([])
    })

    test('without a data channel its connectivity checks are enough', async () => {
      const { told, pass, world } = peerWith(false)
      for (let round = 0; round < 10; round++) {
        // One of them is lost.
        await pass(5000)
        world.checks += 1
      }
      expect(told).toEqual([])
      await pass(5750)
      expect(told).toEqual([])
      await pass(500)
      expect(told).toEqual(['silent'])
      world.checks += 1
      await pass(250)
      expect(told).toEqual(['silent', 'heard'])
    })

    test('its first ping makes it one that is heard by pings', async () => {
      const { told, pass, liveness, world } = peerWith(false)
      await pass(2000)
      liveness.heard(250)
      await pass(1250, () => (world.checks += 1))
      expect(told).toEqual(['silent'])
    })

    test('where checks are not counted nothing is concluded', async () => {
      const clock = new FakeClock()
      const liveness = new Liveness({
        clock,
        ping: () => {},
        received: () => Promise.resolve(undefined),
        isAcknowledged: () => false,
        isHidden: () => false,
        onSilent: () => {},
        onHeard: () => {},
      })
      for (let tick = 0; tick < 40; tick++) {
        clock.advance(250)
        await Promise.resolve()
        await Promise.resolve()
      }
      expect(liveness.isSilent).toBe(false)
      liveness.close()
    })
  })

  test('leaves no timer, and tells nothing after close', async () => {
    const { told, clock, liveness } = setUp()
    clock.advance(500)
    await Promise.resolve()
    await Promise.resolve()
    clock.advance(750)
    liveness.close()
    liveness.close()
    await Promise.resolve()
    await Promise.resolve()
    expect(clock.pending).toBe(0)
    expect(told).toEqual([])
  })
})
