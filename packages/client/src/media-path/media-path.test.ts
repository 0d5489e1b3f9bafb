import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { MediaPathStage } from './media-path-stage.ts'
import { NO_MEDIA_PATH } from './media-path.ts'

let stage: MediaPathStage
beforeEach(async () => {
  stage = new MediaPathStage()
  await stage.open()
})
afterEach(() => {
  stage.close()
  for (const { infos, legs } of [stage.ann, stage.ben]) {
    expect(legs.filter(({ isClosed }) => !isClosed)).toEqual([])
    if (infos.length > 0) expect(infos.at(-1)).toEqual(NO_MEDIA_PATH)
  }
  expect(stage.clock.pending).toBe(0)
})

const names = () => [stage.ann.path.info.name, stage.ben.path.info.name]

describe('V3 who is asked', () => {
  test('V3 it is offered when both can, and the server does it', () => {
    expect(stage.ann.path.info).toEqual({ ...NO_MEDIA_PATH, isOffered: true })
    stage.ann.hasMediaServer = false
    stage.ann.path.refresh()
    expect(stage.ann.infos.at(-1)).toEqual(NO_MEDIA_PATH)
    stage.ann.path.move('server')
    expect(names()).toEqual(['direct', 'direct'])
  })

  test('V3 it is not offered with a side that says nothing of it', async () => {
    const other = new MediaPathStage({ isBenOld: true })
    await other.open()
    expect(other.ann.path.info.isOffered).toBe(false)
    other.ann.path.move('server')
    await other.deliver()
    expect(other.ann.path.info.name).toBe('direct')
    expect(other.ben.way).toEqual([])
    other.close()
  })
})

describe('V4 there and back without a gap', () => {
  test('V4 the other side follows at once, and hears who moved it', async () => {
    stage.ann.path.move('server')
    await stage.deliver()
    expect(names()).toEqual(['entering', 'entering'])
    expect(stage.ann.path.info).toMatchObject({ by: 'self', isThroughServer: true })
    expect(stage.ben.path.info).toMatchObject({ by: 'peer', why: 'pressed', isThroughServer: true })
    expect([stage.ann.requests, stage.ben.requests]).toEqual([1, 1])
  })

  test('V4 what is shown is direct until the server’s is there', async () => {
    const { ann, ben } = stage
    ann.path.move('server')
    await stage.deliver()
    expect([ann.streams, ann.path.stream]).toEqual([[], null])
    expect([ann.isDirectActive, ben.isDirectActive]).toEqual([true, true])
    ann.leg.arrive()
    expect(ann.streams).toEqual([ann.leg.stream])
    expect(ann.path.stream).toBe(ann.leg.stream)
    await stage.deliver()
    // Ann shows the server's: Ben needs to send nothing directly, Ann does.
    expect([ann.isDirectActive, ben.isDirectActive]).toEqual([true, false])
    ben.leg.arrive()
    await stage.deliver()
    expect([ann.isDirectActive, ben.isDirectActive]).toEqual([false, false])
    expect(names()).toEqual(['server', 'server'])
  })

  test('V4 back: what is sent to the server ends when nobody shows it', async () => {
    await stage.moveToServer()
    const { ann, ben } = stage
    ben.path.move('direct')
    await stage.deliver()
    expect(names()).toEqual(['returning', 'returning'])
    expect(ann.path.info).toMatchObject({ by: 'peer', isThroughServer: true })
    expect([ann.isDirectActive, ben.isDirectActive]).toEqual([true, true])
    expect(ann.leg.told).toEqual(['await direct'])
    ann.leg.arrive()
    await stage.deliver()
    expect(ann.streams.at(-1)).toBeNull()
    // Ben still shows what Ann publishes.
    expect([ann.hasLeg, ben.hasLeg]).toEqual([true, true])
    ben.leg.arrive()
    await stage.deliver()
    expect([ann.hasLeg, ben.hasLeg]).toEqual([false, false])
    expect(names()).toEqual(['direct', 'direct'])
    expect(ann.path.info.isThroughServer).toBe(false)
  })

  test('V4 there again while it goes back: nothing has to be opened', async () => {
    await stage.moveToServer()
    stage.ben.path.move('direct')
    await stage.deliver()
    stage.ann.path.move('server')
    await stage.deliver()
    expect(names()).toEqual(['server', 'server'])
    expect(stage.ann.legs).toHaveLength(1)
  })

  test('V4 there again when one is back already: what is open is used', async () => {
    await stage.moveToServer()
    stage.ben.path.move('direct')
    await stage.deliver()
    stage.ann.leg.arrive()
    await stage.deliver()
    stage.ann.path.move('server')
    await stage.deliver()
    expect(names()).toEqual(['entering', 'server'])
    expect(stage.ann.legs).toHaveLength(1)
    expect(stage.ann.leg.told.at(-1)).toBe('await server')
    stage.ann.leg.arrive()
    expect(names()).toEqual(['server', 'server'])
  })

  test('V5 there again while it goes back from a way that was lost: that one is left', async () => {
    await stage.moveToServer()
    const { ann, ben } = stage
    const [lost, healthy] = [ann.leg, ben.leg]
    lost.lose()
    await stage.deliver()
    expect(names()).toEqual(['returning', 'returning'])
    ben.path.move('server')
    await stage.deliver()
    expect(names()).toEqual(['entering', 'server'])
    expect(lost.isClosed).toBe(true)
    await stage.pass(1_000)
    expect([ann.legs.length, ann.hasLeg]).toEqual([2, true])
    expect([ben.legs.length, ben.leg]).toEqual([1, healthy])
    ann.leg.arrive()
    await stage.deliver()
    expect(names()).toEqual(['server', 'server'])
    expect(ann.path.stream).toBe(ann.leg.stream)
  })

  test('V5 lost on the way back already, or with one back: another one is opened as well', async () => {
    const { ann, ben } = stage
    await stage.moveToServer()
    ben.path.move('direct')
    await stage.deliver()
    ann.leg.lose()
    ann.leg.arrive()
    await stage.deliver()
    expect(names()).toEqual(['direct', 'returning'])
    ann.path.move('server')
    await stage.pass(1_000)
    expect(ann.legs.map(({ isClosed }) => isClosed)).toEqual([true, false])
    expect(ann.legs[0]?.told).toEqual(['await direct'])
    expect(names()).toEqual(['entering', 'server'])
  })

  test('V3 both press at once: one way, opened once', async () => {
    stage.ann.path.move('server')
    stage.ben.path.move('server')
    await stage.deliver()
    expect(names()).toEqual(['entering', 'entering'])
    expect([stage.ann.legs.length, stage.ben.legs.length]).toEqual([1, 1])
    expect([stage.ann.path.info.by, stage.ben.path.info.by]).toEqual(['self', 'self'])
  })
})

describe('V5 what does not work', () => {
  test.each([
    ['the server grants nothing', (side: MediaPathStage['ann']) => (side.grant = null)],
    ['it can not be loaded', (side: MediaPathStage['ann']) => (side.canLoad = false)],
  ])('V5 %s: the call goes on directly, and both hear why', async (_what, break_) => {
    break_(stage.ben)
    stage.ann.path.move('server')
    await stage.deliver()
    expect(names()).toEqual(['direct', 'direct'])
    expect(stage.ann.path.info).toMatchObject({ by: 'peer', why: 'failed' })
    expect(stage.ben.path.info).toMatchObject({ by: 'self', why: 'failed' })
    expect([stage.ann.hasLeg, stage.ben.hasLeg]).toEqual([false, false])
  })

  test('V5 nothing comes from the server for 5 s: the call goes on directly', async () => {
    stage.ann.path.move('server')
    await stage.deliver()
    stage.ann.leg.arrive()
    await stage.pass(4_750)
    expect(names()).toEqual(['server', 'entering'])
    await stage.pass(250)
    expect(stage.ben.path.info).toMatchObject({ name: 'direct', why: 'failed' })
    expect(stage.ann.path.info.name).toBe('returning')
    expect(stage.ben.hasLeg).toBe(true)
    stage.ann.leg.arrive()
    await stage.deliver()
    expect(names()).toEqual(['direct', 'direct'])
    expect([stage.ann.hasLeg, stage.ben.hasLeg]).toEqual([false, false])
  })

  test('V5 the server goes away: the call goes back, and both hear why', async () => {
    await stage.moveToServer()
    stage.ben.leg.lose()
    stage.ann.leg.lose()
    await stage.deliver()
    expect(names()).toEqual(['returning', 'returning'])
    for (const { path } of [stage.ann, stage.ben]) expect(path.info.why).toBe('lost')
    expect([stage.ann.isDirectActive, stage.ben.isDirectActive]).toEqual([true, true])
  })

  test('V5 a side that shows the server’s for good is sent nothing there after 5 s', async () => {
    await stage.moveToServer()
    stage.ann.path.move('direct')
    stage.ann.leg.arrive()
    // Ben hears nothing of it, and says again and again where he is.
    for (let passed = 0; passed < 5_000; passed += 250) {
      expect(stage.ann.hasLeg).toBe(true)
      stage.ann.path.handle({
        type: 'media-path',
        turn: 1 + passed,
        via: 'direct',
        plays: 'server',
        why: 'pressed',
      })
      stage.clock.advance(250)
    }
    expect(stage.ann.hasLeg).toBe(false)
    expect(stage.ann.path.info.isThroughServer).toBe(false)
  })

  test('V5 a side that moves all the time is followed once a second', async () => {
    const { ann } = stage
    for (let turn = 1; turn <= 40; turn++) {
      const via = turn % 2 === 1 ? 'server' : 'direct'
      ann.path.handle({ type: 'media-path', turn, via, plays: 'direct', why: 'pressed' })
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(ann.legs.length).toBeLessThanOrEqual(1)
    ann.path.handle({
      type: 'media-path',
      turn: 41,
      via: 'server',
      plays: 'direct',
      why: 'pressed',
    })
    await stage.pass(1_000)
    expect(ann.legs.length).toBeLessThanOrEqual(2)
    expect(ann.hasLeg).toBe(true)
  })

  test('V5 a connection that is replaced begins directly', async () => {
    await stage.moveToServer()
    const { leg } = stage.ann
    stage.ann.path.close()
    expect(leg.isClosed).toBe(true)
    expect(stage.ann.path.info).toEqual(NO_MEDIA_PATH)
  })
})

test('another track is sent through the server too, and its figures are the server’s', async () => {
  expect(await stage.ann.path.sample()).toBeNull()
  await stage.moveToServer()
  await stage.ann.path.mediaChanged('video')
  expect(stage.ann.leg.told).toEqual(['video changed'])
  expect((await stage.ann.path.sample())?.mode).toBe('server')
})
